"""Registering a company."""

from flask import abort, current_app, redirect, render_template, request
from flask_babel import get_locale

from c2d.core.errors import Refused
from c2d.core.permissions import PUBLIC
from c2d.sessions import bp, door, passwords, throttle
from c2d.sessions.forms import RegistrationForm
from c2d.sessions.registration import register


@bp.get("/register", needs=PUBLIC)
def registration():
    _is_open()
    return _page(RegistrationForm())


@bp.post("/register", needs=PUBLIC)
def register_company():
    _is_open()
    form = RegistrationForm.read(request.form)
    if form.errors:
        return _page(form), 422
    try:
        throttle.count("register", "", door.address())
        token = register(**form.values(), locale=str(get_locale()), ip=door.address(), user_agent=door.device())
    except Refused as no:
        form.refuse(no)
        return _page(form), no.status
    door.let_in(token)
    return redirect("/", 303)


def _is_open() -> None:
    if not current_app.config["OPEN_REGISTRATION"]:
        abort(404)


def _page(form: RegistrationForm) -> str:
    return render_template("sessions/register.html", form=form, rules=passwords.rules())
