"""A stretch of the log as the items of messages/_list.html: days, borders, folded events."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from c2d.core.i18n import zone
from c2d.messages import queries
from c2d.messages.display import Shown, is_same, shown
from c2d.messages.journal import Line, border, line
from c2d.messages.log import Stretch, is_message
from c2d.messages.models import FROM_CLIENT


@dataclass
class Item:
    type: str
    at: datetime | None = None
    message: Shown | None = None
    line: Line | None = None
    lines: list[Line] | None = None
    number: str | None = None
    opened: bool = False
    ticket: str | None = None


def items(stretch: Stretch, client: str, unread: int = 0) -> list[Item]:
    """What a page shows; `unread` of the client's newest messages come under the mark 'new'."""
    files = queries.attachments(entry for entry in stretch.entries if is_message(entry))
    first_new = _first_new(stretch.entries, unread)
    out: list[Item] = []
    before: Any = None
    for entry in stretch.entries:
        if _new_day(before.at if before is not None else stretch.after, entry.at):
            out.append(day(entry.at))
            before = None
        if entry is first_new:
            out.append(Item("new"))
        _add(out, entry, before, files, client)
        before = entry
    return out


def day(at: datetime) -> Item:
    return Item("day", at.astimezone(zone()))


def of_event(row: Any) -> Item:
    if border(row):
        return Item("request", row.at, number=line(row).particulars["number"], opened=row.kind == "request_opened")
    return Item("event", row.at, line=line(row))


def of_message(row: Any, files: list, client: str, same: bool) -> Item:
    return Item("message", row.at, message=shown(row, files, client, same))


def repeated_day(stretch: Stretch) -> str | None:
    """The id of the day mark below an older page that its last entries now stand above."""
    if not stretch.entries or stretch.before is None or _new_day(stretch.entries[-1].at, stretch.before):
        return None
    return f"day-{_local(stretch.before):%Y%m%d}"


def _add(out: list[Item], entry: Any, before: Any, files: dict, client: str) -> None:
    if is_message(entry):
        follows = before is not None and is_message(before)
        same = follows and is_same(before.kind, before.operator_id, before.at, entry)
        out.append(of_message(entry, files.get(entry.id, []), client, same))
        return
    item, last = of_event(entry), out[-1] if out else None
    if item.type == "event" and last and last.type in ("event", "events"):
        out[-1] = Item("events", last.at, lines=[*(last.lines or [last.line]), item.line])
    else:
        out.append(item)


def _first_new(entries: list, unread: int) -> Row | None:
    theirs = [entry for entry in entries if is_message(entry) and entry.kind == FROM_CLIENT]
    return theirs[-unread] if 0 < unread <= len(theirs) else None


def _new_day(before: datetime | None, at: datetime) -> bool:
    return before is None or _local(before) != _local(at)


def _local(at: datetime) -> date:
    return at.astimezone(zone()).date()
