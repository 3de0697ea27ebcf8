from types import SimpleNamespace

from flask import redirect, request
from flask_babel import gettext as _

from c2d.clients import EDIT, answers, bp, card, fields, queries
from c2d.clients.display import edits, fact, panel, veiled
from c2d.clients.fields import Field
from c2d.core.db import in_transaction
from c2d.core.errors import Conflict, Forbidden, Refused
from c2d.core.htmx import is_htmx, page_or

bp.add_app_template_global(answers.written, "written")


@bp.get("/clients/<int:client_id>/card", needs="chats")
def show(client_id: int):
    shown = panel(client_id, request.args.get("dialog", type=int))
    if any(request.args.getlist("editing")):
        return "", 204  # a page that was away asks anew; what is being typed in it comes first
    return page_or("layouts/pane.html", "clients/_card.html", fragment="clients/_card.html", card=shown,
                   title=shown.name)


@bp.get("/clients/<int:client_id>/fields/<field>", needs="chats")
def field(client_id: int, field: str):
    row, wanted = queries.card(client_id), fields.find(field)
    if request.args.get("view") or not edits():
        return _view(client_id, row, wanted)
    value = _open_value(row, wanted)
    return _editor(client_id, row, wanted, value, value)


@bp.post("/clients/<int:client_id>/fields/<field>", needs=EDIT)
def change(client_id: int, field: str):
    row, wanted, typed = queries.card(client_id), fields.find(field), request.form.get("value", "")
    shown, version = request.form.get("shown"), request.form.get("version", type=int)
    _open_value(row, wanted)
    try:
        in_transaction(lambda: card.change(client_id, field, typed, version, shown))
    except Conflict as conflict:
        row = queries.card(client_id)
        return _editor(client_id, row, wanted, typed, card.value(row, wanted), conflict.message), conflict.status
    except Refused as refusal:
        return _editor(client_id, row, wanted, typed, shown, refusal.message), refusal.status
    if not is_htmx():
        return redirect(f"/clients/{client_id}/card", 303)
    return _view(client_id, queries.card(client_id), wanted)


def _open_value(row, wanted: Field) -> str:
    """What the card says in a field. Raises Forbidden when a part of it is kept from the reader."""
    value = card.value(row, wanted)
    if veiled(wanted, value) != value:
        raise Forbidden(_("Phone numbers and e-mails are hidden from you"))
    return value


def _view(client_id: int, row, wanted: Field) -> str:
    about = SimpleNamespace(id=client_id, edits=edits())
    return page_or("clients/fact_page.html", "clients/_field.html", fragment="clients/_field.html", card=about,
                   fact=fact(wanted, card.value(row, wanted)), focus=True, title=wanted.title)


def _editor(client_id: int, row, wanted: Field, typed: str, shown: str | None, problem: str = "") -> str:
    about = SimpleNamespace(id=client_id, version=row.version)
    return page_or("clients/fact_page.html", "clients/_field_edit.html", fragment="clients/_field_edit.html", card=about,
                   field=wanted, value=typed, shown=shown, problem=problem, title=wanted.title)
