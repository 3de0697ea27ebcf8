"""Unlinking: chosen clients leave a card, and where they came by a link both cards are as they were before it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

from c2d.channels.transports import TRANSPORTS
from c2d.clients import carrying, choosing, custom, images, queries, searching
from c2d.clients.choosing import Pair
from c2d.clients.events import CardsUnlinked
from c2d.clients.images import CONTENT
from c2d.clients.leaving import Address, own_card
from c2d.clients.linking import changed
from c2d.core.clock import now
from c2d.core.current import operator
from c2d.core.errors import Conflict, NotFound, Refused
from c2d.core.events import emit_all
from c2d.core.sql import Row, scoped

EXACT, CHOICE, OTHER = "exact", "choice", "other"

# All links that still hold on a card or on what it is made of; the newest first.
_links = scoped("""
    WITH RECURSIVE tree AS (
        SELECT id FROM client_cards WHERE company_id = %(company)s AND id = %(card)s
        UNION
        SELECT k.id FROM client_cards k JOIN tree ON k.absorbed_by_id = tree.id WHERE k.company_id = %(company)s)
    SELECT l.id, l.kept_card_id, l.absorbed_card_id, l.client_ids, l.kept_before, l.absorbed_before, l.kept_after, l.linked_at
    FROM card_links l JOIN tree ON tree.id = l.kept_card_id
    WHERE l.company_id = %(company)s AND l.undone_at IS NULL ORDER BY l.id DESC""")
_addresses = scoped("""
    SELECT id, transport, external_id, phone, username, name,
        (SELECT p.number FROM card_phones p WHERE p.company_id = c.company_id AND p.card_id = c.card_id
         AND p.raw = c.phone AND p.number IS NOT NULL LIMIT 1) AS number
    FROM clients c WHERE company_id = %(company)s AND card_id = %(card)s ORDER BY id""")
_new = scoped("""
    INSERT INTO client_cards (company_id, name, hue) VALUES (%(company)s, %(name)s, %(hue)s) RETURNING id""")
_undone = scoped("""
    UPDATE card_links SET undone_at = %(at)s, undone_by = %(by)s
    WHERE company_id = %(company)s AND id = ANY(%(ids)s)""")
_lead = scoped("""
    UPDATE client_cards SET absorbed_by_id = %(card)s
    WHERE company_id = %(company)s AND id = ANY(%(cards)s) AND absorbed_by_id = %(kept)s""")
_link = scoped("""
    SELECT kept_card_id, absorbed_card_id, client_ids FROM card_links
    WHERE company_id = %(company)s AND id = %(id)s AND undone_at IS NULL""")


@dataclass
class Plan:
    """How a parting would go. `how` is EXACT, CHOICE (then `pairs` are what to choose) or OTHER."""

    how: str
    now: dict
    leaving: set[int]
    links: list[Row]
    link: Row | None = None
    pairs: list[Pair] = field(default_factory=list)

    @property
    def staying(self) -> set[int]:
        return set(self.now["clients"]) - self.leaving


@dataclass(frozen=True)
class Parted:
    """What was done, with all that taking it back needs: the card before, both after, links that ended, ids led away."""

    before: dict
    after: dict[int, dict]
    kept: int
    other: int
    links: list[int]
    led: list[int]


def plan(client_id: int, chosen: Collection[int]) -> Plan:
    """How these clients would leave the card of this one. Raises Refused when they cannot."""
    return _plan(images.take([card := queries.card(client_id).id])[card], set(chosen))


def unlink(client_id: int, chosen: Collection[int], version: int | None, picks: Collection[str] | None = None) -> Parted:
    """Let these clients leave. `picks` say which values go where, when that is to be chosen.

    Raises Conflict when the card is not the one that was shown.
    """
    image = _locked(client_id)
    if version is not None and version != image["version"]:
        raise Conflict(changed())
    made = _plan(image, set(chosen))
    if made.how == CHOICE:
        made.pairs = choosing.pick(made.pairs, picks or (), custom.unseen())
    return _part(made)


def undo(client_id: int, link_id: int) -> Parted:
    """Take a link back as long as nothing has changed. Raises Conflict when something has."""
    row = _link.first(id=link_id)
    if row is None:
        queries.card(client_id)
        raise NotFound()
    image = _locked(client_id)
    if row.kept_card_id != image["card"] or not set(row.client_ids) < set(image["clients"]):
        raise NotFound()
    made = _plan(image, set(row.client_ids))
    if made.how != EXACT or made.link.id != link_id:
        raise Conflict(_("The card was changed meanwhile: unlink the chats in its menu and choose what goes where"))
    return _part(made)


def _locked(client_id: int) -> dict:
    """The image of the client's card, locked with the cards that came into it: one of them may come back."""
    card = queries.card(client_id).id
    carrying.lock([card, *{row.absorbed_card_id for row in _links.all(card=card)}])
    image = images.take([card])[card]
    if client_id not in image["clients"]:
        raise Conflict(changed())
    return image


