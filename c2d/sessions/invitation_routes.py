"""Coming in by an invitation."""

from flask import make_response, redirect, render_template, request

from c2d.core.errors import NotFound, Refused
from c2d.core.permissions import PUBLIC
from c2d.sessions import bp, door, passwords, termination
from c2d.sessions.accepting import Gone, Invited, accept, invited


@bp.get("/invite/<token>", needs=PUBLIC)
def invitation(token: str):
    try:
        return _page(invited(token, door.address()))
    except Refused as no:
        return _over(no)


@bp.post("/invite/<token>", needs=PUBLIC)
def accept_invitation(token: str):
    try:
        link = invited(token, door.address())
    except Refused as no:
        return _over(no)
    typed = {name: request.form.get(name, "") for name in ("first_name", "last_name")}
    try:
        entry = accept(link, **typed, password=request.form.get("password", ""), ip=door.address(), user_agent=door.device())
    except (Gone, NotFound) as no:
        return _over(no)
    except Refused as no:
        return _page(link, typed, {no.field or "": no.message}, no.status)
    termination.leave(door.authenticate())
    door.let_in(entry)
    return redirect("/", 303)


def _page(link: Invited, typed: dict | None = None, errors: dict | None = None, status: int = 200):
    names = typed or {"first_name": link.first_name, "last_name": link.last_name}
    return _secret(render_template("sessions/invitation.html", link=link, names=names, rules=passwords.rules(),
                                   errors=errors or {}), status)


def _over(no: Refused):
    return _secret(render_template("sessions/invitation_over.html", message=no.message), no.status)


def _secret(body: str, status: int):
    response = make_response(body, status)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the secret
    return response
