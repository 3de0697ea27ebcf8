"""The steps of linking and unlinking in the shapes that clients/link/*.html name."""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from flask_babel import gettext as _

from c2d.channels.transports import TRANSPORTS
from c2d.clients import link_search
from c2d.clients.choosing import A, B, Pair
from c2d.clients.custom import Custom
from c2d.clients.search import Match
from c2d.core import veil
from c2d.core.phones import readable
from c2d.core.sql import Row, scoped
from c2d.core.text import initials

_tags = scoped("SELECT id, name, hue FROM tags WHERE company_id = %(company)s AND id = ANY(%(ids)s) ORDER BY name")
# Clients as the list for unlinking shows them; one without any dialog is seen by those who see the card.
_clients = scoped("""
    SELECT c.id, c.transport, c.username, c.external_id, c.name FROM clients c
    WHERE c.company_id = %(company)s AND c.card_id = %(card)s AND NOT EXISTS (
        SELECT 1 FROM dialogs d WHERE d.company_id = c.company_id AND d.client_id = c.id) ORDER BY c.id""")


def label_of(field: str, fields: Iterable[Custom]) -> str:
    words = {"name": _("Client name"), "title": _("Card name"), "login": _("Client login"), "comment": _("Comment"),
             "phone": _("Phone"), "email": _("Email"), "tags": _("Tags")}
    return words.get(field) or next((each.label for each in fields if each.id == field), field)


def found(rows: Iterable[Row], matched: Mapping[int, Match], card: int) -> list[SimpleNamespace]:
    """Dialogs to choose from, with what matched on their cards; those of this card are `here`."""
    return [_dialog(row, row.card_id == card, matched.get(row.card_id)) for row in rows]


def side(image: dict) -> SimpleNamespace:
    """One of the two cards as the head of its column."""
    dialogs = link_search.dialogs_of(image["clients"])
    labels = dict.fromkeys(_label(row.transport) for row in dialogs)
    glyph = _glyph(dialogs[0].transport) if dialogs else None
    name = veil.words(image["name"])
    return SimpleNamespace(name=name, initials=initials(name), hue=image["hue"], ch=glyph,
                           transports=", ".join(labels))


def pairs(chosen: Iterable[Pair], fields: list[Custom]) -> list[SimpleNamespace]:
    """The pairs that the operator is shown, each value in pieces (mark before it, text) or as tags."""
    chosen = list(chosen)
    names = tags({tag for pair in chosen if pair.field == "tags" for tag in (*(pair.a or ()), *(pair.b or ()))})
    unseen = {each.id for each in fields if not each.shown}
    return [
        SimpleNamespace(
            key=pair.key, label=label_of(pair.field, fields), a=_value(pair.field, pair.a, names),
            b=_value(pair.field, pair.b, names), on_a=A in pair.ticked, on_b=B in pair.ticked,
            fresh="-new" in pair.key,
        )
        for pair in chosen if pair.field not in unseen
    ]


def tags(ids: Iterable[int]) -> dict[int, SimpleNamespace]:
    """By id, in the order of their names."""
    return {row.id: SimpleNamespace(id=row.id, name=row.name, hue=row.hue) for row in _tags.all(ids=list(ids))}


def leaving(image: dict, current: int) -> list[SimpleNamespace]:
    """The addresses on a card, each with its dialogs; the one whose card is open stands first."""
    by_client: dict[int, SimpleNamespace] = {}
    for row in link_search.dialogs_of(image["clients"]):
        by_client.setdefault(row.client_id, _dialog(row)).channels.append(row.channel_name)
    for row in _clients.all(card=image["card"]):
        name = veil.words(row.name)
        by_client[row.id] = SimpleNamespace(
            client_id=row.id, name=name or veil.words(row.external_id), initials=initials(name), hue=image["hue"],
            ch=_glyph(row.transport), transport_label=_label(row.transport), channels=[], at=None,
            login=_login(row), phone="",
        )
    return sorted(by_client.values(), key=lambda one: (one.client_id != current, one.client_id))


def _dialog(row: Any, here: bool = False, match: Match | None = None) -> SimpleNamespace:
    name = veil.words(row.name)
    return SimpleNamespace(
        id=row.id, client_id=row.client_id, name=name, initials=initials(name), hue=row.hue,
        ch=_glyph(row.transport), transport_label=_label(row.transport), channel_name=row.channel_name, channels=[],
        login=_login(row), phone=veil.phone(readable(row.phone or "")), at=row.sort_at, here=here, others=row.others,
        match=match,
    )


def _value(field: str, value: Any, names: dict[int, SimpleNamespace]) -> Any:
    if not value:
        return None
    if field == "tags":
        return SimpleNamespace(tags=[names[id] for id in names if id in value])
    if field == "phone":
        return SimpleNamespace(source=value[0], text=veil.phone(readable(value[2]) if value[2] else value[1]))
    if field == "email":
        return SimpleNamespace(source="", text=veil.email(value[0]))
    return SimpleNamespace(source="", text=veil.words(value) if field in ("name", "title", "login") else value)


def _glyph(key: str) -> str:
    return TRANSPORTS[key].glyph if key in TRANSPORTS else "ext"


def _label(key: str) -> str:
    return _(TRANSPORTS[key].label) if key in TRANSPORTS else key


def _login(row: Any) -> str:
    return veil.words(f"@{row.username.lstrip('@')}" if row.username else row.external_id)
