"""The page of one operator: sections that are saved each by itself, and what was done."""

from flask import redirect, render_template, request, url_for

from c2d.companies import audit
from c2d.core.db import in_transaction
from c2d.core.errors import Conflict, Forbidden, NotFound, Refused
from c2d.core.htmx import go, page_or
from c2d.core.text import whole_number
from c2d.operators import bp, display, leaving, managing
from c2d.operators.managing import Invalid
from c2d.operators.routes import MANAGE


@bp.get("/settings/operators/<int:operator_id>", needs="operators")
def page(operator_id: int):
    return _page(operator_id)


@bp.get("/settings/operators/<int:operator_id>/log", needs=MANAGE)
def journal(operator_id: int):
    person = display.head(operator_id)
    return render_template("operators/log.html", person=person, page=audit.of_person(operator_id, request.args.get("cursor")))


@bp.post("/settings/operators/<int:operator_id>/data", needs=MANAGE)
def save_data(operator_id: int):
    return _save(operator_id, "data", lambda: managing.set_data(operator_id, request.form))


@bp.post("/settings/operators/<int:operator_id>/role", needs=MANAGE, staff=False)
def save_role(operator_id: int):
    role = whole_number(request.form.get("role_id"))
    return _save(operator_id, "role", lambda: managing.set_role(operator_id, role))


@bp.post("/settings/operators/<int:operator_id>/groups", needs=MANAGE)
def save_groups(operator_id: int):
    chosen = {whole_number(id): whole_number(request.form.get(f"skill_{id}")) or 0 for id in request.form.getlist("group")}
    return _save(operator_id, "groups", lambda: managing.set_groups(operator_id, chosen))


@bp.post("/settings/operators/<int:operator_id>/channels", needs=MANAGE)
def save_channels(operator_id: int):
    chosen = [whole_number(id) or 0 for id in request.form.getlist("channel")]
    return _save(operator_id, "channels", lambda: managing.set_channels(operator_id, chosen))


@bp.post("/settings/operators/<int:operator_id>/limit", needs=MANAGE)
def save_limit(operator_id: int):
    return _save(operator_id, "limit", lambda: managing.set_limit(operator_id, request.form.get("dialog_limit", "")))


@bp.post("/settings/operators/<int:operator_id>/access", needs=MANAGE)
def save_access(operator_id: int):
    read_only, closed = bool(request.form.get("read_only")), bool(request.form.get("no_new_chats"))
    return _save(operator_id, "access", lambda: managing.set_access(operator_id, read_only, not closed))


@bp.get("/settings/operators/<int:operator_id>/departure", needs=MANAGE)
def departure(operator_id: int):
    return _departure(operator_id, request.args.get("how", ""))


@bp.post("/settings/operators/<int:operator_id>/blocking", needs=MANAGE)
def blocking(operator_id: int):
    return _leave(operator_id, "block", leaving.block)


@bp.post("/settings/operators/<int:operator_id>/deletion", needs=MANAGE)
def deletion(operator_id: int):
    return _leave(operator_id, "delete", leaving.delete)


@bp.post("/settings/operators/<int:operator_id>/restoration", needs=MANAGE, staff=False)
def restoration(operator_id: int):
    return _save(operator_id, "restoration", lambda: leaving.restore(operator_id))


def _save(operator_id: int, section: str, work):
    try:
        in_transaction(work)
    except (NotFound, Forbidden, Conflict):
        raise
    except Refused as no:
        errors = no.errors if isinstance(no, Invalid) else {no.field or section: no.message}
        return _page(operator_id, section, errors), 422
    return redirect(url_for("operators.page", operator_id=operator_id, saved=section) + f"#{section}", 303)


def _page(operator_id: int, section: str = "", errors: dict | None = None) -> str:
    shown = display.page(operator_id, request.form if errors else None, section)
    return render_template("operators/page.html", **shown, errors=errors or {}, section=section)


def _leave(operator_id: int, how: str, work):
    chats = request.form.get("to", "new")
    try:
        in_transaction(lambda: work(operator_id, chats))
    except (NotFound, Forbidden):
        raise
    except Refused as no:
        return _departure(operator_id, how, chats, no.message), 422
    return go(url_for("operators.page", operator_id=operator_id, done=how))


def _departure(operator_id: int, how: str, chosen: str = "new", problem: str = "") -> str:
    shown = display.departure(operator_id, "delete" if how == "delete" else "block")
    return page_or("layouts/pane.html", "operators/_departure.html", fragment="operators/_departure.html", own_heading=True,
                   **shown, chosen=chosen, problem=problem)
