"""Pages of a dialog's log: messages and journal lines as one sequence.

Messages go by id, facts by seq; the two are merged by time. An edge remembers the place in both,
so that pages neither repeat nor miss anything and none of them costs more than another.
`withheld` asks also for what the client wrote while they were blocked.
"""

from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from c2d.core.paging import from_cursor, to_cursor
from c2d.messages import queries

PAGE_SIZE = 50
_END = 2**62


@dataclass(frozen=True)
class Edge:
    """Between two entries: what is older has a smaller id or seq. `at` is that of the neighbour seen."""

    message: int = _END
    event: int = _END
    at: datetime | None = None

    def cursor(self) -> str:
        return to_cursor(self.message, self.event, self.at.isoformat() if self.at else "")

    @classmethod
    def read(cls, cursor: str | None) -> "Edge":
        """From an address; a damaged one is the end of the log."""
        key = from_cursor(cursor, 3)
        try:
            return cls(int(key[0]), int(key[1]), datetime.fromisoformat(key[2]) if key[2] else None) if key else cls()
        except (TypeError, ValueError, OverflowError):
            return cls()


@dataclass(frozen=True)
class Stretch:
    """Entries from old to new (rows with `id` are messages, with `seq` facts) and where it goes on."""

    entries: list[Any]
    older: Edge | None
    newer: Edge | None
    before: datetime | None = None  # of the neighbour below, for day marks
    after: datetime | None = None  # of the neighbour above


def newest(dialog_id: int, withheld: bool) -> Stretch:
    return before(dialog_id, Edge(), withheld)


def before(dialog_id: int, edge: Edge, withheld: bool, size: int = PAGE_SIZE) -> Stretch:
    """The entries just older than the edge."""
    messages = queries.messages_before(dialog_id, edge.message, size + 1, withheld)
    events = queries.events_before(dialog_id, edge.event, size + 1)
    found = list(islice(merge(messages, events, key=_at, reverse=True), size + 1))
    entries = found[:size][::-1]
    older = _edge(entries, entries, edge, min) if len(found) > size else None
    return Stretch(entries, older, None, before=edge.at)


def after(dialog_id: int, edge: Edge, withheld: bool, size: int = PAGE_SIZE) -> Stretch:
    """The entries just newer than the edge."""
    messages = queries.messages_after(dialog_id, edge.message, size + 1, withheld)
    events = queries.events_after(dialog_id, edge.event, size + 1)
    found = list(islice(merge(events, messages, key=_at), size + 1))
    entries = found[:size]
    newer = _edge(entries, entries[::-1], edge, max) if len(found) > size else None
    return Stretch(entries, None, newer, after=edge.at)


def around(dialog_id: int, message_id: int, withheld: bool) -> Stretch | None:
    """A page with the message in its middle; None when it is not of this dialog."""
    place = queries.place(dialog_id, message_id, withheld)
    if place is None:
        return None
    seq = place.seq or _END
    above = before(dialog_id, Edge(place.id + 1, seq), withheld, PAGE_SIZE // 2)
    below = after(dialog_id, Edge(place.id, seq - 1), withheld, PAGE_SIZE // 2)
    return Stretch(above.entries + below.entries, above.older, below.newer)


def is_message(entry: Any) -> bool:
    return hasattr(entry, "text")


def _at(entry: Any) -> datetime:
    return entry.at


def _edge(entries: list, outermost_first: list, edge: Edge, outermost) -> Edge:
    ids = [entry.id for entry in entries if is_message(entry)]
    seqs = [entry.seq for entry in entries if not is_message(entry)]
    return Edge(outermost(ids, default=edge.message), outermost(seqs, default=edge.event), outermost_first[0].at)
