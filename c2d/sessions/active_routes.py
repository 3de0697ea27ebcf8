"""Active sessions: one's own, and for the administrator those of everybody."""

from flask import render_template, request, session, url_for
from flask_babel import gettext as _

from c2d.core.current import operator
from c2d.core.htmx import done, go, is_htmx, page_or
from c2d.core.permissions import COMPANY_ADMIN, SIGNED_IN
from c2d.core.text import one_line
from c2d.sessions import bp, listing, termination
from c2d.sessions.termination import BY_ADMINISTRATOR, ELSEWHERE

OWN, ALL = "/account/sessions", "/settings/sessions"


@bp.get(OWN, needs=SIGNED_IN)
def own():
    return render_template("sessions/own.html", sessions=listing.sessions_of(operator().id))


@bp.post("/account/sessions/<int:login_session_id>/termination", needs=SIGNED_IN)
def end_own(login_session_id: int):
    me = operator()
    if login_session_id == me.login_session_id:
        return _leave()
    listing.standing(login_session_id, me.id)
    before = listing.sessions_of(me.id)
    termination.end_one(me.id, login_session_id, ELSEWHERE)
    return _own_after(_("The session is ended"), _beside(before, login_session_id))


@bp.post("/account/sessions/others/termination", needs=SIGNED_IN)
def end_others():
    me = operator()
    termination.end_all_but(me.id, me.login_session_id, ELSEWHERE)
    return _own_after(_("You are signed out everywhere else"))


@bp.get(ALL, needs=COMPANY_ADMIN)
def everybody():
    q, sort = one_line(request.args.get("q"), 100), request.args.get("sort", "")
    sort = sort if sort == listing.OLDEST else listing.NEWEST
    page = listing.active_operators(q, sort, request.args.get("cursor"))
    return render_template("sessions/everybody.html", page=page, q=q, sort=sort)


@bp.get("/settings/sessions/operators/<int:operator_id>", needs=COMPANY_ADMIN)
def of_operator(operator_id: int):
    found = listing.one_active(operator_id)
    return page_or("sessions/operator.html", "sessions/_operator.html", person=found, sessions=listing.sessions_of(found.id))


@bp.post("/settings/sessions/<int:login_session_id>/termination", needs=COMPANY_ADMIN)
def end(login_session_id: int):
    found = listing.standing(login_session_id)
    if login_session_id == operator().login_session_id:
        return _leave()
    before = listing.sessions_of(found.operator_id)
    termination.end_one(found.operator_id, login_session_id, _reason(found.operator_id))
    return _after(found.operator_id, _("The session is ended"), _beside(before, login_session_id))


@bp.post("/settings/sessions/operators/<int:operator_id>/termination", needs=COMPANY_ADMIN)
def end_all(operator_id: int):
    found = listing.one_active(operator_id)
    mine = operator().login_session_id if operator_id == operator().id else 0
    termination.end_all_but(operator_id, mine, _reason(operator_id))
    return _after(operator_id, _("All sessions are ended: %(name)s", name=found.name))


def _reason(operator_id: int) -> str:
    return ELSEWHERE if operator_id == operator().id else BY_ADMINISTRATOR


def _leave():
    """This very session: the same as signing out."""
    termination.sign_out(operator().id, operator().login_session_id)
    session.clear()
    return go(url_for("sessions.login"))


def _beside(before: list[listing.Card], ended: int) -> int:
    """Where the focus goes: to the next card, from the last one to the card before."""
    ids = [card.id for card in before]
    at = ids.index(ended) if ended in ids else 0
    return next((id for id in [*ids[at + 1:], *reversed(ids[:at])] if id != operator().login_session_id), 0)


def _own_after(said: str, focus: int = 0):
    body = ""
    if is_htmx():
        body = render_template("sessions/_own.html", sessions=listing.sessions_of(operator().id), focus=focus, after=True)
    return done(OWN, body, toast=said)


def _after(operator_id: int, said: str, focus: int = 0):
    found = listing.one_active(operator_id)
    body = ""
    if is_htmx():
        body = render_template("sessions/_operator.html", person=found, sessions=listing.sessions_of(operator_id),
                               focus=focus, after=True)
    return done(url_for("sessions.of_operator", operator_id=found.id) if found.sessions else ALL, body, toast=said)
