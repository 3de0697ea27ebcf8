"""Settings > Security."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for

from c2d.companies import settings
from c2d.core.current import operator
from c2d.core.db import in_transaction
from c2d.core.errors import Refused
from c2d.sessions import bp, policy
from c2d.sessions.policy_forms import PolicyForm, units

NEEDS = "security"


@bp.get("/settings/security", needs=NEEDS)
def company_security():
    return _page(_stored())


@bp.post("/settings/security/second-factor", needs=NEEDS, staff=False)
def require_second_factor():
    return _save("second-factor", PolicyForm.read_second_factor)


@bp.post("/settings/security/passwords", needs=NEEDS, staff=False)
def save_password_rules():
    return _save("passwords", PolicyForm.read_passwords)


@bp.post("/settings/security/sessions", needs=NEEDS, staff=False)
def save_session_length():
    return _save("sessions", PolicyForm.read_sessions)


@bp.post("/settings/security/origins", needs=NEEDS, staff=False)
def save_origins():
    return _save("origins", PolicyForm.read_origins)


def _stored() -> PolicyForm:
    return PolicyForm.of(settings.of(settings.own()))


def _save(section: str, read: Callable[[PolicyForm, dict], None]):
    form = _stored()
    read(form, request.form)
    if not form.errors:
        try:
            in_transaction(lambda: policy.choose(**form.values))
            return redirect(url_for("sessions.company_security", saved=section), 303)
        except Refused as no:
            form.errors[no.field or ""] = no.message
    return _page(form, section), 422


def _page(form: PolicyForm, refused: str = "") -> str:
    who = operator()
    may_change = not (who.read_only or who.previewing or who.staff_name)
    return render_template("sessions/policy.html", form=form, refused=refused, units=units(), may_change=may_change,
                           without=policy.without_second_factor(), saved=request.args.get("saved"))
