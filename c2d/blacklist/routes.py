from flask import request
from flask_babel import gettext as _

from c2d.blacklist import BLOCK, blocking, bp
from c2d.blacklist.display import block_of
from c2d.blacklist.forms import BlockForm
from c2d.clients import queries
from c2d.core.current import operator
from c2d.core.db import in_transaction
from c2d.core.htmx import done, page_or


@bp.get("/clients/<int:client_id>/blocking", needs=BLOCK)
def ask(client_id: int):
    return _ask(queries.card(client_id), BlockForm())


@bp.post("/clients/<int:client_id>/blocking", needs=BLOCK)
def block(client_id: int):
    card, form = queries.card(client_id), BlockForm.read(request.form, operator().zone)
    if form.errors:
        return _ask(card, form), 422
    in_transaction(lambda: blocking.block(card.id, form.reason, form.until, form.close))
    return _done(client_id, _("The client is blocked"))


@bp.get("/clients/<int:client_id>/unblocking", needs=BLOCK)
def ask_back(client_id: int):
    card = queries.card(client_id)
    return page_or("layouts/pane.html", "blacklist/_unblock.html", fragment="blacklist/_unblock.html", card=card,
                   block=block_of(card.id), title=_("Unblock the client"), own_heading=True)


@bp.post("/clients/<int:client_id>/unblocking", needs=BLOCK)
def unblock(client_id: int):
    card_id = queries.card(client_id).id
    in_transaction(lambda: blocking.unblock(card_id))
    return _done(client_id, _("The client is unblocked"))


def _ask(card, form: BlockForm) -> str:
    return page_or("layouts/pane.html", "blacklist/_block.html", fragment="blacklist/_block.html", card=card, form=form,
                   title=_("Block the client"), own_heading=True)


def _done(client_id: int, toast: str):
    return done(f"/clients/{client_id}/card", closeModal=True, toast=toast, blacklist=True)
