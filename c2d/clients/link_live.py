"""What the open pages see of cards that were linked or parted: everything of them anew, each as its reader may see it."""

from collections.abc import Sequence

from c2d.clients.access import reader_of
from c2d.core.live import Event, Push, Viewer
from c2d.core.live.frames import RESYNC
from c2d.core.sql import scoped

_on_cards = scoped("""
    SELECT id, card_id, operator_id, channel_id FROM dialogs
    WHERE company_id = %(company)s AND id = ANY(%(ids)s) AND card_id = ANY(%(cards)s)""")
_whose = scoped("SELECT id, operator_id, channel_id FROM dialogs WHERE company_id = %(company)s AND id = ANY(%(ids)s)")


def conversations(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """Log, head and card of each open dialog are asked for again: what a parting has hidden goes from the page."""
    newest = {event.dialog_id: event.seq for event in events}
    ids = set(newest) & {viewer.dialog_id for viewer in viewers} - {None}
    return [
        Push(f"dialog:{row.id}", newest[row.id], reader_of(row), lambda viewer: RESYNC)
        for row in (_whose.all(ids=list(ids)) if ids else ())
    ]


def hints(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """Both cards are asked for again when somebody says, or takes back, that they are not the same person."""
    newest = {event.particulars[name]: event.seq for event in events for name in ("card_id", "other_card_id")}
    open_now = {viewer.dialog_id for viewer in viewers} - {None}
    return [
        Push(f"dialog:{row.id}", newest[row.card_id], reader_of(row), lambda viewer: RESYNC)
        for row in (_on_cards.all(ids=list(open_now), cards=list(newest)) if open_now else ())
    ]


PUSHES = dict.fromkeys(("cards_linked", "cards_unlinked"), (conversations,)) | dict.fromkeys(
    ("clients_told_apart", "clients_not_told_apart"), (hints,))
