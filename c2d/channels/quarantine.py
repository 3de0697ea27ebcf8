"""Deliveries that nobody could take in: kept, shown, and read again when somebody asks."""

from dataclasses import dataclass
from datetime import datetime

from c2d.channels.models import Channel
from c2d.channels.queries import channel_of
from c2d.core.sql import scoped

SHOWN = 20

_last = scoped(f"""
    SELECT received_at, problem FROM inbound_deliveries
    WHERE company_id = %(company)s AND channel_id = %(channel)s AND state = 2 ORDER BY id DESC LIMIT {SHOWN}""")  # noqa: S608
_release = scoped("""
    UPDATE inbound_deliveries SET state = 0, tries = 0, next_at = NULL
    WHERE company_id = %(company)s AND channel_id = %(channel)s AND state = 2""")


@dataclass(frozen=True)
class Kept:
    """When it came, and why it could not be read, in the program's own words."""

    received_at: datetime
    problem: str


def newest(channel: Channel) -> list[Kept]:
    """The last of a channel, at most SHOWN."""
    return [Kept(row.received_at, row.problem or "") for row in _last.all(channel=channel.id)]


def release(channel_id: int) -> int:
    """Have all of a channel's read once more; how many those are."""
    return _release.count(channel=channel_of(channel_id).id)
