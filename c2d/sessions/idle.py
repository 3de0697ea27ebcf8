"""Who has done nothing for as long as their company says becomes offline."""

from collections.abc import Iterable

from c2d.companies.settings import Settings
from c2d.core.clock import now
from c2d.core.db import db, in_transaction
from c2d.core.sql import platform, scoped
from c2d.core.tenancy import all_companies, company
from c2d.operators.models import OFFLINE
from c2d.operators.statuses import set_status
from c2d.sessions.door import SEEN_EVERY, STANDS

# Activity is noted once in SEEN_EVERY only, so the newest one may be so much younger than what is written down.
_IDLE = f"""
    SELECT o.company_id, o.id FROM operators o JOIN companies c ON c.id = o.company_id
    WHERE o.status <> '{OFFLINE}' AND o.deleted_at IS NULL
      AND coalesce((c.settings->>'idle_offline_minutes')::int, {Settings.idle_offline_minutes}) > 0
      AND NOT EXISTS (
        SELECT 1 FROM login_sessions s
        WHERE s.company_id = o.company_id AND s.operator_id = o.id AND s.staff_name = '' AND {STANDS}
          AND s.last_seen_at > %(now)s - %(lag)s - make_interval(mins => (c.settings->>'idle_offline_minutes')::int))"""  # noqa: S608 only our own text
_idle = platform(_IDLE)  # noqa: S608 only our own text
_still_idle = scoped(_IDLE + " AND o.company_id = %(company)s AND o.id = %(id)s")  # noqa: S608


def send_offline() -> int:
    """Look at everybody once; returns how many became offline. Their open chats stay with them."""
    with all_companies("who is idle is looked for in every company at once"):
        found = _idle.all(now=now(), lag=SEEN_EVERY)
        db.session.rollback()
    by_company: dict[int, list[int]] = {}
    for row in found:
        by_company.setdefault(row.company_id, []).append(row.id)
    return sum(_of_company(id, people) for id, people in by_company.items())


def _of_company(company_id: int, operator_ids: Iterable[int]) -> int:
    with company(company_id):
        return sum(in_transaction(lambda id=id: _send(id)) for id in operator_ids)


def _send(operator_id: int) -> bool:
    if _still_idle.first(id=operator_id, now=now(), lag=SEEN_EVERY) is None:
        return False  # came back meanwhile
    set_status(operator_id, OFFLINE)
    return True
