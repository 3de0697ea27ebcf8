"""Settings > Roles and access rights. Only administrators come here."""

from flask import render_template, request, url_for
from flask_babel import gettext as _

from c2d.core.db import in_transaction
from c2d.core.errors import NotFound, Refused
from c2d.core.fragments import oob
from c2d.core.htmx import answer, go, is_htmx, page_or
from c2d.core.permissions import COMPANY_ADMIN
from c2d.roles import bp, custom, matrix, queries


@bp.get("/settings/roles", needs=COMPANY_ADMIN)
def index():
    return render_template("roles/index.html", matrix=matrix.read(request.args))


@bp.post("/settings/roles/<int:role_id>/rights/<permission>", needs=COMPANY_ADMIN, staff=False)
def switch(role_id: int, permission: str):
    on = "right" in request.form
    group, right = matrix.place_of(permission)
    try:
        in_transaction(lambda: custom.switch(role_id, permission, on))
    except NotFound:
        raise
    except Refused as no:
        return answer(_box(role_id, right, focus=True), 422, reswap="outerHTML", toast=no.message)
    role = queries.get(role_id)
    if not is_htmx():
        return _back(role_id)
    return "".join(oob(render_template(f"roles/{name}.html", role=role, group=group, right=right), "morph")
                   for name in ("_count", "_base", "_saved"))


@bp.post("/settings/roles/rights", needs=COMPANY_ADMIN, staff=False)
def save():
    """All that was ticked and unticked at once, without scripts."""
    wanted = matrix.switches(request.form.get("shown", ""), set(request.form.getlist("right")))
    in_transaction(lambda: [custom.switch(*one) for one in wanted])
    return _back(None)


@bp.get("/settings/roles/new", needs=COMPANY_ADMIN)
def new():
    like = request.args.get("like", type=int)
    name = _("%(name)s (copy)", name=queries.get(like).label) if like else ""
    return _new(name, like)


@bp.post("/settings/roles", needs=COMPANY_ADMIN, staff=False)
def add():
    name, like = request.form.get("name", ""), request.form.get("like", type=int)
    return _save(lambda: custom.add(name, like), lambda errors: _new(name, like, errors))


@bp.get("/settings/roles/<int:role_id>/name", needs=COMPANY_ADMIN)
def name(role_id: int):
    return _name(role_id, queries.get_custom(role_id).name)


@bp.post("/settings/roles/<int:role_id>/name", needs=COMPANY_ADMIN, staff=False)
def rename(role_id: int):
    typed = request.form.get("name", "")
    return _save(lambda: custom.rename(role_id, typed), lambda errors: _name(role_id, typed, errors), role_id)


@bp.get("/settings/roles/<int:role_id>/removal", needs=COMPANY_ADMIN)
def removal(role_id: int):
    return _removal(role_id)


@bp.post("/settings/roles/<int:role_id>/removal", needs=COMPANY_ADMIN, staff=False)
def remove(role_id: int):
    move_to = request.form.get("move_to", type=int)
    return _save(lambda: custom.delete(role_id, move_to), lambda errors: _removal(role_id, errors))


def _save(work, again, role_id: int | None = None):
    """Back to the matrix, or the form again with what is wrong."""
    try:
        made = in_transaction(work)
    except NotFound:
        raise
    except Refused as no:
        return again({no.field or "name": no.message}), 422
    return _back(made or role_id)


def _back(role_id: int | None):
    return go(url_for("roles.index", tab=request.values.get("tab") or None, role=role_id, saved=1))


def _box(role_id: int, right: matrix.Right, focus: bool = False) -> str:
    return render_template("roles/_box.html", role=queries.get(role_id), right=right, focus=focus)


def _new(name: str, like: int | None, errors: dict | None = None) -> str:
    return _modal("roles/_new.html", _("New role"), name=name, like=like, roles=queries.known(), errors=errors or {})


def _name(role_id: int, name: str | None, errors: dict | None = None) -> str:
    return _modal("roles/_name.html", _("Rename the role"), role=queries.get_custom(role_id), name=name, errors=errors or {})


def _removal(role_id: int, errors: dict | None = None) -> str:
    role = queries.get_custom(role_id)
    others = [other for other in queries.known() if other.id != role_id]
    return _modal("roles/_removal.html", _("Delete the role"), role=role, others=others, errors=errors or {})


def _modal(fragment: str, title: str, **context) -> str:
    return page_or("layouts/pane.html", fragment, fragment=fragment, title=title, own_heading=True,
                   tab=request.values.get("tab", ""), **context)
