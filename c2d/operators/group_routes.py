"""Settings > Operators > Operator groups."""

from flask import redirect, render_template, request, url_for

from c2d.core.db import in_transaction
from c2d.core.errors import NotFound, Refused
from c2d.core.text import one_line
from c2d.operators import bp, group_queries, groups
from c2d.operators.group_forms import GroupForm, MembersForm, read_skill

NEEDS = "groups"


@bp.get("/settings/groups", needs=NEEDS)
def operator_groups():
    sort, descending = _order(("name", "members"))
    return render_template("operators/groups.html", groups=group_queries.listed(sort, descending), sort=sort,
                           descending=descending)


@bp.get("/settings/groups/new", needs=NEEDS)
def new_group():
    return render_template("operators/group_name.html", form=GroupForm(), group=None)


@bp.post("/settings/groups", needs=NEEDS)
def add_group():
    form = GroupForm.read(request.form)
    if not form.errors:
        try:
            return _to(in_transaction(lambda: groups.add(form.name)))
        except Refused as refusal:
            form.errors["name"] = refusal.message
    return render_template("operators/group_name.html", form=form, group=None), 422


@bp.get("/settings/groups/<int:group_id>", needs=NEEDS)
def group(group_id: int):
    return _page(group_id)


@bp.post("/settings/groups/<int:group_id>/name", needs=NEEDS)
def rename_group(group_id: int):
    shown, form = group_queries.group(group_id), GroupForm.read(request.form)
    if not form.errors:
        try:
            in_transaction(lambda: groups.rename(group_id, form.name))
            return _to(group_id)
        except NotFound:
            raise
        except Refused as refusal:
            form.errors["name"] = refusal.message
    return render_template("operators/group_name.html", form=form, group=shown), 422


@bp.get("/settings/groups/<int:group_id>/name", needs=NEEDS)
def group_name(group_id: int):
    shown = group_queries.group(group_id)
    return render_template("operators/group_name.html", form=GroupForm(shown.name), group=shown)


@bp.get("/settings/groups/<int:group_id>/deletion", needs=NEEDS)
def group_deletion(group_id: int):
    return render_template("operators/group_deletion.html", group=group_queries.group(group_id))


@bp.post("/settings/groups/<int:group_id>/deletion", needs=NEEDS)
def delete_group(group_id: int):
    in_transaction(lambda: groups.delete(group_id))
    return redirect(url_for("operators.operator_groups", saved=1), 303)


@bp.post("/settings/groups/<int:group_id>/members", needs=NEEDS)
def add_members(group_id: int):
    form = MembersForm.read(request.form)
    if not form.errors:
        try:
            in_transaction(lambda: groups.add_members(group_id, form.operators, int(form.skill)))
            return _to(group_id)
        except NotFound:
            raise
        except Refused as refusal:
            form.errors[refusal.field or "operator_id"] = refusal.message
    return _page(group_id, adding=form), 422


@bp.post("/settings/groups/<int:group_id>/members/<int:operator_id>", needs=NEEDS)
def set_skill(group_id: int, operator_id: int):
    typed = one_line(request.form.get("skill"), 10)
    was = request.form.get("was", type=int)
    try:
        in_transaction(lambda: groups.set_skill(group_id, operator_id, read_skill(typed), was))
    except NotFound:
        raise
    except Refused as refusal:
        return _page(group_id, wrong={"id": operator_id, "skill": typed, "text": refusal.message}), refusal.status
    return _to(group_id)


@bp.post("/settings/groups/<int:group_id>/members/<int:operator_id>/removal", needs=NEEDS)
def remove_member(group_id: int, operator_id: int):
    in_transaction(lambda: groups.remove_member(group_id, operator_id))
    return _to(group_id)


@bp.post("/settings/groups/<int:group_id>/channels", needs=NEEDS)
def serve_channels(group_id: int):
    """`channel_id` are ticked now, `was` those that were ticked when the page was made."""
    now, was = (set(request.form.getlist(name, type=int)) for name in ("channel_id", "was"))
    in_transaction(lambda: groups.serve(group_id, now - was, was - now))
    return _to(group_id)


def _order(sorts: tuple[str, ...]) -> tuple[str, bool]:
    """(by what, from the end): what the address says, when it is one of these."""
    sort = request.args.get("sort")
    return (sort if sort in sorts else sorts[0]), request.args.get("order") == "desc"


def _to(group_id: int):
    return redirect(url_for("operators.group", group_id=group_id, saved=1), 303)


def _page(group_id: int, adding: MembersForm | None = None, wrong: dict | None = None) -> str:
    sort, descending = _order(("name", "skill", "role"))
    q, adding = one_line(request.values.get("q"), 100), adding or MembersForm.searching(request.args)
    outside, more = group_queries.to_add(group_id, q, adding.operators)
    return render_template(
        "operators/group.html", group=group_queries.group(group_id, sort, descending), sort=sort, descending=descending,
        q=q, outside=outside, more=more, most=group_queries.MOST, adding=adding, wrong=wrong or {},
    )
