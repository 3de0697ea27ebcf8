"""The fields of a card that hold one value each: those every card has, and the company's own."""

from dataclasses import dataclass

from flask_babel import gettext as _

from c2d.clients.access import SEES_FIELD
from c2d.core.current import operator
from c2d.core.errors import NotFound
from c2d.core.sql import Row, scoped
from c2d.core.text import N_, whole_number

TEXT, LINES, NUMBER, DATE, CHOICE, LINK = "text", "lines", "number", "date", "choice", "link"
ANSWER = 500  # characters
OWN = "field-"  # the key of a company's own field is this and its id


@dataclass(frozen=True)
class Field:
    """`label` of a built-in field is a msgid. `role_ids`: who sees it, nobody named means everybody."""

    key: str
    label: str
    kind: str = TEXT
    limit: int = 500
    required: bool = False
    choices: tuple[str, ...] = ()
    id: int | None = None
    role_ids: frozenset[int] = frozenset()

    @property
    def title(self) -> str:
        """Its name for the reader."""
        return self.label if self.id else _(self.label)


BUILT_IN = {
    field.key: field for field in (
        Field("name", N_("Client name"), limit=200, required=True),
        Field("title", N_("Card name"), limit=200),
        Field("login", N_("Client login"), limit=200),
        Field("comment", N_("Comment"), kind=LINES, limit=2000),
    )
}

_own = scoped(f"""
    SELECT f.id, f.label, f.kind, f.choices, f.required, f.role_ids FROM custom_fields f
    WHERE f.company_id = %(company)s AND f.id = %(id)s AND f.archived_at IS NULL AND {SEES_FIELD}""")  # noqa: S608
_these = scoped("""
    SELECT id, label, kind, choices, required, role_ids FROM custom_fields
    WHERE company_id = %(company)s AND id = ANY(%(ids)s)""")


def find(key: str) -> Field:
    """The field of an address. Raises NotFound for one that the operator does not see."""
    if key in BUILT_IN:
        return BUILT_IN[key]
    row = _own.first(id=id_of(key), role=operator().role_id) if id_of(key) else None
    if row is None:
        raise NotFound()
    return of_row(row)


def these(keys: set[str]) -> dict[str, Field]:
    """The company's own fields among these keys, whoever may see them."""
    ids = [id for key in keys if (id := id_of(key))]
    return {field.key: field for field in map(of_row, _these.all(ids=ids))} if ids else {}


def of_row(row: Row) -> Field:
    return Field(
        f"{OWN}{row.id}", row.label, row.kind, 2000 if row.kind == LINK else ANSWER, row.required, tuple(row.choices),
        row.id, frozenset(row.role_ids),
    )


def id_of(key: str) -> int | None:
    """7 for 'field-7'."""
    id = key.removeprefix(OWN)
    return whole_number(id) if id != key else None
