"""Settings > Operators > List: who there is, and adding somebody."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from c2d.companies.settings import own
from c2d.core.errors import Forbidden, Refused
from c2d.core.htmx import page_or
from c2d.operators import bp, creating, guarding, inviting, licence, people
from c2d.operators.first_password import FIRST_PASSWORD
from c2d.operators.forms import NewOperator, Several
from c2d.operators.queries import named
from c2d.roles import builtin

MANAGE = "operators.manage"


@bp.get("/settings/operators", needs="operators")
def index():
    view = people.View.read(request.args)
    return render_template("operators/index.html", view=view, people=people.page(view), licence=licence.own(),
                           role_label=people.role_label, sizes=people.SIZES)


@bp.get("/settings/operators/new", needs=MANAGE)
def new():
    held = licence.own()
    if held.full_for_adding and "administrator" not in request.args:
        return _full(held)
    return _form(NewOperator())


@bp.post("/settings/operators", needs=MANAGE, staff=False)
def create():
    form = NewOperator.read(request.form)
    if not form.errors:
        try:
            return _created(creating.create(form))
        except Forbidden:
            raise
        except Refused as no:
            form.refuse(no)
    return _form(form), 422


@bp.get("/settings/operators/invitations", needs=MANAGE)
def several():
    return _several(Several())


@bp.post("/settings/operators/invitations", needs=MANAGE, staff=False)
def invite_several():
    form = Several.read(request.form)
    if not form.errors and form.people and (not form.wrong or request.form.get("only_right")):
        try:
            return _created(creating.create_several(form))
        except Forbidden:
            raise
        except Refused as no:
            form.refuse(no)
    return _several(form), 422


@bp.post("/settings/operators/<int:operator_id>/invitation", needs=MANAGE, staff=False)
def invite_again(operator_id: int):
    return _created(creating.invite_again(operator_id))


def _created(made: dict[int, str]):
    """Who was made, with links to pass on where no mail can bring them; else on to the next page."""
    links = inviting.deliver({id: token for id, token in made.items() if token})
    if links:
        return render_template("operators/invited.html", people=named(links), links=links)
    if len(made) > 1:
        return redirect(url_for("operators.index", done="invited"), 303)
    id, token = next(iter(made.items()))
    return redirect(url_for("operators.page", operator_id=id, done="invited" if token else "added"), 303)


def _role_choices() -> list[tuple[int, str]]:
    return [(role.id, builtin.label(role.base, role.name)) for role in guarding.givable()]


def _form(form: NewOperator) -> str:
    return render_template("operators/new.html", form=form, roles=_role_choices(), licence=licence.own(),
                           rules=FIRST_PASSWORD.rules(), locale=own().locale)


def _several(form: Several) -> str:
    return render_template("operators/several.html", form=form, roles=_role_choices(), licence=licence.own())


def _full(held: licence.Licence) -> str:
    return page_or("layouts/pane.html", "operators/_full.html", fragment="operators/_full.html", licence=held,
                   title=_("All seats are taken"), own_heading=True)
