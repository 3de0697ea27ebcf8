"""What the open pages see of a changed card."""

from collections.abc import Sequence
from types import SimpleNamespace

from c2d.clients.card import LIMITS
from c2d.core.fragments import for_viewer, inside, oob, render
from c2d.core.live import Event, Push, Viewer


def facts(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """The changed fact beside the dialog. Only the fact as read: who edits it keeps what they typed."""
    open_now = {viewer.dialog_id for viewer in viewers}
    return [
        Push(f"dialog:{event.dialog_id}", event.seq, _reader, lambda viewer, event=event: _fact(viewer, event))
        for event in events if event.dialog_id in open_now and event.particulars["field"] in LIMITS
    ]


def _reader(viewer: Viewer) -> tuple:
    return viewer.locale, viewer.time_zone


def _fact(viewer: Viewer, event: Event) -> str:
    told = event.particulars
    with for_viewer(viewer):
        html = render("clients/_field.html", card=SimpleNamespace(id=event.client_id), field=told["field"], value=told["new"])
        return oob(inside(html), "morph")


PUSHES = {"card_changed": (facts,)}
