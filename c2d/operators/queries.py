"""Operators as others see them."""

from collections.abc import Iterable
from dataclasses import dataclass

from c2d.core.sql import Row, scoped
from c2d.core.text import full_name, short_name, staff_initials
from c2d.operators.profile import hue_of
from c2d.operators.status_display import CHOSEN, dot, label

# A condition on `operators o`: somebody who works here now, not invited only, and may do something.
WORKS = """o.deleted_at IS NULL AND o.blocked_at IS NULL AND NOT o.read_only
    AND (o.password_hash IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM operator_invitations i WHERE i.company_id = o.company_id AND i.operator_id = o.id))"""
# open dialogs are counted for all operators at once, from the index of 'Mine'
_colleagues = scoped(f"""
    SELECT o.id, o.first_name, o.last_name, o.status, s.key AS status_key, s.name AS status_name, s.hue AS status_hue,
           coalesce(d.open, 0) AS open_dialogs
    FROM operators o {CHOSEN}
    LEFT JOIN (SELECT operator_id, count(*) AS open FROM dialogs
               WHERE company_id = %(company)s AND state = 'open' AND operator_id IS NOT NULL
               GROUP BY operator_id) d ON d.operator_id = o.id
    WHERE o.company_id = %(company)s AND {WORKS}
    ORDER BY array_position(ARRAY['online', 'away', 'offline'], o.status::text),
             lower(o.first_name), lower(o.last_name), o.id""")  # noqa: S608 only our own text


@dataclass(frozen=True)
class Colleague:
    """One line of the list to assign a dialog to. `status` is what the chosen one counts as."""

    id: int
    first_name: str
    last_name: str
    status: str
    status_key: str | None
    status_name: str
    status_hue: int
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
        return dot(self.status_key, self.status_hue)

    @property
    def status_label(self) -> str:
        return label(self.status_key, self.status_name)


def colleagues() -> list[Colleague]:
    """Those who can be given a dialog: who is online comes first, then by name."""
    return [Colleague(**row._asdict()) for row in _colleagues.all()]


_named = scoped("""
    SELECT id, first_name, last_name, email FROM operators WHERE company_id = %(company)s AND id = ANY(%(ids)s)
    ORDER BY lower(email)""")


def named(ids: Iterable[int]) -> list[Row]:
    """Names and addresses of these operators, whatever became of them."""
    return _named.all(ids=list(ids))
