from flask import current_app, render_template, request
from flask_babel import gettext as _

from c2d.clients.display import panel
from c2d.core.db import in_transaction
from c2d.core.errors import Refused
from c2d.core.fragments import gone
from c2d.core.htmx import answer, done, is_htmx, page_or, wants_fragment
from c2d.dialogs import queries
from c2d.dialogs.display import client_name, dialog_for_reader
from c2d.dialogs.listing import pane, view_of
from c2d.messages import bp, commenting, failed, live, sending
from c2d.messages.items import repeated_day
from c2d.messages.searching import search
from c2d.messages.showing import all_of, conversation, listing, sees_withheld


@bp.url_value_preprocessor
def _take_files(endpoint: str, _values) -> None:
    # before the token is looked for in the form, which reads the whole body
    if endpoint == "messages.reply":
        request.max_content_length = current_app.config["MAX_UPLOAD"] * 2


@bp.get("/chats/<int:dialog_id>", needs="chats")
def show(dialog_id: int):
    if wants_fragment():
        return render_template("dialogs/_dialog.html", **conversation(queries.head(dialog_id), request.args))
    return _page(dialog_id)


@bp.get("/chats/<int:dialog_id>/messages", needs="chats")
def stretch(dialog_id: int):
    if not wants_fragment():
        return _page(dialog_id)
    head = queries.head(dialog_id)
    dialogs = all_of(head, request.args)
    if request.args.get("since", type=int) is not None:
        return live.since(dialog_id, request.args.get("since", type=int), dialogs)
    context, part = listing(head, request.args, dialogs)
    repeated = repeated_day(part)
    html = render_template("messages/_list.html", **context)
    return html + (gone("li", repeated) if repeated else "")


@bp.get("/chats/<int:dialog_id>/search", needs="chats")
def find(dialog_id: int):
    head, q = queries.head(dialog_id), request.args.get("q", "")
    return page_or("layouts/pane.html", "messages/_found.html", fragment="messages/_found.html", dialog=head, q=q,
                   found=search(dialog_id, q, client_name(head), sees_withheld(head)), title=_("Search in the dialog"))


@bp.get("/chats/<int:dialog_id>/composer", needs="chats")
def composer(dialog_id: int):
    """Asked for by pages on which it has become another one, because the client was blocked or let in again."""
    if not wants_fragment():
        return _page(dialog_id)
    head = queries.head(dialog_id)
    return render_template("messages/_composer.html", dialog=dialog_for_reader(head), draft=head.draft)


@bp.post("/chats/<int:dialog_id>/messages", needs="chats.reply")
def reply(dialog_id: int):
    files = [file for file in request.files.getlist("files") if file.filename]
    key, quote = request.form.get("client_key", ""), request.form.get("quote_id", "")
    text = request.form.get("text", "")
    return _written(dialog_id, lambda: sending.reply(dialog_id, text, files, key, quote))


@bp.post("/chats/<int:dialog_id>/notes", needs="chats.comment")
def note(dialog_id: int):
    text, key = request.form.get("text", ""), request.form.get("client_key", "")
    return _written(dialog_id, lambda: commenting.comment(dialog_id, text, key))


@bp.post("/chats/<int:dialog_id>/messages/<int:message_id>/retry", needs="chats.reply")
def retry(dialog_id: int, message_id: int):
    in_transaction(lambda: failed.retry(dialog_id, message_id))
    return done(f"/chats/{dialog_id}")


@bp.post("/chats/<int:dialog_id>/messages/<int:message_id>/removal", needs="chats.reply")
def removal(dialog_id: int, message_id: int):
    in_transaction(lambda: failed.remove(dialog_id, message_id))
    return done(f"/chats/{dialog_id}")


def _written(dialog_id: int, work):
    """After writing: an empty place for errors; the message itself comes to everybody by the push."""
    try:
        message_id = in_transaction(work)
    except Refused as refusal:
        return _refused(dialog_id, refusal)
    if not is_htmx():
        return done(f"/chats/{dialog_id}")
    return answer("", 200, written={"dialog": dialog_id, "message": message_id})


def _refused(dialog_id: int, refusal: Refused):
    if refusal.status != Refused.status:
        raise refusal
    errors = [(refusal.field, refusal.message)]
    if is_htmx():
        return render_template("ui/_errors.html", errors=errors), 422
    return _page(dialog_id, draft=request.form.get("text", ""), errors=errors), 422


def _page(dialog_id: int, **changes) -> str:
    context = pane(view_of(request.args), dialog_id)  # reads the newest event before anything that it may have changed
    head = queries.head(dialog_id)
    card = panel(head.client_id, dialog_id)
    return render_template("dialogs/index.html", **{**context, **conversation(head, request.args), "card": card, **changes})
