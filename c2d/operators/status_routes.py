"""Settings > Operators > Operator statuses."""

from flask import redirect, render_template, request, url_for

from c2d.core.db import in_transaction
from c2d.core.errors import NotFound, Refused
from c2d.operators import bp, status_list, status_rules
from c2d.operators.status_forms import RulesForm, StatusForm

NEEDS = "statuses"


@bp.get("/settings/statuses", needs=NEEDS)
def statuses():
    return _list(RulesForm.of(status_rules.current()))


@bp.post("/settings/statuses/rules", needs=NEEDS)
def save_status_rules():
    form = RulesForm.read(request.form)
    if form.errors:
        return _list(form), 422
    return _done(lambda: status_rules.change(**form.values()))


@bp.get("/settings/statuses/new", needs=NEEDS)
def new_status():
    return _page(StatusForm())


@bp.post("/settings/statuses", needs=NEEDS)
def add_status():
    return _save(StatusForm.read(request.form), lambda values: status_list.add(**values))


@bp.get("/settings/statuses/<int:status_id>", needs=NEEDS)
def edit_status(status_id: int):
    return _page(StatusForm.of(status_list.get(status_id)), status_id)


@bp.post("/settings/statuses/<int:status_id>", needs=NEEDS)
def save_status(status_id: int):
    form = StatusForm.read(request.form, status_list.get(status_id).key)
    return _save(form, lambda values: status_list.change(status_id, **values), status_id)


@bp.post("/settings/statuses/<int:status_id>/place", needs=NEEDS)
def move_status(status_id: int):
    by = -1 if request.form.get("to") == "up" else 1
    return _done(lambda: status_list.reorder(status_id, by))


@bp.post("/settings/statuses/<int:status_id>/archive", needs=NEEDS)
def archive_status(status_id: int):
    return _done(lambda: status_list.archive(status_id))


@bp.post("/settings/statuses/<int:status_id>/restoration", needs=NEEDS)
def restore_status(status_id: int):
    try:
        return _done(lambda: status_list.restore(status_id))
    except NotFound:
        raise
    except Refused as refusal:
        return _list(RulesForm.of(status_rules.current()), refusal.message), refusal.status


def _save(form: StatusForm, work, status_id: int | None = None):
    if not form.errors:
        try:
            return _done(lambda: work(form.values()))
        except NotFound:
            raise
        except Refused as refusal:
            form.errors[refusal.field or "name"] = refusal.message
    return _page(form, status_id), 422


def _done(work):
    in_transaction(work)
    return redirect(url_for("operators.statuses", saved=1), 303)


def _list(rules: RulesForm, refused: str = "") -> str:
    used, archived = status_list.for_settings()
    return render_template("operators/statuses.html", used=used, archived=archived, most=status_list.MOST, rules=rules,
                           refused=refused)


def _page(form: StatusForm, status_id: int | None = None) -> str:
    return render_template("operators/status.html", form=form, status_id=status_id)
