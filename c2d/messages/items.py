"""A stretch of the log as the items of messages/_list.html: days, borders, folded events.

An item first names its data; it is built and rendered only when that was not shown before.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from c2d.core.i18n import zone
from c2d.core.kept import Kept
from c2d.core.sql import Row
from c2d.messages import queries
from c2d.messages.display import Shown, is_same, shown
from c2d.messages.journal import Line, border, line
from c2d.messages.log import Stretch, is_message
from c2d.messages.models import FROM_CLIENT


@dataclass
class Item:
    """As messages/_item.html takes it."""

    type: str
    at: datetime | None = None
    message: Shown | None = None
    line: Line | None = None
    lines: list[Line] | None = None
    number: str | None = None
    opened: bool = False
    ticket: str | None = None
    messages: list[Shown] | None = None
    via: Any = None


class Piece(NamedTuple):
    """An item to be: `data` is all that it will show."""

    data: Hashable
    build: Callable[[], Item]
    message_id: int | None = None


@dataclass(frozen=True)
class How:
    """How a stretch is shown. `client` is the name to put under the client's words, `unread` of whose newest messages
    in the dialog `home` come under the mark 'new'; `folded`: what they wrote while blocked is put away; `marks`: the
    channel of each dialog, where several are shown together."""

    client: str
    home: int
    unread: int = 0
    folded: bool = False
    marks: Mapping[int, Any] | None = None

    def mark(self, entry: Any) -> Any:
        return self.marks.get(entry.dialog_id) if self.marks else None


def items(stretch: Stretch, how: How) -> list[Piece]:
    """What a page shows."""
    files = queries.attachments(entry for entry in stretch.entries if is_message(entry))
    first_new = _first_new(stretch.entries, how)
    here, out, lines, put_away = zone(), [], [], []
    before, last_day = None, _local(stretch.after, here)
    for entry in stretch.entries:
        today = _local(entry.at, here)
        if put_away and (today != last_day or not (is_message(entry) and entry.withheld)):
            out.append(_put_away(put_away, files, how))
            put_away = []
        if today != last_day:
            _close(out, lines, how)
            out.append(day(entry.at, here))
            before, last_day = None, today
        if entry is first_new:
            _close(out, lines, how)
            out.append(Piece("new", lambda: Item("new")))
        if not is_message(entry) and not border(entry):
            lines.append(entry)
        else:
            _close(out, lines, how)
            if how.folded and is_message(entry) and entry.withheld:
                put_away.append(entry)
            else:
                out.append(_message(entry, before, files, how) if is_message(entry) else of_event(entry, how.mark(entry)))
        before = entry
    if put_away:
        out.append(_put_away(put_away, files, how))
    _close(out, lines, how)
    return out


def rendered(pieces: Iterable[Piece], around: int | None = None) -> list[str]:
    """The pieces as HTML; `around` is the message that was asked for."""
    kept, out = Kept("messages/_item.html"), []
    for piece in pieces:
        hit = around if piece.message_id == around else None
        out.append(kept.html((piece.data, hit), lambda piece=piece, hit=hit: {"item": piece.build(), "around": hit}))
    return out


def day(at: datetime, here: ZoneInfo | None = None) -> Piece:
    local = at.astimezone(here or zone())
    return Piece(("day", local.date()), lambda: Item("day", local))


def of_event(row: Any, via: Any = None) -> Piece:
    return Piece((tuple(row), _key(via)), lambda: _event(row, via))


def of_message(row: Any, files: list, client: str, same: bool, via: Any = None) -> Piece:
    data = (row[:queries.SHOWN], tuple(map(tuple, files)), client if row.quote_id else None, same, _key(via))
    return Piece(data, lambda: Item("message", row.at, message=shown(row, files, client, same, via)), row.id)


def repeated_day(stretch: Stretch) -> str | None:
    """The id of the day mark below an older page that its last entries now stand above."""
    here = zone()
    if not stretch.entries or _local(stretch.entries[-1].at, here) != _local(stretch.before, here):
        return None
    return f"day-{_local(stretch.before, here):%Y%m%d}"


def _message(row: Any, before: Any, files: dict, how: How) -> Piece:
    follows = before is not None and is_message(before) and how.marks is None
    same = follows and is_same(before.kind, before.operator_id, before.at, row)
    return of_message(row, files.get(row.id, []), how.client, same, how.mark(row))


def _put_away(rows: list, files: dict, how: How) -> Piece:
    """What a blocked client wrote, folded."""
    pieces = [_message(row, None, files, how) for row in rows]
    return Piece(("withheld", tuple(piece.data for piece in pieces)),
                 lambda: Item("withheld", rows[0].at, messages=[piece.build().message for piece in pieces]))


def _event(row: Any, via: Any) -> Item:
    if border(row):
        return Item("request", row.at, number=line(row).particulars["number"], opened=row.kind == "request_opened", via=via)
    return Item("event", row.at, line=line(row), via=via)


def _key(via: Any) -> Hashable:
    return via and (via.ch, via.transport, via.name)


def _close(out: list[Piece], rows: list, how: How) -> None:
    """Put the facts gathered so far under marks: one person's changes of the card apart from the rest."""
    for _, group in groupby(rows, key=lambda row: row.kind == "card_changed" and (row.kind, row.actor_id)):
        out.append(_folded(tuple(group), how))
    rows.clear()


def _folded(facts: tuple, how: How) -> Piece:
    if len(facts) == 1:
        return of_event(facts[0], how.mark(facts[0]))
    return Piece(tuple(map(tuple, facts)), lambda: Item("events", facts[0].at, lines=[line(f) for f in facts]))


def _first_new(entries: list, how: How) -> Row | None:
    theirs = [entry for entry in entries if is_message(entry) and entry.kind == FROM_CLIENT
              and entry.dialog_id == how.home and not entry.withheld]
    return theirs[-how.unread] if 0 < how.unread <= len(theirs) else None


def _local(at: datetime | None, here: ZoneInfo) -> date | None:
    return at and at.astimezone(here).date()
