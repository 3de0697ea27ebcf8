"""Signing in; the way out asks about open chats first and so stands in the workspace."""

from flask import redirect, render_template, request, url_for

from c2d.core.errors import Refused
from c2d.core.permissions import PUBLIC
from c2d.sessions import bp, door, parting, second_step, termination
from c2d.sessions.forms import read_email
from c2d.sessions.login import Account, sign_in
from c2d.sessions.redirects import safe_next


@bp.get("/login", needs=PUBLIC)
def login():
    if door.authenticate():
        return redirect(safe_next(request.args.get("next")), 303)
    return render_template("sessions/login.html", email="", next=safe_next(request.args.get("next"), ""),
                           parting=parting.words(door.held_token()))


@bp.post("/login", needs=PUBLIC)
def enter():
    email, next = read_email(request.form), safe_next(request.form.get("next"), "")
    try:
        entered = sign_in(email, request.form.get("password", ""), door.address(), door.device())
    except Refused as no:
        return render_template("sessions/login.html", email=email, next=next, refused=no.message), no.status
    if isinstance(entered, Account):
        second_step.begin(entered, next)
        return redirect(url_for("sessions.second"), 303)
    termination.leave(door.authenticate())
    door.let_in(entered)
    return redirect(next or "/", 303)
