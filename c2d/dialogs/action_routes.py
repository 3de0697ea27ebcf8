from flask import request
from flask_babel import gettext as _

from c2d.clients.access import VIEW_NEW
from c2d.core.db import in_transaction
from c2d.core.errors import Refused
from c2d.core.htmx import done, go, page_or
from c2d.dialogs import assignment, bp, closing, drafts, queries, reading
from c2d.dialogs.colleagues import choice
from c2d.dialogs.display import dialog_for_reader


@bp.post("/chats/<int:dialog_id>/taking", needs=VIEW_NEW)
def taking(dialog_id: int):
    in_transaction(lambda: assignment.take(dialog_id))
    return done(f"/chats/{dialog_id}")


@bp.get("/chats/<int:dialog_id>/assignment", needs="chats.assign")
def colleagues(dialog_id: int):
    return _ask(dialog_id)


@bp.post("/chats/<int:dialog_id>/assignment", needs="chats.assign")
def assign(dialog_id: int):
    chosen = request.form.get("operator_id", "")
    try:
        kept = in_transaction(lambda: assignment.assign(dialog_id, assignment.chosen(chosen)))
    except Refused as refusal:
        if refusal.status != Refused.status:
            raise
        return _ask(dialog_id, [(None, refusal.message)]), 422
    return done(f"/chats/{dialog_id}", closeModal=True, toast=_("The chat is transferred")) if kept else go("/chats")


@bp.post("/chats/<int:dialog_id>/closure", needs="chats.close")
def closure(dialog_id: int):
    in_transaction(lambda: closing.close(dialog_id))
    return done(f"/chats/{dialog_id}")


@bp.post("/chats/<int:dialog_id>/reopening", needs="chats.close")
def reopening(dialog_id: int):
    in_transaction(lambda: closing.reopen(dialog_id))
    return done(f"/chats/{dialog_id}")


@bp.post("/chats/<int:dialog_id>/unread-mark", needs="chats")
def unread_mark(dialog_id: int):
    in_transaction(lambda: reading.mark_unread(dialog_id))
    return done("/chats", toast=_("Marked as unread"))


@bp.post("/chats/<int:dialog_id>/reading", needs="chats")
def seen(dialog_id: int):
    queries.check(dialog_id)
    in_transaction(lambda: reading.read(dialog_id))
    return done(f"/chats/{dialog_id}")


@bp.post("/chats/<int:dialog_id>/draft", needs="chats")
def draft(dialog_id: int):
    queries.check(dialog_id)
    in_transaction(lambda: drafts.keep(dialog_id, request.form.get("text", "")))
    return done(f"/chats/{dialog_id}")


def _ask(dialog_id: int, errors=()):
    dialog = dialog_for_reader(queries.head(dialog_id))
    return page_or("layouts/pane.html", "dialogs/_assign.html", fragment="dialogs/_assign.html", dialog=dialog,
                   title=_("Transfer the chat"), own_heading=True, seq=dialog.seq, errors=list(errors),
                   colleagues=choice(dialog.assignee_id))
