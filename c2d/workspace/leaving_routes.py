"""One's status, and the way out: both ask what becomes of the open chats."""

from flask import render_template, request, session, url_for
from flask_babel import gettext as _

from c2d.core.errors import Refused
from c2d.core.fragments import oob
from c2d.core.htmx import answer, done, go, is_htmx
from c2d.core.permissions import SIGNED_IN
from c2d.dialogs.handing_on import KEEP
from c2d.workspace import bp, leaving, my_status
from c2d.workspace.leaving import Question


@bp.post("/account/status", needs=SIGNED_IN)
def status():
    choice, to = request.form.get("status", ""), _to()
    if to is None and (question := leaving.before_status(choice)):
        return _ask_for_status(question)
    try:
        leaving.change_status(choice, to or KEEP)
    except Refused as refusal:
        if refusal.field != "to":
            raise
        return _ask_for_status(leaving.question(choice, to, refusal.message), refusal.status)
    body = render_template("workspace/_leaving.html", question=None) if to else ""
    return done(url_for("workspace.window"), body, toast=_("Saved"))


@bp.post("/logout", needs=SIGNED_IN, unsecured=True)
def logout():
    to = _to()
    if to is None and (question := leaving.before_signing_out()):
        return _page(question)
    try:
        leaving.sign_out(to or KEEP)
    except Refused as refusal:
        if refusal.field != "to":
            raise
        return _page(leaving.question("", to, refusal.message)), refusal.status
    session.clear()
    return go(url_for("sessions.login"))


def _to() -> str | None:
    """What the question was answered with; None: nobody has asked yet."""
    return KEEP if request.form.get("keep") else request.form.get("to")


def _ask_for_status(question: Question, code: int = 200):
    """In the account window, where the status stays shown as it still is; without scripts as a page."""
    if not is_htmx():
        return _page(question), code
    asked = render_template("workspace/_leaving.html", question=question)
    still = render_template("workspace/_status_choice.html", mine=my_status.mine())
    return answer(asked + oob(still, "morph"), code, retarget="#leaving", reswap="outerHTML")


def _page(question: Question) -> str:
    return render_template("layouts/pane.html", title=_("Open chats"), fragment="workspace/_leaving.html", question=question)
