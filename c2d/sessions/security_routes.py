"""My account > Security: the password, the second factor; an administrator's help with a lost one."""

import segno
from babel.dates import format_date
from flask import redirect, render_template, request, session, url_for
from flask_babel import get_locale

from c2d.core.clock import now
from c2d.core.crypto import open_sealed, seal
from c2d.core.current import operator
from c2d.core.db import in_transaction
from c2d.core.errors import Conflict, Refused
from c2d.core.i18n import zone
from c2d.core.permissions import COMPANY_ADMIN, SIGNED_IN
from c2d.sessions import bp, door, own_security, passwords, second_factor, second_factor_reset

SHOWN, SHOWN_SECONDS = "codes", 600


@bp.get("/account/security", needs=SIGNED_IN, unsecured=True, staff=False)
def security():
    return _page()


@bp.post("/account/security/password", needs=SIGNED_IN, unsecured=True, staff=False)
def change_password():
    current, new = request.form.get("current", ""), request.form.get("password", "")
    return _try(lambda: own_security.change_password(_me(), current, new)) or _done("password")


@bp.get("/account/security/second-factor", needs=SIGNED_IN, unsecured=True, staff=False)
def second_factor_setup():
    return _setup()


@bp.post("/account/security/second-factor/secret", needs=SIGNED_IN, unsecured=True, staff=False)
def choose_secret():
    in_transaction(lambda: second_factor.prepare(operator().id))
    return redirect(url_for("sessions.second_factor_setup"), 303)


@bp.post("/account/security/second-factor", needs=SIGNED_IN, unsecured=True, staff=False)
def confirm_second_factor():
    try:
        codes = own_security.confirm(_me(), request.form.get("code", ""))
    except Conflict:
        return redirect(url_for("sessions.security"), 303)
    except Refused as no:
        return _setup(no.message, no.status)
    return _show_once(codes)


@bp.post("/account/security/second-factor/removal", needs=SIGNED_IN, unsecured=True, staff=False)
def turn_off_second_factor():
    return _try(lambda: own_security.turn_off(_me(), request.form.get("proof", "")), "off") or _done("off")


@bp.post("/account/security/recovery-codes", needs=SIGNED_IN, unsecured=True, staff=False)
def new_recovery_codes():
    made: list[str] = []
    refused = _try(lambda: made.extend(own_security.new_codes(_me(), request.form.get("proof", ""))), "codes")
    return refused or _show_once(made)


@bp.get("/account/security/recovery-codes", needs=SIGNED_IN, unsecured=True, staff=False)
def recovery_codes():
    """Once: a second look finds nothing."""
    kept = open_sealed(session.pop(SHOWN, None))
    if kept.get("operator") != operator().id or now().timestamp() - kept["at"] > SHOWN_SECONDS:
        return redirect(url_for("sessions.security"), 303)
    return render_template("sessions/recovery_codes.html", codes=kept["codes"])


@bp.post("/settings/operators/<int:operator_id>/second-factor/removal", needs=COMPANY_ADMIN, staff=False)
def reset_second_factor(operator_id: int):
    second_factor_reset.reset(operator_id)
    return redirect(f"/settings/operators/{operator_id}?done=second-factor", 303)


def _me() -> own_security.Me:
    who = operator()
    return own_security.Me(who.company_id, who.id, who.login_session_id, door.address())


def _try(work, form: str = "password"):
    """None when it went well; else the page that says at which of its forms it did not."""
    try:
        work()
    except Conflict:
        return redirect(url_for("sessions.security"), 303)  # done in another window meanwhile
    except Refused as no:
        return _page(form, no), no.status
    return None


def _done(what: str):
    return redirect(url_for("sessions.security", done=what), 303)


def _show_once(codes: list[str]):
    """Through the cookie, sealed: a page that is loaded anew sends no form twice, and no table holds them."""
    session[SHOWN] = seal({"codes": codes, "operator": operator().id, "at": now().timestamp()})
    return redirect(url_for("sessions.recovery_codes"), 303)


def _page(form: str = "", refused: Refused | None = None) -> str:
    found = second_factor.state(operator().id)
    since = format_date(found.on_at.astimezone(zone()), "long", get_locale()) if found.on_at else ""
    return render_template("sessions/security.html", state=found, since=since, form=form, refused=refused,
                           rules=passwords.rules(), wanted=operator().must_secure)


def _setup(problem: str = "", status: int = 200):
    found = second_factor.state(operator().id)
    if found.on_at or not found.secret:
        return redirect(url_for("sessions.security"), 303)
    picture = segno.make(second_factor.address_of(found.secret, found.email), micro=False)
    secret = " ".join(found.secret[n:n + 4] for n in range(0, len(found.secret), 4))
    return render_template("sessions/second_factor.html", secret=secret, problem=problem,
                           picture=picture.svg_data_uri(scale=5, border=3, light="#fff")), status
