"""Signing in, second step: the code of the app or a recovery code."""

from flask import redirect, render_template, request, url_for

from c2d.core.errors import Refused
from c2d.core.permissions import PUBLIC
from c2d.sessions import bp, door, second_step, termination


@bp.get("/login/2fa", needs=PUBLIC)
def second():
    return _page() if second_step.pending() else _again()


@bp.post("/login/2fa", needs=PUBLIC)
def pass_second():
    found = second_step.pending()
    if found is None:
        return _again()
    try:
        token = second_step.finish(found, request.form.get("code", "")[:100], door.address(), door.device())
    except second_step.Over:
        return _again()
    except Refused as no:
        return _page(no.message), no.status
    termination.leave(door.authenticate())
    door.let_in(token)
    return redirect(found.next or "/", 303)


def _page(refused: str = "") -> str:
    return render_template("sessions/second.html", refused=refused, recovery="recovery" in request.values)


def _again():
    return redirect(url_for("sessions.login", again=1), 303)
