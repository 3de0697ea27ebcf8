"""Linking: two cards become one, with the images that part them exactly again."""

import json
from collections.abc import Iterable

from flask_babel import gettext as _

from c2d.clients import carrying, images, queries, searching
from c2d.clients.events import CardsLinked
from c2d.clients.images import CONTENT
from c2d.core.clock import now
from c2d.core.current import operator
from c2d.core.errors import Conflict, NotFound, Refused
from c2d.core.events import emit_all
from c2d.core.sql import Row, scoped

_write = scoped("""
    INSERT INTO card_links (company_id, kept_card_id, absorbed_card_id, operator_id, client_ids, kept_before,
                            absorbed_before, kept_after, linked_at)
    VALUES (%(company)s, %(kept)s, %(absorbed)s, %(operator)s, %(clients)s, %(kept_before)s, %(absorbed_before)s,
            %(kept_after)s, %(at)s) RETURNING id""")


def pair(client_id: int, other_id: int) -> tuple[dict, dict]:
    """The images of this card and of the other client's. Raises NotFound, or Refused when they are the same card."""
    card, other = queries.card(client_id), queries.card(other_id)
    if card.id == other.id:
        raise Refused(_("These chats are on the same card already"), "with")
    found = images.take([card.id, other.id])
    return found[card.id], found[other.id]


def locked_pair(client_id: int, other_id: int) -> tuple[dict, dict]:
    """The same, nobody else's until the commit. Raises Conflict when a client has just moved."""
    one, other = pair(client_id, other_id)
    cards = [one["card"], other["card"]]
    carrying.lock(cards)
    found = images.take(cards)
    one, other = found[cards[0]], found[cards[1]]
    if client_id not in one["clients"] or other_id not in other["clients"]:
        raise Conflict(changed())
    return one, other


def link(client_id: int, other_id: int, said: dict, versions: tuple[int, int]) -> int:
    """Make the other client's card part of this one, which then says `said` (the CONTENT of an image).

    The id of the link. Raises Conflict when either card is not the one that was shown, and changes nothing then.
    """
    one, other = locked_pair(client_id, other_id)
    if versions != (one["version"], other["version"]):
        raise Conflict(changed())
    return join(one, other, said)


def join(one: dict, other: dict, said: dict) -> int:
    """Link two locked cards that the images show."""
    at, kept, absorbed = now(), one["card"], other["card"]
    content = {name: said[name] for name in CONTENT}
    images.restore([{**one, **content}, images.emptied(other, kept)])
    carrying.move(other["clients"], kept)
    carrying.blocks(kept, absorbed, at)
    carrying.tell_apart(one, other)
    dialogs = carrying.paint([kept])
    searching.refresh([kept, absorbed])
    id = _write.value(
        kept=kept, absorbed=absorbed, operator=operator().id, clients=json.dumps(other["clients"]), at=at,
        kept_before=json.dumps(one), absorbed_before=json.dumps(other),
        kept_after=json.dumps(images.take([kept])[kept]),
    )
    tell(dialogs, one, other)
    return id


def tell(dialogs: Iterable[Row], one: dict, other: dict) -> None:
    """Every dialog of the one card learns who came to it."""
    emit_all(
        CardsLinked(dialog_id=dialog.id, client_id=dialog.client_id, card_id=one["card"],
                    clients=tuple(one["clients"] if dialog.client_id in other["clients"] else other["clients"]))
        for dialog in dialogs
    )


def changed() -> str:
    return _("Somebody changed a card meanwhile: nothing is saved yet")


_standing = scoped("""
    WITH RECURSIVE chain AS (
        SELECT id, absorbed_by_id FROM client_cards WHERE company_id = %(company)s AND id = %(card)s
        UNION
        SELECT k.id, k.absorbed_by_id FROM client_cards k JOIN chain ON k.id = chain.absorbed_by_id
        WHERE k.company_id = %(company)s)
    SELECT c.id FROM chain JOIN clients c ON c.company_id = %(company)s AND c.card_id = chain.id
    WHERE chain.absorbed_by_id IS NULL ORDER BY c.id LIMIT 1""")
_history = scoped("""
    SELECT l.id, l.client_ids, l.linked_at, l.undone_at, o.first_name, o.last_name,
           u.first_name AS undone_first, u.last_name AS undone_last
    FROM card_links l
    LEFT JOIN operators o ON o.company_id = l.company_id AND o.id = l.operator_id
    LEFT JOIN operators u ON u.company_id = l.company_id AND u.id = l.undone_by
    WHERE l.company_id = %(company)s AND %(card)s IN (l.kept_card_id, l.absorbed_card_id)
    ORDER BY l.id DESC LIMIT 20""")


def standing(card_id: int) -> int:
    """A client of the card that stands for this one now: an absorbed card's id leads to the one it is part of."""
    client = _standing.value(card=card_id)
    if client is None:
        raise NotFound()
    return queries.card(client).client_id


def history(card_id: int) -> list[Row]:
    """The links of a card, the newest first: who, when, which clients; nothing of what the cards said."""
    return _history.all(card=card_id)