def _plan(image: dict, leaving: set[int]) -> Plan:
    clients = set(image["clients"])
    if not leaving or not leaving <= clients:
        raise Refused(_("Choose the chats that leave the card"), "leave")
    if leaving == clients:
        raise Refused(_("At least one chat stays on the card"), "leave")
    links = _links.all(card=image["card"])
    link = next((row for row in links if row.kept_card_id == image["card"]
                 and set(row.client_ids) in (leaving, clients - leaving)), None)
    if link is None:
        return Plan(OTHER, image, leaving, links, _origin(image, leaving, links))
    made = Plan(EXACT, image, set(link.client_ids), links, link)
    if not images.same(image, link.kept_after):
        made.how = CHOICE
        made.pairs = choosing.to_part(link.kept_before, link.absorbed_before, link.kept_after, image, made.leaving)
    return made


def _origin(image: dict, leaving: set[int], links: list[Row]) -> Row | None:
    """The link whose card comes back: all that is left of its clients leaves."""
    fitting = [row for row in links if set(row.client_ids) & set(image["clients"]) == leaving]
    return next((row for row in fitting if row.kept_card_id == image["card"]), fitting[0] if fitting else None)


def _part(made: Plan) -> Parted:
    kept, link, at = made.now["card"], made.link, now()
    mine, theirs = _contents(made)
    other = link.absorbed_card_id if link else _new.value(name=theirs["name"], hue=min(made.leaving) % 36)
    revived = link.absorbed_before if link else {"hue": min(made.leaving) % 36}
    hue = link.kept_before["hue"] if made.how == EXACT else made.now["hue"]
    images.restore([
        {**made.now, **mine, "hue": hue},
        {**theirs, "card": other, "hue": revived["hue"], "absorbed_by": None},
    ])
    carrying.move(made.leaving, other)
    if made.how == EXACT:
        carrying.blocks_exactly(link.kept_before, link.absorbed_before)
    elif link:
        carrying.blocks_back(kept, link.absorbed_before, link.linked_at)
    if link:
        carrying.forget_apart(link.kept_before, link.absorbed_before)
    links, led = _close(made, other, at)
    _tell(made, other)
    after = images.take([kept, other])
    _hide(made, after)
    return Parted(before=made.now, after=after, kept=kept, other=other, links=links, led=led)


def _contents(made: Plan) -> tuple[dict, dict]:
    if made.how == EXACT:
        return tuple({name: image[name] for name in CONTENT} for image in (made.link.kept_before, made.link.absorbed_before))
    if made.how == CHOICE:
        try:
            parts = choosing.parted(made.pairs, custom.kinds())
        except choosing.OneValue as error:
            raise Refused(custom.holds_one(error.args[0]), error.args[0]) from None
        if not all(part["name"] for part in parts):
            raise Refused(_("Each card needs a name"), "name")
        if any(map(choosing.too_long, parts)):
            raise Refused(_("Both texts together are too long: tick one of the two"))
        return parts
    rows = [_address(row) for row in _addresses.all(card=made.now["card"])]
    return own_card(made.now, [row for row in rows if row.id in made.leaving],
                    [row for row in rows if row.id not in made.leaving], made.link and made.link.absorbed_before)


def _address(row: Row) -> Address:
    transport = TRANSPORTS.get(row.transport)
    phone = [transport.mark if transport else "", (row.phone or row.external_id)[:200], row.number, row.id]
    return Address(row.id, row.name, row.username or "", phone)


def _close(made: Plan, other: int, at: datetime) -> tuple[list[int], list[int]]:
    """Links of which nothing holds any more, and cards whose ids lead to the other card from now on."""
    kept = made.now["card"]
    inside = _inside(made.links, other)
    over = [
        row for row in made.links
        if not set(row.client_ids) & (made.leaving if row.kept_card_id in inside else made.staying)
    ]
    led = [row.absorbed_card_id for row in over if row.absorbed_card_id != other]
    _undone.run(ids=[row.id for row in over], at=at, by=operator().id)
    _lead.run(cards=led, card=other, kept=kept)
    return [row.id for row in over], led


def _inside(links: list[Row], card: int) -> set[int]:
    """The card and all that were absorbed into it."""
    found = {card}
    while more := {row.absorbed_card_id for row in links if row.kept_card_id in found} - found:
        found |= more
    return found


def _tell(made: Plan, other: int) -> None:
    dialogs = carrying.paint([made.now["card"], other])
    searching.refresh([made.now["card"], other])
    emit_all(
        CardsUnlinked(dialog_id=dialog.id, client_id=dialog.client_id, card_id=dialog.card_id,
                      clients=tuple(sorted(made.staying if dialog.card_id == other else made.leaving)))
        for dialog in dialogs
    )


def _hide(made: Plan, after: dict[int, dict]) -> None:
    """From the first link that held on: nothing of the one stays in the journal of the other."""
    if not made.links:
        return
    link, own = made.link, {card: (images.words(image), set(image["tags"])) for card, image in after.items()}
    for image in (link.kept_before, link.absorbed_before) if link else ():
        if image["card"] in own:
            words, tags = own[image["card"]]
            own[image["card"]] = (words | images.words(image), tags | set(image["tags"]))
    carrying.hide(own, min(row.linked_at for row in made.links))
