"""The gate every request passes: the right demanded by the route, the scope closed at the end."""

from urllib.parse import urlencode, urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_babel import gettext as _

from c2d.core import current, tenancy
from c2d.core.csrf import SAFE
from c2d.core.current import CurrentOperator
from c2d.core.db import db, read_only
from c2d.core.errors import Forbidden
from c2d.core.htmx import go, header, is_htmx
from c2d.core.permissions import API_TOKEN, PROVIDER, PUBLIC, SIGNED_IN, registry

SECURE_FIRST = "/account/security"


def init_app(app: Flask) -> None:
    app.extensions["needs"] = {"static": PUBLIC, "live.socket": PUBLIC}  # the socket asks who it is by itself
    app.extensions["closed_to_staff"], app.extensions["unsecured"] = set(), set()
    app.before_request(_check)
    app.teardown_request(_close)


def protect(app: Flask) -> None:
    """Collect what the registered slices demand; called once all of them are registered."""
    for blueprint in app.blueprints.values():
        for endpoint, needs in getattr(blueprint, "needs", {}).items():
            if not registry.knows(needs):
                raise ValueError(f"{endpoint} needs {needs!r}, which nobody declared")
            app.extensions["needs"][endpoint] = needs
        app.extensions["closed_to_staff"] |= getattr(blueprint, "closed_to_staff", set())
        app.extensions["unsecured"] |= getattr(blueprint, "unsecured", set())


def _check():
    if request.endpoint is None:
        return None  # 404 or 405, before anything is read
    needs = current_app.extensions["needs"].get(request.endpoint)
    if needs is None:
        abort(403)  # a route that declared nothing is open to nobody
    if needs in (PUBLIC, PROVIDER, API_TOKEN):
        return None
    if request.method in SAFE:
        read_only()
    operator = current.operator_or_none() or current_app.extensions["authenticate"]()
    if operator is None:
        return _to_login()
    g.operator = operator
    g.scope_token = tenancy.enter(operator.company_id)
    if operator.must_secure and request.endpoint not in current_app.extensions["unsecured"]:
        return _secure_first()
    refusal = _refusal(operator, needs)
    if refusal:
        raise refusal
    return None


def _refusal(operator: CurrentOperator, needs: str) -> Forbidden | None:
    """Why this operator may not do this, in the reader's words; None when nothing is against it."""
    if operator.staff_name and request.endpoint in current_app.extensions["closed_to_staff"]:
        return Forbidden(_("Technical access does not reach this far"))
    if request.method not in SAFE and needs != SIGNED_IN:
        if operator.previewing:
            return Forbidden(_("You are only looking with the eyes of another role"))
        if operator.read_only:
            return Forbidden(_("You have read-only access"))
    if operator.meets(needs):
        return None
    permission = registry.get(needs)
    if permission is None:
        return Forbidden(_("Only an administrator of the company may do this"))
    return Forbidden(_("No permission: %(action)s", action=_(permission.label)), ask=True)


def _secure_first():
    """The company wants a second factor: nothing else before it is set up."""
    if is_htmx():
        return go(SECURE_FIRST)
    if request.method not in SAFE:
        abort(403)
    return redirect(SECURE_FIRST, 303)


def _to_login():
    if is_htmx():
        shown = _shown()
        return go(url_for("sessions.login") + (f"?{urlencode({'next': shown})}" if shown else ""))
    if request.method != "GET":
        abort(401)
    return redirect(url_for("sessions.login", next=request.full_path.rstrip("?")), 303)


def _shown() -> str | None:
    """The address of the page that asks, to come back to."""
    try:
        parts = urlsplit(header("HX-Current-URL") or "")
    except ValueError:
        return None
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if path not in ("", "/") else None


def _close(_error=None) -> None:
    token = g.pop("scope_token", None)
    if token is not None:
        db.session.remove()
        tenancy.leave(token)
