"""The log of all dialogs of one card as one sequence: by time, then by id.

Ids of messages tell the order inside a dialog, but a channel that was away brings old messages under new ids.
So each dialog keeps its own order and its own edge, and the dialogs are merged by time: pages neither repeat
nor miss anything, and each costs two statements however many dialogs there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from c2d.clients import queries as client_queries
from c2d.clients.display import channel_mark
from c2d.core.current import operator
from c2d.core.events import REACTIONS
from c2d.core.paging import from_cursor, to_cursor
from c2d.core.sql import scoped
from c2d.messages.log import PAGE_SIZE, Stretch, is_message
from c2d.messages.queries import COLUMNS, EVENT_COLUMNS, SOURCE, TOLD

_END = 2**62
CURSOR_CHARS = 4000

# `at` is that of the oldest seen so far in the dialog, so that its own order stands.
_messages = scoped(f"""
    WITH near AS (
        SELECT x.id, min(x.at) OVER (PARTITION BY x.dialog_id ORDER BY x.id DESC) AS at
        FROM unnest(%(dialogs)s::bigint[], %(edges)s::bigint[]) AS p(dialog_id, edge), LATERAL (
            SELECT m.id, m.dialog_id, m.at FROM messages m
            WHERE m.company_id = %(company)s AND m.dialog_id = p.dialog_id AND m.id < p.edge
              AND (%(withheld)s OR NOT m.withheld)
            ORDER BY m.id DESC LIMIT %(limit)s) x),
    page AS MATERIALIZED (SELECT id, at FROM near ORDER BY at DESC, id DESC LIMIT %(limit)s)
    SELECT {COLUMNS}, page.at AS placed
    {SOURCE.replace("FROM messages m", "FROM page JOIN messages m ON m.company_id = %(company)s AND m.id = page.id")}
    ORDER BY page.at DESC, page.id DESC""")  # noqa: S608
_events = scoped(f"""
    WITH page AS MATERIALIZED (
        SELECT x.seq FROM unnest(%(dialogs)s::bigint[]) AS p(dialog_id), LATERAL (
            SELECT e.seq FROM event_records e
            WHERE e.company_id = %(company)s AND e.dialog_id = p.dialog_id AND e.journal AND e.seq < %(edge)s
              AND (e.dialog_id = %(home)s OR e.kind <> ALL(%(card_wide)s)) {TOLD}
            ORDER BY e.seq DESC LIMIT %(limit)s) x
        ORDER BY x.seq DESC LIMIT %(limit)s)
    SELECT {EVENT_COLUMNS}
    FROM page JOIN event_records e ON e.company_id = %(company)s AND e.seq = page.seq
    LEFT JOIN operators o ON o.company_id = e.company_id AND o.id = e.actor_id
    ORDER BY e.seq DESC""")  # noqa: S608


@dataclass(frozen=True)
class Edge:
    """Where the next older page begins. `read` has the oldest message shown of each dialog; what was
    above `top` when the first page was made is not for older ones."""

    top: int = _END
    event: int = _END
    at: datetime | None = None
    read: Mapping[int, int] = field(default_factory=dict)

    def of(self, dialog_id: int) -> int:
        return self.read.get(dialog_id, self.top)

    def cursor(self) -> str:
        return to_cursor(self.top, self.event, self.at.isoformat() if self.at else "", list(self.read.items()))

    @classmethod
    def read_from(cls, cursor: str | None) -> "Edge":
        """From an address; a damaged one is the end of the log."""
        key = from_cursor(cursor, 4, CURSOR_CHARS)
        try:
            if key is None:
                return cls()
            read = {_id(dialog): _id(message) for dialog, message in key[3]}
            return cls(_id(key[0]), _id(key[1]), datetime.fromisoformat(key[2]) if key[2] else None, read)
        except (TypeError, ValueError, OverflowError):
            return cls()


@dataclass(frozen=True)
class Dialogs:
    """The card's dialogs that the reader may see, with the marks of their channels; `home` is the open one."""

    home: int
    card_id: int
    marks: Mapping[int, Any]

    @classmethod
    def of(cls, head: Any) -> "Dialogs":
        rows = client_queries.dialogs(head.card_id)
        marks = {row.id: channel_mark(row.transport, row.channel_name) for row in rows}
        marks.setdefault(head.id, channel_mark(head.transport, head.channel_name))
        return cls(head.id, head.card_id, marks)


def before(dialogs: Dialogs, edge: Edge, withheld: bool, size: int = PAGE_SIZE) -> Stretch:
    """The entries just older than the edge."""
    ids = list(dialogs.marks)
    messages = _messages.all(dialogs=ids, edges=[edge.of(id) for id in ids], withheld=withheld, limit=size + 1)
    events = _events.all(dialogs=ids, edge=edge.event, home=dialogs.home, card_wide=card_wide(),
                         role=operator().role_id, limit=size + 1)
    found = list(islice(merge(messages, events, key=_placed, reverse=True), size + 1))
    entries = found[:size][::-1]
    older = _older(entries, edge) if len(found) > size else None
    return Stretch(entries, older, None, before=edge.at)


def card_wide() -> list[str]:
    """The kinds of facts that every dialog of a card tells; together one is enough."""
    return [fact.kind() for fact in REACTIONS if fact.card_wide]


def _older(entries: list, edge: Edge) -> Edge:
    shown = [entry for entry in entries if is_message(entry)]
    top = min(edge.top, max((m.id for m in shown), default=edge.top) + 1)
    read = dict(edge.read)
    for message in shown:
        read[message.dialog_id] = min(message.id, read.get(message.dialog_id, _END))
    events = [entry.seq for entry in entries if not is_message(entry)]
    return Edge(top, min(events, default=edge.event), entries[0].at, read)


def _placed(entry: Any) -> datetime:
    return entry.placed if is_message(entry) else entry.at


def _id(value: Any) -> int:
    if not 0 <= int(value) <= _END:
        raise ValueError(value)
    return int(value)
