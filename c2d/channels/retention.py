"""How long the raw deliveries of providers are kept."""

from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.sql import platform
from c2d.core.tenancy import all_companies

KEPT_DAYS = 14
AT_ONCE = 5000
_purge = platform("""
    DELETE FROM inbound_deliveries WHERE (company_id, id) IN (
        SELECT company_id, id FROM inbound_deliveries
        WHERE state = 1 AND received_at < %(now)s - make_interval(days => %(days)s) LIMIT %(most)s)""")


def purge_deliveries() -> int:
    """Drop what was taken in long ago; what nobody could take in stays."""
    total = 0
    with all_companies("old deliveries of every company go"):
        while count := _purge.count(now=now(), days=KEPT_DAYS, most=AT_ONCE):
            db.session.commit()
            total += count
    return total
