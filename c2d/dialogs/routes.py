from flask import render_template, request

from c2d.core.htmx import page_or, wants_fragment
from c2d.dialogs import bp
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
