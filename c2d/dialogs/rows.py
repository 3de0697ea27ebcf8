"""One page of the list of chats, by keyset, from the rows of `dialogs` alone.

Whose chats and in what state is an equality in every branch, so that each branch reads its first
rows straight from an index whatever the number of chats; `OR` would read them all.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from c2d.clients.access import VIEW_ALL, VIEW_NEW
from c2d.core.current import CurrentOperator
from c2d.core.paging import from_cursor, to_cursor
from c2d.core.sql import Row, Scoped, scoped
from c2d.dialogs.models import CLOSED as IS_CLOSED
from c2d.dialogs.models import OPEN as IS_OPEN
from c2d.dialogs.view import ALL, CLOSED, MINE, NEW, NEWEST, OLDEST, WAITING, ListView

PAGE_SIZE = 50
COLUMNS = """d.id, d.client_id, d.card_id, d.channel_id, d.transport, d.state, d.operator_id, d.name, d.hue,
    d.sort_at, d.preview, d.preview_kind, d.preview_out, d.unread, d.waiting_since, d.failed"""
SHOWN = COLUMNS.count(",") + 3  # with the operator's two names all that a row shows, in every query of rows
ORDER = {
    NEWEST: ("sort_at", "DESC", "<"),
    OLDEST: ("sort_at", "ASC", ">"),
    WAITING: ("waiting_since", "ASC", ">"),
}
# A chat that holds nothing but what a blocked client wrote is found by a search, or from the card.
SHOWS_SOMETHING = "d.preview_kind <> 'withheld'"
_WHOSE = {"anyone": "", "me": "AND d.operator_id = %(me)s", "nobody": "AND d.operator_id IS NULL",
          "chosen": "AND d.operator_id = %(operator)s"}
# Beyond their own chats, for who may serve some channels only.
_SERVED = "AND d.channel_id = ANY(%(served)s::bigint[])"
_WHOSE |= {"others_served": f"{_SERVED} AND d.operator_id IS DISTINCT FROM %(me)s",
           "nobody_served": f"{_SERVED} AND d.operator_id IS NULL",
           "chosen_served": f"{_SERVED} AND d.operator_id = %(operator)s"}
FILTERS = {
    "channel": "AND d.channel_id = %(channel)s",
    "transport": "AND d.transport = %(transport)s",
    "unread": "AND d.unread > 0",
    "waiting": "AND d.waiting_since IS NOT NULL",
    "tag": """AND EXISTS (SELECT 1 FROM card_tags t WHERE t.company_id = d.company_id
              AND t.card_id = d.card_id AND t.tag_id = %(tag)s)""",
}


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    cursor: str | None  # of the next page


def page(view: ListView, who: CurrentOperator, cursor: str | None = None) -> Page:
    """The rows from a cursor on; one statement."""
    branches = tuple(_branches(view, who))
    if not branches:
        return Page([], None)
    key = _key(cursor)
    statement = _statement(branches, active_filters(view), view.sort, key is not None)
    at, id = key or (None, None)
    return cut(statement.all(me=who.id, at=at, id=id, served=list(who.channel_ids or ()), **values(view)), view)


def cut(rows: list[Row], view: ListView) -> Page:
    """The page of one row too many, and where the next one goes on."""
    if len(rows) <= PAGE_SIZE:
        return Page(rows, None)
    last = rows[PAGE_SIZE - 1]
    at = getattr(last, ORDER[view.sort][0])
    return Page(rows[:PAGE_SIZE], to_cursor(at.isoformat(), last.id))


def values(view: ListView) -> dict:
    return {"operator": view.operator, "channel": view.channel, "transport": view.transport, "tag": view.tag}


def active_filters(view: ListView) -> tuple[str, ...]:
    wanted = {name: getattr(view, name) for name in FILTERS}
    wanted["waiting"] = view.waiting or view.sort == WAITING
    return tuple(name for name, value in wanted.items() if value)


def _branches(view: ListView, who: CurrentOperator):
    """(state, whose) of each index range that the view reads."""
    states = {NEW: [IS_OPEN], MINE: [IS_OPEN], CLOSED: [IS_CLOSED], ALL: [IS_OPEN, IS_CLOSED]}[view.folder]
    whose = _whose(view, who)
    if view.folder == ALL and whose == ["anyone"]:
        return [("any", "anyone")]
    return [(state, one) for state in states for one in whose]


def _whose(view: ListView, who: CurrentOperator) -> list[str]:
    sees_all = who.may(VIEW_ALL)
    sees_new = sees_all or who.may(VIEW_NEW)
    served = "" if who.channel_ids is None else "_served"
    if view.folder == NEW:
        return ["nobody" + served] if sees_new and view.operator is None else []
    if view.folder == MINE:
        return ["me"] if view.operator in (None, who.id) else []
    if view.operator is not None:
        if view.operator == who.id:
            return ["chosen"]
        return ["chosen" + served] if sees_all else []
    if sees_all:
        return ["me", "others_served"] if served else ["anyone"]
    return ["me", "nobody" + served] if sees_new else ["me"]


@cache
def _statement(branches: tuple, filters: tuple, sort: str, after: bool) -> Scoped:
    column, direction, beyond = ORDER[sort]
    conditions = " ".join(FILTERS[name] for name in filters)
    if after:
        conditions += f" AND (d.{column}, d.id) {beyond} (%(at)s::timestamptz, %(id)s::bigint)"
    parts = []
    for state, whose in branches:
        of_state = "" if state == "any" else f"AND d.state = '{state}'"
        parts.append(f"""(SELECT {COLUMNS} FROM dialogs d
            WHERE d.company_id = %(company)s {of_state} {_WHOSE[whose]} AND {SHOWS_SOMETHING} {conditions}
            ORDER BY d.{column} {direction}, d.id {direction} LIMIT {PAGE_SIZE + 1})""")  # noqa: S608
    return scoped(dressed(" UNION ALL ".join(parts), column, direction))


def dressed(source: str, column: str, direction: str) -> str:
    """The rows of a subquery with the names of their operators and the reader's drafts."""
    return f"""
        SELECT d.*, o.first_name, o.last_name, f.text AS draft
        FROM ({source}) d
        LEFT JOIN operators o ON o.company_id = %(company)s AND o.id = d.operator_id
        LEFT JOIN drafts f ON f.company_id = %(company)s AND f.dialog_id = d.id AND f.operator_id = %(me)s
        ORDER BY d.{column} {direction}, d.id {direction} LIMIT {PAGE_SIZE + 1}"""  # noqa: S608


def _key(cursor: str | None) -> tuple[str, int] | None:
    key = from_cursor(cursor, 2)
    try:
        return (datetime.fromisoformat(key[0]).isoformat(), int(key[1])) if key else None
    except (TypeError, ValueError):
        return None
