"""What the open pages see of a changed card."""

from collections.abc import Sequence
from types import SimpleNamespace

from c2d.clients.access import reader_of
from c2d.clients.card import LIMITS
from c2d.core.fragments import for_viewer, inside, oob, render
from c2d.core.live import Event, Push, Viewer
from c2d.core.sql import scoped

_whose = scoped("SELECT id, operator_id FROM dialogs WHERE company_id = %(company)s AND id = ANY(%(ids)s)")


def facts(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """The changed fact beside the dialog. Only the fact as read: who edits it keeps what they typed."""
    open_now = {viewer.dialog_id for viewer in viewers}
    seen = [e for e in events if e.dialog_id in open_now and e.particulars["field"] in LIMITS]
    owners = {row.id: row.operator_id for row in _whose.all(ids=[e.dialog_id for e in seen])} if seen else {}
    return [
        # a page still listens to a chat that was given away: whose it is now decides
        Push(f"dialog:{event.dialog_id}", event.seq, reader_of(owners[event.dialog_id]),
             lambda viewer, event=event: _fact(viewer, event))
        for event in seen
    ]


def _fact(viewer: Viewer, event: Event) -> str:
    told = event.particulars
    with for_viewer(viewer):
        html = render("clients/_field.html", card=SimpleNamespace(id=event.client_id), field=told["field"], value=told["new"])
        return oob(inside(html), "morph")


PUSHES = {"card_changed": (facts,)}
