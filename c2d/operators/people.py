"""The list of operators: one page of it, sorted and searched, and how many there are in all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from c2d.core.clock import now
from c2d.core.sql import Row, Scoped, scoped
from c2d.core.text import fold, holding, one_line, other_layout, whole_number
from c2d.operators.standing import LASTS_HERE, STANDS
from c2d.roles import builtin

ALL, ACTIVE, BLOCKED, DELETED = TABS = ("all", "active", "blocked", "deleted")
SIZES = (10, 25, 50, 100)
SIZE = 50
_PHONE = re.compile(r"[\d\s()+.-]*\d[\d\s()+.-]*")
_SIGNED_IN = f"""EXISTS (
    SELECT 1 FROM login_sessions s JOIN companies c ON c.id = s.company_id
    WHERE s.company_id = o.company_id AND s.operator_id = o.id AND {STANDS})"""  # noqa: S608
# For all of them at once: who holds a session is read in one go.
_SIGNED_IN_OF_ALL = f"""(o.blocked_at IS NULL AND o.deleted_at IS NULL AND o.id IN (
    SELECT s.operator_id FROM login_sessions s WHERE s.company_id = %(company)s AND {LASTS_HERE}))"""  # noqa: S608
_NAMES = "lower(o.last_name), lower(o.first_name), o.id"
SORTS = {
    "last_name": "lower(o.last_name) {0}, lower(o.first_name) {0}, o.id",
    "first_name": "lower(o.first_name) {0}, lower(o.last_name) {0}, o.id",
    "role": "r.name IS NOT NULL {0}, array_position(ARRAY['administrator', 'supervisor', 'operator'], r.base::text) {0},"
            f" lower(r.name) {{0}}, {_NAMES}",
    "signed_in": _SIGNED_IN_OF_ALL + f" {{0}}, {_NAMES}",
    "email": "lower(o.email) {0}, o.id",
    "phone": f"o.phone {{0}}, {_NAMES}",
    "read_only": f"o.read_only {{0}}, {_NAMES}",
}
_TAB = {
    ALL: "o.deleted_at IS NULL", ACTIVE: "o.deleted_at IS NULL AND o.blocked_at IS NULL",
    BLOCKED: "o.blocked_at IS NOT NULL AND o.deleted_at IS NULL", DELETED: "o.deleted_at IS NOT NULL",
}
_WORDS = "replace(lower(concat_ws(' ', o.last_name, o.first_name, o.email)), U&'\\0451', U&'\\0435') LIKE ALL (%({0})s::text[])"
# Does `operators o` hold what `looked_for` gives?
FOUND = f"""({_WORDS.format("words")} OR {_WORDS.format("meant")})"""
_FOUND_BY_PHONE = "regexp_replace(o.phone, '\\D', '', 'g') LIKE ANY (%(digits)s::text[])"
_BUSY = """EXISTS (SELECT 1 FROM dialogs d
    WHERE d.company_id = o.company_id AND d.operator_id = o.id AND d.state = 'open')"""


@dataclass(frozen=True)
class View:
    """What part of the list a page shows; `sort` is a key of SORTS, with '-' in front for the other way round."""

    tab: str = ALL
    q: str = ""
    busy: bool = False
    sort: str = "last_name"
    size: int = SIZE
    page: int = 1

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "View":
        """From the query of an address; what makes no sense counts as absent."""
        tab, sort = values.get("tab", ""), values.get("sort", "")
        return cls(
            tab=tab if tab in TABS else ALL, q=one_line(values.get("q"), 100), busy=values.get("busy") == "1",
            sort=sort if sort.removeprefix("-") in SORTS else "last_name",
            size=size if (size := whole_number(values.get("size"), 6)) in SIZES else SIZE,
            page=max(1, whole_number(values.get("page"), 6) or 1),
        )

    @property
    def column(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    def next_sort(self, column: str) -> str:
        """What a press on a column's head asks for."""
        return f"-{column}" if self.sort == column else column

    def aria(self, column: str) -> str:
        if column != self.column:
            return "none"
        return "descending" if self.descending else "ascending"


@dataclass(frozen=True)
class People:
    """One page of the list, as operators/_people.html takes it."""

    rows: list[Any]
    total: int
    pages: int


def page(view: View) -> People:
    """The rows of a view; one statement, whatever the number of operators. Behind the last page is the last page."""
    digits = _digits(view.q)
    searched = (f"({FOUND} OR {_FOUND_BY_PHONE})" if digits else FOUND) if view.q else ""
    rows = _statement(view.tab, view.busy, searched, view.column, view.descending).all(
        **looked_for(view.q), digits=digits, now=now(), size=view.size, page=view.page)
    total = rows[0].total if rows else 0
    return People(rows, total, max(1, -(-total // view.size)))


def role_label(row: Row) -> str:
    return builtin.label(row.base, row.role_name)


@cache
def _statement(tab: str, busy: bool, searched: str, column: str, descending: bool) -> Scoped:
    conditions = [_TAB[tab], *([_BUSY] if busy else []), *([searched] if searched else [])]
    order = SORTS[column].format("DESC" if descending else "ASC")
    fitting = f"WHERE o.company_id = %(company)s AND {' AND '.join(conditions)}"
    roles = "JOIN roles r ON r.company_id = o.company_id AND r.id = o.role_id"
    # What is sorted are ids; all else is looked at for the rows of the page alone.
    return scoped(f"""
        SELECT n.total, o.id, o.last_name, o.first_name, o.email, o.phone, o.read_only, o.status, o.blocked_at, o.deleted_at,
               r.base, r.name AS role_name, {_SIGNED_IN} AS signed_in,
               o.password_hash IS NULL AND EXISTS (
                   SELECT 1 FROM operator_invitations i
                   WHERE i.company_id = o.company_id AND i.operator_id = o.id AND i.accepted_at IS NULL) AS invited
        FROM (SELECT count(*) AS total FROM operators o {fitting}) n, LATERAL (
            SELECT id, row_number() OVER () AS place FROM (
                SELECT o.id FROM operators o {roles if column == "role" else ""} {fitting} ORDER BY {order} LIMIT %(size)s
                OFFSET least(%(page)s - 1, greatest(n.total - 1, 0) / %(size)s) * %(size)s) x) f
        JOIN operators o ON o.company_id = %(company)s AND o.id = f.id {roles}
        ORDER BY f.place""")  # noqa: S608


def looked_for(q: str) -> dict[str, list[str]]:
    """The parameters of FOUND: the words as typed, and what they were meant to be."""
    return {"words": _patterns(fold(q)), "meant": _patterns(_meant(q))}


def _patterns(text: str) -> list[str]:
    return [holding(word) for word in text.split()[:6]]


def _meant(q: str) -> str:
    """What was meant when the keyboard was in the other layout."""
    return fold(other_layout(q) or q)


def _digits(q: str) -> list[str]:
    """A phone number by its digits, whether it was typed with 8 or with +7 in front."""
    digits = re.sub(r"\D", "", q)
    if not _PHONE.fullmatch(q) or len(digits) < 3:
        return []
    return [f"%{found}%" for found in {digits, digits[1:] if digits.startswith("8") and len(digits) > 3 else digits}]
