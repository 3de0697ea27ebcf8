"""Whose deliveries are due, and in which turn: no company and no channel starves another."""

from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.sql import platform
from c2d.core.tenancy import all_companies

# Hops from channel to channel along the partial index, so a backlog in one costs the others nothing.
_due = platform("""
    WITH RECURSIVE waiting AS (
        (SELECT company_id, channel_id FROM inbound_deliveries WHERE state = 0
         ORDER BY company_id, channel_id, id LIMIT 1)
        UNION ALL
        SELECT next.company_id, next.channel_id FROM waiting, LATERAL (
            SELECT d.company_id, d.channel_id FROM inbound_deliveries d
            WHERE d.state = 0 AND (d.company_id, d.channel_id) > (waiting.company_id, waiting.channel_id)
            ORDER BY d.company_id, d.channel_id, d.id LIMIT 1) next
    )
    SELECT w.company_id, w.channel_id FROM waiting w
    JOIN channels c ON c.company_id = w.company_id AND c.id = w.channel_id AND c.state <> 'disabled'
    WHERE EXISTS (
        SELECT 1 FROM inbound_deliveries d WHERE d.state = 0 AND d.company_id = w.company_id
          AND d.channel_id = w.channel_id AND (d.next_at IS NULL OR d.next_at <= %(now)s))""")
_oldest = platform("""
    SELECT extract(epoch FROM %(now)s - min(d.received_at)) FROM inbound_deliveries d
    JOIN channels c ON c.company_id = d.company_id AND c.id = d.channel_id AND c.state <> 'disabled'
    WHERE d.state = 0""")
_dead = platform("SELECT count(*) FROM inbound_deliveries WHERE state = 2")


class Turns:
    """Remembers who was served when: first the company served longest ago, then its channel."""

    def __init__(self) -> None:
        self._round = 0
        self.waiting = 0  # channels that were due at the last look
        self._companies: dict[int, int] = {}
        self._channels: dict[int, int] = {}

    def due(self) -> list[tuple[int, int]]:
        """(company, channel) with due deliveries, in turn."""
        with all_companies("intake serves every company"):
            rows = [(row.company_id, row.channel_id) for row in _due.all(now=now())]
        if not rows:
            db.session.rollback()
        self.waiting = len(rows)
        return sorted(rows, key=lambda row: (self._companies.get(row[0], 0), self._channels.get(row[1], 0)))

    def served(self, company_id: int, channel_id: int) -> None:
        self._round += 1
        self._companies[company_id] = self._channels[channel_id] = self._round


def oldest_waiting() -> float:
    """Seconds that the oldest delivery of an enabled channel has waited."""
    return round(float(_oldest.value(now=now()) or 0), 1)


def dead() -> int:
    """Deliveries nobody could take in."""
    return _dead.value()
