"""Operators as others see them."""

from dataclasses import dataclass

from c2d.core.sql import scoped
from c2d.core.text import full_name, short_name, staff_initials
from c2d.operators.models import AWAY, OFFLINE, ONLINE
from c2d.operators.profile import hue_of

PRESENCE = {ONLINE: "on", AWAY: "away", OFFLINE: "off"}
# open dialogs are counted for all operators at once, from the index of 'Mine'
_colleagues = scoped("""
    SELECT o.id, o.first_name, o.last_name, o.status, coalesce(d.open, 0) AS open_dialogs
    FROM operators o
    LEFT JOIN (SELECT operator_id, count(*) AS open FROM dialogs
               WHERE company_id = %(company)s AND state = 'open' AND operator_id IS NOT NULL
               GROUP BY operator_id) d ON d.operator_id = o.id
    WHERE o.company_id = %(company)s AND o.deleted_at IS NULL AND o.blocked_at IS NULL
      AND NOT o.read_only
    ORDER BY array_position(ARRAY['online', 'away', 'offline'], o.status::text),
             lower(o.first_name), lower(o.last_name), o.id""")


@dataclass(frozen=True)
class Colleague:
    """One line of the list to assign a dialog to."""

    id: int
    first_name: str
    last_name: str
    status: str
    open_dialogs: int

    @property
    def full_name(self) -> str:
        return full_name(self.first_name, self.last_name)

    @property
    def short_name(self) -> str:
        return short_name(self.first_name, self.last_name)

    @property
    def initials(self) -> str:
        return staff_initials(self.first_name, self.last_name)

    @property
    def hue(self) -> int:
        return hue_of(self.id)

    @property
    def presence(self) -> str:
        return PRESENCE[self.status]


def colleagues() -> list[Colleague]:
    """Those who can be given a dialog: who is online comes first, then by name."""
    return [Colleague(**row._asdict()) for row in _colleagues.all()]
