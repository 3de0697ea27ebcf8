"""Phones and e-mails of a card: the same addresses for both."""

from types import SimpleNamespace

from flask import redirect, request
from flask_babel import gettext as _

from c2d.clients import EDIT, bp, contacts, queries
from c2d.clients.display import edits, entries, label_of
from c2d.core import veil
from c2d.core.db import in_transaction
from c2d.core.errors import Forbidden, NotFound, Refused
from c2d.core.htmx import is_htmx, page_or

PART = "<any(phones, emails):part>"


@bp.get(f"/clients/<int:client_id>/{PART}", needs="chats")
def contact_list(client_id: int, part: str):
    """With `new` there is room for one more."""
    adding = request.args.get("new") and edits() and not veil.hidden()
    return _group(client_id, part, editing="new" if adding else None)


@bp.post(f"/clients/<int:client_id>/{PART}", needs=EDIT)
def add_contact(client_id: int, part: str):
    typed = request.form.get("value", "")
    return _do(client_id, part, "new", typed, lambda: contacts.add(client_id, part, typed))


@bp.get(f"/clients/<int:client_id>/{PART}/<int:entry_id>", needs=EDIT)
def contact(client_id: int, part: str, entry_id: int):
    queries.card(client_id)
    _must_see()
    return _group(client_id, part, entry_id)


@bp.post(f"/clients/<int:client_id>/{PART}/<int:entry_id>", needs=EDIT)
def change_contact(client_id: int, part: str, entry_id: int):
    typed, shown = request.form.get("value", ""), request.form.get("shown")
    return _do(client_id, part, entry_id, typed, lambda: contacts.change(client_id, part, entry_id, typed, shown))


@bp.post(f"/clients/<int:client_id>/{PART}/<int:entry_id>/removal", needs=EDIT)
def remove_contact(client_id: int, part: str, entry_id: int):
    return _do(client_id, part, entry_id, None, lambda: contacts.remove(client_id, part, entry_id))


@bp.post(f"/clients/<int:client_id>/{PART}/<int:entry_id>/primacy", needs=EDIT)
def make_contact_primary(client_id: int, part: str, entry_id: int):
    return _do(client_id, part, entry_id, None, lambda: contacts.make_primary(client_id, part, entry_id))


def _must_see() -> None:
    """Who does not see phones and e-mails does not change them either."""
    if veil.hidden():
        raise Forbidden(_("Phone numbers and e-mails are hidden from you"))


def _do(client_id: int, part: str, editing: int | str, typed: str | None, work):
    queries.card(client_id)
    _must_see()
    try:
        in_transaction(work)
    except NotFound:
        raise
    except Refused as refusal:
        return _group(client_id, part, editing, typed, refusal.message), refusal.status
    return _group(client_id, part) if is_htmx() else redirect(f"/clients/{client_id}/card", 303)


def _group(client_id: int, part: str, editing: int | str | None = None, typed: str | None = None, problem: str = "") -> str:
    """The entries of a part; `editing` is the id of the one being edited, or 'new'."""
    about = SimpleNamespace(id=client_id, edits=edits() and not veil.hidden())
    shown = entries(part, contacts.rows(part, [queries.card(client_id).id]))
    if isinstance(editing, int) and editing not in {entry.id for entry in shown}:
        raise NotFound()
    template = "clients/_contacts.html" if editing is None else "clients/_contacts_edit.html"
    return page_or("clients/fact_page.html", template, fragment=template, card=about, part=part, label=label_of(part),
                   entries=shown, editing=editing, typed=typed, problem=problem, focus=True, title=_("Client card"))
