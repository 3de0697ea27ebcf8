"""The company's own fields of a card, as linking shows and reads them."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from c2d.clients import answers
from c2d.clients.fields import Field, of_row
from c2d.core.current import operator
from c2d.core.sql import scoped

_all = scoped("""
    SELECT f.id, f.label, f.kind, f.choices, f.required, f.role_ids,
        f.archived_at IS NULL AND (f.role_ids = '[]'::jsonb OR EXISTS (
        SELECT 1 FROM operators o WHERE o.company_id = f.company_id AND o.id = %(me)s
        AND f.role_ids @> to_jsonb(o.role_id))) AS shown
    FROM custom_fields f WHERE f.company_id = %(company)s ORDER BY f.position, f.id""")


@dataclass(frozen=True)
class Custom:
    """`id` as images spell it; `shown`: is it there for the signed-in operator?"""

    id: str
    field: Field
    shown: bool

    @property
    def label(self) -> str:
        return self.field.label

    @property
    def kind(self) -> str:
        return self.field.kind


def all() -> list[Custom]:
    return [Custom(str(row.id), of_row(row), row.shown) for row in _all.all(me=operator().id)]


def kinds() -> dict[str, str]:
    return {field.id: field.kind for field in all()}


def unseen() -> set[str]:
    """The ids of those that the operator is not shown."""
    return {field.id for field in all() if not field.shown}


def holds_one(id: str) -> str:
    label = next((field.label for field in all() if field.id == id), "")
    return _("“%(field)s” holds one value: tick one of the two", field=label)


def read(custom: Custom, raw: str, before: Collection[str]) -> str:
    """The value to store. Raises Refused when it does not do.

    `before` is what the cards say: that does, whatever has become of the field since; and nothing may stay nothing.
    """
    if raw and raw in before:
        return raw
    return answers.read(replace(custom.field, required=custom.field.required and any(before)), raw)
