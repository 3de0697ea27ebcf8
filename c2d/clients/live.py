"""What the open pages see of a changed card: only the parts as read, so that who edits one keeps what they typed."""

from collections.abc import Callable, Hashable, Sequence
from types import SimpleNamespace
from typing import Any

from c2d.clients import contacts, fields, tagging
from c2d.clients.access import reader_of
from c2d.clients.display import TagShown, entries, fact, label_of, may_edit
from c2d.clients.fields import BUILT_IN, Field
from c2d.core import veil
from c2d.core.fragments import for_viewer, inside, oob, render
from c2d.core.live import Event, Push, Viewer
from c2d.core.sql import scoped

_whose = scoped("SELECT id, operator_id, channel_id FROM dialogs WHERE company_id = %(company)s AND id = ANY(%(ids)s)")
_PART_OF = {f"{part.field}{end}": name for name, part in contacts.PARTS.items() for end in ("", "_primary")}


def facts(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """The changed facts beside each open dialog."""
    seen = _watched(events, viewers)
    keys = {event.particulars["field"] for event in seen}
    known = {**BUILT_IN, **fields.these(keys)} if seen else {}
    newest = {(event.dialog_id, event.particulars["field"]): event for event in seen}
    owners = _owners(seen)
    return [
        _push(event, owners, _fact(event, known[key]), known[key].role_ids)
        for (_dialog, key), event in newest.items() if key in known
    ]


def contact_lists(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """Phones and e-mails, all of a card's at once."""
    newest = {
        (event.dialog_id, _PART_OF[event.particulars["field"]]): event
        for event in _watched(events, viewers) if event.particulars["field"] in _PART_OF
    }
    owners, rows = _owners(newest.values()), {}
    for part in {part for _dialog, part in newest}:
        cards = {event.particulars["card_id"] for (_, other), event in newest.items() if other == part}
        rows[part] = contacts.rows(part, list(cards))
    return [_push(event, owners, _contacts(event, part, rows[part])) for (_dialog, part), event in newest.items()]


def tags(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    newest = {event.dialog_id: event for event in _watched(events, viewers)}
    rows = tagging.of_cards([event.particulars["card_id"] for event in newest.values()]) if newest else []
    owners = _owners(newest.values())
    return [_push(event, owners, _tags(event, rows)) for event in newest.values()]


def only_for(key: Callable[[Viewer], Hashable | None], role_ids: frozenset[int]) -> Callable[[Viewer], Hashable | None]:
    """A push's key that leaves out those whose role does not see the field; nobody named means everybody."""
    return key if not role_ids else lambda viewer: key(viewer) if viewer.role_id in role_ids else None


def _watched(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Event]:
    open_now = {viewer.dialog_id for viewer in viewers}
    return [event for event in events if event.dialog_id in open_now]


def _owners(events) -> dict[int, Any]:
    # a page still listens to a chat that was given away: whose it is now decides
    ids = [event.dialog_id for event in events]
    return {row.id: row for row in _whose.all(ids=ids)} if ids else {}


def _push(event: Event, owners: dict[int, Any], draw: Callable[[SimpleNamespace], str],
          role_ids: frozenset[int] = frozenset()) -> Push:
    sees = only_for(reader_of(owners[event.dialog_id]), role_ids)

    def key(viewer: Viewer) -> Hashable | None:
        found = sees(viewer)
        return None if found is None else (found, may_edit(viewer.permissions, viewer.read_only))

    def html(viewer: Viewer) -> str:
        with for_viewer(viewer):
            return draw(SimpleNamespace(id=event.client_id, edits=may_edit(viewer.permissions, viewer.read_only)))

    return Push(f"dialog:{event.dialog_id}", event.seq, key, html)


def _fact(event: Event, field: Field) -> Callable[[SimpleNamespace], str]:
    def draw(about: SimpleNamespace) -> str:
        html = oob(inside(render("clients/_field.html", card=about, fact=fact(field, event.particulars["new"]))), "morph")
        if field.key != "name":
            return html
        return html + oob(render("clients/_card_name.html", name=veil.words(event.particulars["new"])), "morph")

    return draw


def _contacts(event: Event, part: str, rows: list[Any]) -> Callable[[SimpleNamespace], str]:
    mine = [row for row in rows if row.card_id == event.particulars["card_id"]]

    def draw(about: SimpleNamespace) -> str:
        about.edits = about.edits and not veil.hidden()
        return oob(render("clients/_contacts.html", card=about, part=part, label=label_of(part),
                          entries=entries(part, mine)), "morph")

    return draw


def _tags(event: Event, rows: list[Any]) -> Callable[[SimpleNamespace], str]:
    mine = [TagShown(row.id, row.name, row.hue) for row in rows if row.card_id == event.particulars["card_id"]]

    def draw(about: SimpleNamespace) -> str:
        about.tags = mine
        return oob(render("clients/_tag_list.html", card=about), "morph")

    return draw


PUSHES = {
    "card_changed": (facts, contact_lists),
    "tags_added": (tags,),
    "tags_removed": (tags,),
}
