"""Taking a parting back at once: the page keeps a sealed note of it, good while nothing has changed."""

from dataclasses import asdict

from cryptography.fernet import InvalidToken
from flask_babel import gettext as _

from c2d.clients import carrying, images, linking, queries, searching
from c2d.clients.unlinking import Parted
from c2d.core.clock import now
from c2d.core.crypto import open_sealed, seal
from c2d.core.errors import Conflict, NotFound, Refused
from c2d.core.sql import scoped
from c2d.core.tenancy import company_id

LASTS = 600  # seconds; the page offers it for ten

_reopen = scoped("""
    UPDATE card_links SET undone_at = NULL, undone_by = NULL WHERE company_id = %(company)s AND id = ANY(%(ids)s)""")
_lead_back = scoped("""
    UPDATE client_cards SET absorbed_by_id = %(kept)s
    WHERE company_id = %(company)s AND id = ANY(%(cards)s) AND absorbed_by_id = %(other)s""")


def note(parted: Parted) -> str:
    """All that taking it back needs, for the page to hand in again."""
    return seal({**asdict(parted), "company": company_id(), "at": now().timestamp()})


def undo(client_id: int, sealed: str) -> None:
    """Put the cards together again. Raises Conflict when one of them is not as the parting left it."""
    told = _read(sealed)
    kept, other = told["kept"], told["other"]
    after = {int(id): image for id, image in told["after"].items()}
    for id in (kept, other):
        queries.card(after[id]["clients"][0])
    carrying.lock([kept, other])
    found = images.take([kept, other])
    if not all(images.same(found[id], after[id]) for id in (kept, other)) or client_id not in told["before"]["clients"]:
        raise Conflict(_("The cards were changed meanwhile: link the chats anew"))
    images.restore([told["before"], images.emptied(found[other], kept)])
    carrying.move(found[other]["clients"], kept)
    carrying.blocks_exactly(told["before"])
    carrying.tell_apart(found[kept], found[other])
    dialogs = carrying.paint([kept])
    searching.refresh([kept, other])
    _reopen.run(ids=told["links"])
    _lead_back.run(kept=kept, other=other, cards=told["led"])
    linking.tell(dialogs, found[kept], found[other])


def _read(sealed: str) -> dict:
    try:
        told = open_sealed(sealed)
    except InvalidToken:
        raise NotFound() from None
    if told.get("company") != company_id():
        raise NotFound()
    if now().timestamp() - told["at"] > LASTS:
        raise Refused(_("It is too late to take this back: link the chats anew"))
    return told
