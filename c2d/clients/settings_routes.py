"""Settings > Chats: the company's own fields of the card."""

from flask import redirect, render_template, request, url_for

from c2d.clients import bp, custom_fields
from c2d.clients.custom_field_form import FieldForm, kinds
from c2d.core.db import in_transaction
from c2d.core.errors import NotFound, Refused
from c2d.roles.builtin import label

NEEDS = "settings.chats"


@bp.get("/settings/chats", needs=NEEDS)
def chat_settings():
    found = custom_fields.all_of_them()
    return render_template(
        "clients/settings.html", used=[f for f in found if f.archived_at is None],
        archived=[f for f in found if f.archived_at is not None], kinds=dict(kinds()),
    )


@bp.get("/settings/chats/fields/new", needs=NEEDS)
def new_field():
    return _page(FieldForm(visible_to={role.id for role in custom_fields.roles()}))


@bp.post("/settings/chats/fields", needs=NEEDS)
def add_field():
    return _save(lambda form: custom_fields.add(**form.values()))


@bp.get("/settings/chats/fields/<int:field_id>", needs=NEEDS)
def edit_field(field_id: int):
    return _page(FieldForm.of(custom_fields.get(field_id), custom_fields.roles()), field_id)


@bp.post("/settings/chats/fields/<int:field_id>", needs=NEEDS)
def save_field(field_id: int):
    custom_fields.get(field_id)
    return _save(lambda form: custom_fields.change(field_id, **form.values()), field_id)


@bp.post("/settings/chats/fields/<int:field_id>/place", needs=NEEDS)
def move_field(field_id: int):
    by = -1 if request.form.get("to") == "up" else 1
    return _done(lambda: custom_fields.move(field_id, by))


@bp.post("/settings/chats/fields/<int:field_id>/archive", needs=NEEDS)
def archive_field(field_id: int):
    return _done(lambda: custom_fields.archive(field_id))


@bp.post("/settings/chats/fields/<int:field_id>/restoration", needs=NEEDS)
def restore_field(field_id: int):
    return _done(lambda: custom_fields.restore(field_id))


def _save(work, field_id: int | None = None):
    form = FieldForm.read(request.form)
    if not form.errors:
        try:
            return _done(lambda: work(form))
        except NotFound:
            raise
        except Refused as refusal:
            form.errors[refusal.field or "label"] = refusal.message
    return _page(form, field_id), 422


def _done(work):
    in_transaction(work)
    return redirect(url_for("clients.chat_settings", saved=1), 303)


def _page(form: FieldForm, field_id: int | None = None) -> str:
    return render_template(
        "clients/custom_field.html", form=form, field_id=field_id, kinds=kinds(),
        roles=[(role.id, label(role.base, role.name)) for role in custom_fields.roles()],
        kind_stays=field_id is not None and custom_fields.is_used(field_id),
    )
