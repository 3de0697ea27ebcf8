"""The company's own fields of a card, as linking shows and reads them."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _

from c2d.core.current import operator
from c2d.core.errors import Refused
from c2d.core.sql import scoped
from c2d.core.text import clean, one_line

LIMIT = 2000

_all = scoped("""
    SELECT f.id, f.label, f.kind, f.choices, f.archived_at IS NULL AND (f.role_ids = '[]'::jsonb OR EXISTS (
        SELECT 1 FROM operators o WHERE o.company_id = f.company_id AND o.id = %(me)s
        AND f.role_ids @> to_jsonb(o.role_id))) AS shown
    FROM custom_fields f WHERE f.company_id = %(company)s ORDER BY f.position, f.id""")


@dataclass(frozen=True)
class Custom:
    """`id` as images spell it; `shown`: is it there for the signed-in operator?"""

    id: str
    label: str
    kind: str
    choices: list
    shown: bool


def all() -> list[Custom]:
    return [Custom(str(row.id), row.label, row.kind, row.choices, row.shown) for row in _all.all(me=operator().id)]


def kinds() -> dict[str, str]:
    return {field.id: field.kind for field in all()}


def unseen() -> set[str]:
    """The ids of those that the operator is not shown."""
    return {field.id for field in all() if not field.shown}


def holds_one(id: str) -> str:
    label = next((field.label for field in all() if field.id == id), "")
    return _("“%(field)s” holds one value: tick one of the two", field=label)


def read(field: Custom, raw: str) -> str:
    """The value to store. Raises Refused when it does not do."""
    value = one_line(clean(raw), LIMIT + 1) if field.kind != "text" else clean(raw).strip()
    if len(value) > LIMIT:
        raise Refused(_("At most %(num)s characters fit", num=LIMIT), field.id)
    if not value:
        return ""
    if field.kind == "choice" and value not in field.choices:
        raise Refused(_("Choose one of the list"), field.id)
    if field.kind == "link" and not re.match(r"https?://\S+$", value):
        raise Refused(_("A link begins with http:// or https://"), field.id)
    try:
        return {"number": _number, "date": _date}.get(field.kind, str)(value)
    except (InvalidOperation, ValueError):
        raise Refused(_("This is not a number") if field.kind == "number" else _("This is not a date"), field.id) from None


def _number(value: str) -> str:
    number = Decimal(value.replace(" ", "").replace("\u00a0", "").replace(",", "."))
    if not number.is_finite():
        raise ValueError(value)
    return format(number, "f")


def _date(value: str) -> str:
    return date.fromisoformat(value).isoformat()
