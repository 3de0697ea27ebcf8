from types import SimpleNamespace

from flask import redirect, render_template, request
from flask_babel import gettext as _

from c2d.clients import EDIT, bp, queries, tagging
from c2d.clients.display import TagShown, edits
from c2d.core.db import in_transaction
from c2d.core.errors import NotFound, Refused
from c2d.core.htmx import is_htmx, page_or
from c2d.core.text import fold, holding, one_line


@bp.get("/clients/<int:client_id>/tags", needs=EDIT)
def choose_tags(client_id: int):
    """`q` searches; `tag` are those ticked so far, none on the first look."""
    ticked = set(request.args.getlist("tag", type=int)) if "q" in request.args else None
    return _picker(client_id, one_line(request.args.get("q"), 60), ticked)


@bp.post("/clients/<int:client_id>/tags", needs=EDIT)
def assign_tags(client_id: int):
    queries.card(client_id)
    ticked, shown = (set(request.form.getlist(name, type=int)) for name in ("tag", "shown"))
    new = request.form.get("new", "")
    try:
        in_transaction(lambda: tagging.assign(client_id, ticked, shown, new))
    except NotFound:
        raise
    except Refused as refusal:
        return _picker(client_id, one_line(new, 60), ticked, refusal.message), refusal.status
    return _section(client_id)


@bp.post("/clients/<int:client_id>/tags/<int:tag_id>/removal", needs=EDIT)
def remove_tag(client_id: int, tag_id: int):
    queries.card(client_id)
    in_transaction(lambda: tagging.remove(client_id, tag_id))
    return _section(client_id)


def _section(client_id: int):
    if not is_htmx():
        return redirect(f"/clients/{client_id}/card", 303)
    about = SimpleNamespace(id=client_id, edits=edits(), tags=_tags(client_id))
    return render_template("clients/_tags.html", card=about, focus=True)


def _picker(client_id: int, q: str, ticked: set[int] | None, problem: str = "") -> str:
    has = {tag.id for tag in _tags(client_id)}
    pattern = holding(fold(q))
    options = tagging.choice(has if ticked is None else ticked, pattern)
    exact = any(fold(tag.name) == fold(q) for tag in options)
    return page_or(
        "layouts/pane.html", "clients/_tag_picker.html", fragment="clients/_tag_picker.html",
        card=SimpleNamespace(id=client_id), options=options, shown=has, q=q, problem=problem,
        creatable=q if q and not exact else "", title=_("Tags of the client"),
    )


def _tags(client_id: int) -> list[TagShown]:
    return [TagShown(row.id, row.name, row.hue) for row in tagging.of_cards([queries.card(client_id).id])]
