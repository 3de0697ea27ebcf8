"""What the open pages see of a block: the note on the card and the entry of its menu."""

from collections.abc import Sequence
from typing import Any

from c2d.blacklist import BLOCK, queries
from c2d.blacklist.display import block
from c2d.clients.access import reader_of
from c2d.core.fragments import for_viewer, oob, render
from c2d.core.live import Event, Push, Viewer
from c2d.core.sql import scoped

_dialogs = scoped("""
    SELECT id, client_id, card_id, operator_id, channel_id FROM dialogs
    WHERE company_id = %(company)s AND id = ANY(%(ids)s)""")


def states(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """How each open client's card stands now."""
    newest = {event.dialog_id: event.seq for event in events}
    ids = newest.keys() & {viewer.dialog_id for viewer in viewers} - {None}
    dialogs = _dialogs.all(ids=list(ids)) if ids else []
    blocks = queries.current(dialog.card_id for dialog in dialogs) if dialogs else {}
    return [_push(newest[dialog.id], dialog, blocks.get(dialog.card_id)) for dialog in dialogs]


def _push(seq: int, dialog: Any, row: Any) -> Push:
    reader = reader_of(dialog)

    def key(viewer: Viewer) -> tuple | None:
        seen = reader(viewer)
        return seen and (*seen, _may(viewer))

    def html(viewer: Viewer) -> str:
        with for_viewer(viewer):
            shown = {"client_id": dialog.client_id, "block": block(row) if row else None}
            may = _may(viewer)
            note = oob(render("blacklist/_state.html", may=may, **shown), "true")
            return note + oob(render("blacklist/_menu_item.html", **shown), "true") if may else note

    return Push(f"dialog:{dialog.id}", seq, key, html)


def _may(viewer: Viewer) -> bool:
    return BLOCK in viewer.permissions and not viewer.read_only


PUSHES = {"client_blocked": (states,), "client_unblocked": (states,)}
