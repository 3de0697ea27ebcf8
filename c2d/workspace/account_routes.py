"""One's own account: profile, interface, the figures of the account window."""

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from c2d.companies.forms import languages
from c2d.core.current import operator
from c2d.core.db import db, in_transaction
from c2d.core.errors import Refused
from c2d.core.htmx import done, is_htmx
from c2d.core.jobs import enqueue
from c2d.core.permissions import COMPANY_ADMIN, SIGNED_IN
from c2d.core.tenancy import company_id
from c2d.core.text import one_line
from c2d.operators import profile
from c2d.operators.models import Operator
from c2d.sessions import email_change
from c2d.workspace import bp, interface, slots
from c2d.workspace.profile_form import ProfileForm


@bp.get("/account/profile", needs=SIGNED_IN)
def my_profile():
    return _profile(ProfileForm.of(_me()))


@bp.post("/account/profile", needs=SIGNED_IN, staff=False)
def save_profile():
    form = ProfileForm.read(request.form)
    if form.errors:
        return _profile(form), 422
    in_transaction(lambda: profile.change(operator().id, **form.values))
    return done(url_for("workspace.my_profile", saved=1))


@bp.post("/account/email", needs=SIGNED_IN, staff=False)
def ask_for_email():
    typed = one_line(request.form.get("email"), 254)
    try:
        sent = email_change.ask(operator(), request.form.get("password", ""), typed, request.remote_addr or "")
    except Refused as no:
        return _profile(ProfileForm.of(_me()), email=typed, email_error=no), no.status
    return _profile(ProfileForm.of(_me()), sent=sent)


@bp.get("/account/email", needs=SIGNED_IN, staff=False)
def confirm_email():
    """What the link in the letter opens; nothing changes before the button there."""
    link = request.args.get("link", "")
    return render_template("workspace/email.html", link=link, wish=email_change.wish_of(operator(), link))


@bp.post("/account/email/confirmation", needs=SIGNED_IN, staff=False)
def email_confirmation():
    link = request.form.get("link", "")
    in_transaction(lambda: email_change.confirm(operator(), link))
    enqueue(email_change.tell_old, operator().company_id, operator().id, link)
    return redirect(url_for("workspace.my_profile", saved=1), 303)


@bp.get("/account/interface", needs=SIGNED_IN)
def my_interface():
    me = _me()
    return render_template("workspace/interface.html", choices=interface.choices(me.preferences), locale=me.locale,
                           languages=languages(), hotkeys=interface.hotkeys())


@bp.post("/account/interface", needs=SIGNED_IN)
def save_interface():
    """What the form holds; what it does not hold stays."""
    chosen = {name: request.form[name] for name in profile.LOOK if name in request.form}
    locale = request.form.get("locale", operator().locale)
    in_transaction(lambda: profile.choose_look(operator().id, locale, chosen))
    response = done(url_for("workspace.my_interface", saved=1), toast=_("Saved"))
    if is_htmx() and locale != operator().locale:
        response.headers["HX-Refresh"] = "true"  # every word on the page is another one now
    return response


@bp.get("/account/balance", needs=COMPANY_ADMIN, staff=False)
def balance():
    figure = slots.figure(slots.BALANCE, operator()) or abort(404)
    return render_template("workspace/_figure.html", figure=figure)


def _me() -> Operator:
    return db.session.get_one(Operator, {"company_id": company_id(), "id": operator().id})


def _profile(form: ProfileForm, **more) -> str:
    return render_template("workspace/profile.html", form=form, languages=languages(), **more)
