"""Technical access: what a link would open, and entering."""

from flask import make_response, redirect, render_template

from c2d.core.permissions import PUBLIC
from c2d.sessions import bp, door, technical, termination


@bp.get("/technical-access/<token>", needs=PUBLIC)
def technical_access(token: str):
    response = make_response(render_template("sessions/technical.html", access=technical.access_of(token)))
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the secret
    return response


@bp.post("/technical-access/<token>", needs=PUBLIC)
def enter_by_technical_access(token: str):
    entered = technical.enter(technical.access_of(token), door.address(), door.device())
    termination.leave(door.authenticate())
    door.let_in(entered)
    return redirect("/", 303)
