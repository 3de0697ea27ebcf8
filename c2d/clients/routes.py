from types import SimpleNamespace

from flask import redirect, request
from flask_babel import gettext as _

from c2d.clients import bp, card, queries
from c2d.clients.display import panel
from c2d.core.db import in_transaction
from c2d.core.errors import NotFound, Refused
from c2d.core.htmx import is_htmx, page_or


@bp.get("/clients/<int:client_id>/card", needs="chats")
def show(client_id: int):
    shown = panel(client_id, request.args.get("dialog", type=int))
    return page_or("layouts/pane.html", "clients/_card.html", fragment="clients/_card.html", card=shown,
                   title=shown.name)


@bp.get("/clients/<int:client_id>/fields/<field>", needs="chats")
def field(client_id: int, field: str):
    row = _card(client_id, field)
    return _field("_field" if request.args.get("view") else "_field_edit", row, field, getattr(row, field))


@bp.post("/clients/<int:client_id>/fields/<field>", needs="clients.edit")
def change(client_id: int, field: str):
    row, value = _card(client_id, field), request.form.get("value", "")
    try:
        in_transaction(lambda: card.change(client_id, field, value, request.form.get("version", type=int)))
    except Refused as refusal:
        return _field("_field_edit", row, field, value, [refusal.message]), 422 if is_htmx() else refusal.status
    if not is_htmx():
        return redirect(f"/clients/{client_id}/card", 303)
    return _field("_field", row, field, getattr(queries.card(client_id), field))


def _card(client_id: int, field: str):
    if field not in card.LIMITS:
        raise NotFound()
    return queries.card(client_id)


def _field(fragment: str, row, field: str, value: str, errors=()) -> str:
    about = SimpleNamespace(id=row.client_id, version=row.version)
    template = f"clients/{fragment}.html"
    return page_or("layouts/pane.html", template, fragment=template, card=about, field=field, value=value,
                   errors=list(errors), title=_("Client card"))
