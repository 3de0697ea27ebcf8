"""Heads of dialogs, numbers on the folders, and who else is looking, on the pages that are open."""

from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any

from c2d.clients.access import VIEW_ALL, VIEW_NEW, reader_of, viewer_sees
from c2d.core.fragments import for_viewer, oob, render
from c2d.core.live import Event, Push, Viewer
from c2d.core.live import viewers as looking_at
from c2d.core.sql import scoped
from c2d.core.tenancy import company_id
from c2d.core.text import short_name
from c2d.dialogs import queries
from c2d.dialogs.display import dialog_head
from c2d.dialogs.live_rows import MOVES, rows

_whose = scoped("SELECT id, operator_id, channel_id FROM dialogs WHERE company_id = %(company)s AND id = ANY(%(ids)s)")
_names = scoped("SELECT id, first_name, last_name FROM operators WHERE company_id = %(company)s AND id = ANY(%(ids)s)")


def open_dialogs(events: Sequence[Event], viewers: Sequence[Viewer]) -> set[int]:
    """Those of the events' dialogs that somebody has before their eyes."""
    return {event.dialog_id for event in events} & {viewer.dialog_id for viewer in viewers} - {None}


def heads(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """The head of each open dialog that has changed."""
    newest = {event.dialog_id: event.seq for event in events}
    ids = open_dialogs(events, viewers)
    return [
        Push(f"dialog:{row.id}", newest[row.id], reader_of(row), lambda viewer, row=row: _head(viewer, row))
        for row in (queries.heads(ids) if ids else ())
    ]


def _head(viewer: Viewer, row: Any) -> str:
    with for_viewer(viewer):
        return oob(render("dialogs/_header.html", dialog=dialog_head(row)), "morph")


def farewells(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """In place of the composer, for those who had a dialog and may not even see it any more."""
    leavers = {viewer.operator_id for viewer in viewers}
    moved = [event for event in events if event.particulars.get("from_id") in leavers]
    owners = {row.id: row for row in _whose.all(ids=[e.dialog_id for e in moved])} if moved else {}
    return [
        Push(f"dialog:{event.dialog_id}", event.seq, _shut_out(owners[event.dialog_id]),
             lambda viewer, event=event: _farewell(viewer, event.dialog_id))
        for event in moved
    ]


def _shut_out(dialog: Any):
    def key(viewer: Viewer) -> str | None:
        return None if viewer_sees(viewer, dialog) else viewer.locale

    return key


def _farewell(viewer: Viewer, dialog_id: int) -> str:
    with for_viewer(viewer):
        return oob(render("dialogs/_farewell.html", dialog=SimpleNamespace(id=dialog_id)), "true")


def counts(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """The numbers on the folders: 'New' for all, 'Mine' for those whose it is about."""
    if not viewers:
        return []
    seq = events[-1].seq
    numbers = {channels: queries.new_ones(channels) for channels in {viewer.channel_ids for viewer in viewers}}
    pushes = [Push("company", seq, _sees_new_of(channels), _count("new", n)) for channels, n in numbers.items()]
    for load in queries.loads(concerned(events, viewers)):
        pushes.append(Push(f"operator:{load.id}", seq, _locale, _count("mine", load.mine)))
    return pushes


def concerned(events: Sequence[Event], viewers: Sequence[Viewer]) -> set[int]:
    """The watching operators who have or had one of the events' dialogs."""
    ids = {event.dialog_id for event in events if event.dialog_id}
    owners = {row.operator_id for row in _whose.all(ids=list(ids))}
    for event in events:
        owners |= {event.particulars.get("from_id"), event.particulars.get("to_id")}
    return owners & {viewer.operator_id for viewer in viewers}


def _sees_new_of(channels: tuple[int, ...] | None):
    def key(viewer: Viewer) -> str | None:
        return viewer.locale if viewer.permissions & {VIEW_ALL, VIEW_NEW} and viewer.channel_ids == channels else None

    return key


def _locale(viewer: Viewer) -> str:
    return viewer.locale


def _count(name: str, n: int):
    def html(viewer: Viewer) -> str:
        with for_viewer(viewer):
            return oob(render("dialogs/_count.html", name=name, n=n), "true")

    return html


def transient(notice: dict) -> list[Push]:
    """Who looks at a dialog and who types there, from the hub's notices; in the company's scope."""
    dialog_id, kind = notice.get("dialog"), notice.get("t")
    if kind not in ("typing", "viewers") or not isinstance(dialog_id, int):
        return []
    typing = notice.get("operator") if kind == "typing" else None
    present = set(notice["operators"]) if kind == "viewers" else looking_at(company_id(), dialog_id) | {typing}
    owner = _whose.first(ids=[dialog_id])
    if owner is None:
        return []
    people = _people(present, typing)

    def html(viewer: Viewer) -> str:
        with for_viewer(viewer):
            about = SimpleNamespace(id=dialog_id)
            return oob(render("dialogs/_viewers.html", dialog=about, viewers=people), "morph")

    return [Push(f"dialog:{dialog_id}", None, reader_of(owner), html)]


def _people(ids: Iterable[int], typing: int | None) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(operator_id=row.id, name=short_name(row.first_name, row.last_name), typing=row.id == typing)
        for row in sorted(_names.all(ids=sorted(ids)), key=lambda row: row.id)
    ]


_ROW = (
    "message_received", "message_sent", "message_imported", "comment_added", "delivery_status_changed",
    "message_changed", "dialog_read", "dialog_marked_unread",
)
PUSHES = {
    **{kind: (rows,) for kind in _ROW},
    **{kind: (heads, rows, counts) for kind in MOVES},
    **{kind: (heads, rows, counts, farewells) for kind in ("dialog_assigned", "dialog_returned")},
    **{kind: (heads, rows) for kind in ("card_changed", "cards_linked", "cards_unlinked")},
    "tags_added": (rows,),
    "tags_removed": (rows,),
    **{kind: (heads,) for kind in ("client_blocked", "client_unblocked")},
}
