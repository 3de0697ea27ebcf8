"""The rows of the outbox: claimed with a lease, settled with what the provider said."""

import random
from datetime import timedelta

from c2d.channels.contract import ChannelError, SendResult
from c2d.channels.handover import HANDOVER
from c2d.core.clock import now
from c2d.core.sql import Row, platform, scoped

BACKOFF = (2, 10, 30, 120, 600, 1800)  # seconds
GIVE_UP = timedelta(hours=24)
LEASE = timedelta(seconds=60)

# The oldest of its dialog, in a channel that is neither off nor resting nor busy enough already. What another worker
# has is skipped; a lease that ran out is `lost`'s business.
_claim = platform("""
    UPDATE sendings s SET lease_until = %(until)s, tries = s.tries + 1
    FROM (
        SELECT w.company_id, w.id FROM sendings w
        JOIN channels c ON c.company_id = w.company_id AND c.id = w.channel_id AND c.state <> 'disabled'
        WHERE w.state = 0 AND w.next_at <= %(now)s AND w.lease_until IS NULL AND w.channel_id <> ALL(%(busy)s)
          AND NOT EXISTS (SELECT 1 FROM sendings e WHERE e.company_id = w.company_id AND e.dialog_id = w.dialog_id
                          AND e.state = 0 AND e.id < w.id)
          AND NOT EXISTS (SELECT 1 FROM sendings r WHERE r.state = 0 AND r.channel_id = w.channel_id
                          AND r.problem = 'rate' AND r.next_at > %(now)s)
        ORDER BY w.next_at, w.id LIMIT 1 FOR UPDATE OF w SKIP LOCKED) due
    WHERE s.company_id = due.company_id AND s.id = due.id
    RETURNING s.company_id, s.id, s.channel_id, s.message_id, s.tries, s.created_at""")
_lost = platform("""
    UPDATE sendings SET lease_until = %(until)s WHERE (company_id, id) IN (
        SELECT company_id, id FROM sendings WHERE state = 0 AND lease_until < %(now)s
        ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED)
    RETURNING company_id, id, channel_id, message_id, tries, created_at""")
_done = scoped("""
    UPDATE sendings SET state = 1, lease_until = NULL, problem = NULL WHERE company_id = %(company)s AND id = %(id)s""")
_later = scoped("""
    UPDATE sendings SET lease_until = NULL, next_at = %(at)s, problem = %(kind)s
    WHERE company_id = %(company)s AND id = %(id)s""")
_dead = scoped("""
    UPDATE sendings SET state = 2, lease_until = NULL, problem = %(problem)s
    WHERE company_id = %(company)s AND id = %(id)s""")
_oldest = platform("""
    SELECT extract(epoch FROM %(now)s - min(s.created_at)) FROM sendings s
    JOIN channels c ON c.company_id = s.company_id AND c.id = s.channel_id AND c.state <> 'disabled'
    WHERE s.state = 0""")


def claim(busy: list[int]) -> Row | None:
    """The next due sending of a channel that is not among the busy ones, ours for a minute."""
    return _claim.first(now=now(), until=now() + LEASE, busy=busy)


def lost() -> list[Row]:
    """Sendings whose worker did not come back, ours for another minute."""
    return _lost.all(now=now(), until=now() + LEASE)


def succeeded(sending: Row, result: SendResult) -> None:
    """The provider has it. In the scope of the sending's company, as all of these."""
    _done.run(id=sending.id)
    HANDOVER.accepted(sending.message_id, result)


def failed(sending: Row, error: ChannelError) -> None:
    """Try again later, or give up."""
    too_old = now() - sending.created_at > GIVE_UP
    if error.permanent or too_old:
        _dead.run(id=sending.id, problem=f"{error.kind} {error.code} {error.text}"[:500])
        HANDOVER.failed(sending.message_id, error)
        return
    pause = BACKOFF[min(sending.tries, len(BACKOFF)) - 1] * random.uniform(0.8, 1.2)
    if error.kind == "rate":
        pause = max(error.retry_after or pause, 0.5)
    _later.run(id=sending.id, at=now() + timedelta(seconds=pause), kind=error.kind)
    HANDOVER.delayed(sending.message_id, error)


def refused(sending: Row) -> None:
    """Somebody asked to send what must never leave."""
    _dead.run(id=sending.id, problem="not for clients")


def oldest_waiting() -> float:
    """Seconds that the oldest promise of an enabled channel has waited."""
    return round(float(_oldest.value(now=now()) or 0), 1)
