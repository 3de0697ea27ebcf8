"""A forgotten password: asking for the link, choosing a new one."""

from flask import make_response, redirect, render_template, request, url_for

from c2d.core.errors import Refused
from c2d.core.permissions import PUBLIC
from c2d.sessions import bp, door, reset
from c2d.sessions.forms import read_email


@bp.get("/password", needs=PUBLIC)
def password():
    return render_template("sessions/forgot.html", email="", sent="sent" in request.args)


@bp.post("/password", needs=PUBLIC)
def ask_for_link():
    email = read_email(request.form)
    try:
        reset.ask(email, door.address())
    except Refused as no:
        return render_template("sessions/forgot.html", email=email, refused=no.message), no.status
    return redirect(url_for("sessions.password", sent=1), 303)


@bp.get("/password/<token>", needs=PUBLIC)
def new_password(token: str):
    return _page(reset.link_of(token))


@bp.post("/password/<token>", needs=PUBLIC)
def choose_password(token: str):
    link = reset.link_of(token)
    try:
        reset.choose(link, request.form.get("password", ""))
    except Refused as no:
        return _page(link, no.message), no.status
    return redirect(url_for("sessions.login", chosen=1), 303)


def _page(link: reset.Link, problem: str = ""):
    body = render_template("sessions/new_password.html", email=link.email, rules=reset.rules_of(link), problem=problem)
    response = make_response(body)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the secret
    return response
