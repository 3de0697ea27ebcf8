"""The number on the rail, and one's own status wherever it is shown."""

from collections.abc import Sequence

from c2d.core.fragments import for_viewer, oob, render
from c2d.core.live import Event, Push, Viewer
from c2d.dialogs.live import concerned
from c2d.dialogs.live_rows import MOVES
from c2d.dialogs.queries import loads
from c2d.workspace import my_status


def unread(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """How many of one's own chats hold something unread."""
    ids = concerned(events, viewers) if viewers else ()
    return [_push(events[-1].seq, load.id, load.unread) for load in (loads(ids) if ids else ())]


def _push(seq: int, operator_id: int, n: int) -> Push:
    def html(viewer: Viewer) -> str:
        with for_viewer(viewer):
            return oob(render("workspace/_rail_count.html", unread=n), "true")

    return Push(f"operator:{operator_id}", seq, lambda viewer: viewer.locale, html)


def statuses(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """The dot on the rail and the choice in the account window, in all windows of the one whose status changed."""
    newest = {event.particulars["operator_id"]: event.seq for event in events}
    watching = newest.keys() & {viewer.operator_id for viewer in viewers}
    return [_status(newest[mine.operator_id], mine) for mine in (my_status.of(watching) if watching else ())]


def choices(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """The company's statuses have changed: what everybody can choose, and the colour of what they are."""
    ids = {viewer.operator_id for viewer in viewers}
    return [_status(events[-1].seq, mine) for mine in (my_status.of(ids) if ids else ())]


def _status(seq: int, mine: my_status.MyStatus) -> Push:
    def html(viewer: Viewer) -> str:
        with for_viewer(viewer):
            shown = (render(f"workspace/{name}.html", mine=mine) for name in ("_rail_me", "_status_choice"))
            return "".join(oob(html, "morph") for html in shown)

    return Push(f"operator:{mine.operator_id}", seq, lambda viewer: viewer.locale, html)


_KINDS = MOVES | {"message_received", "message_sent", "dialog_read", "dialog_marked_unread"}
PUSHES = {
    **{kind: (unread,) for kind in _KINDS}, "operator_status_changed": (statuses,), "status_rules_changed": (choices,),
}
