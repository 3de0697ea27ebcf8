from flask import render_template, request

from c2d.clients import queries as client_queries
from c2d.clients.display import dialog_line
from c2d.core.htmx import page_or, wants_fragment
from c2d.dialogs import bp, queries
from c2d.dialogs.display import client_name
from c2d.dialogs.listing import page_of_rows, pane, view_of


@bp.get("/chats", needs="chats")
def index():
    return page_or("dialogs/index.html", "dialogs/_list.html", dialog=None, card=None, **pane(view_of(request.args)))


@bp.get("/chats/rows", needs="chats")
def more():
    view, cursor = view_of(request.args), request.args.get("cursor")
    if wants_fragment():
        return render_template("dialogs/_rows.html", **page_of_rows(view, cursor))
    context = {**pane(view), **page_of_rows(view, cursor)}
    return render_template("dialogs/index.html", dialog=None, card=None, **context)


@bp.get("/chats/<int:dialog_id>/dialogs", needs="chats")
def channels(dialog_id: int):
    """Through which else the same client can be written to."""
    head = queries.head(dialog_id)
    lines = [dialog_line(row, head.id) for row in client_queries.dialogs(head.card_id)]
    return page_or("layouts/pane.html", "dialogs/_channels.html", fragment="dialogs/_channels.html", dialogs=lines,
                   together=request.args.get("all") == "1", title=client_name(head))
