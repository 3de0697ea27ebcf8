"""One's own status: what can be chosen, what is chosen, and the dot on the rail."""

from collections.abc import Iterable
from dataclasses import dataclass

from c2d.core.current import operator
from c2d.core.sql import scoped
from c2d.core.text import staff_initials
from c2d.operators import status_list
from c2d.operators.profile import hue_of
from c2d.operators.status_display import CHOSEN, dot

_who = scoped(f"""
    SELECT o.id, o.first_name, o.last_name, s.id AS status_id, s.key, s.hue
    FROM operators o {CHOSEN} WHERE o.company_id = %(company)s AND o.id = ANY(%(ids)s)""")  # noqa: S608 our own text


@dataclass(frozen=True)
class MyStatus:
    """What workspace/_status_choice.html and _rail_me.html show."""

    operator_id: int
    initials: str
    hue: int
    presence: str
    status: int | None
    choices: list[status_list.Shown]


def of(operator_ids: Iterable[int]) -> list[MyStatus]:
    """As they are now."""
    choices = status_list.to_choose()
    return [
        MyStatus(row.id, staff_initials(row.first_name, row.last_name), hue_of(row.id), dot(row.key, row.hue),
                 row.status_id, choices)
        for row in _who.all(ids=list(operator_ids))
    ]


def mine() -> MyStatus:
    return of([operator().id])[0]
