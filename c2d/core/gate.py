"""The gate every request passes: the right demanded by the route, the scope closed at the end."""

from flask import Flask, abort, current_app, g, redirect, request, url_for

from c2d.core import current, tenancy
from c2d.core.csrf import SAFE
from c2d.core.db import db, read_only
from c2d.core.htmx import go, is_htmx
from c2d.core.permissions import API_TOKEN, COMPANY_ADMIN, PROVIDER, PUBLIC, SIGNED_IN, registry


def init_app(app: Flask) -> None:
    app.extensions["needs"] = {"static": PUBLIC, "live.socket": PUBLIC}  # the socket asks who it is by itself
    app.before_request(_check)
    app.teardown_request(_close)


def protect(app: Flask) -> None:
    """Collect what the registered slices demand; called once all of them are registered."""
    for blueprint in app.blueprints.values():
        for endpoint, needs in getattr(blueprint, "needs", {}).items():
            if not registry.knows(needs):
                raise ValueError(f"{endpoint} needs {needs!r}, which nobody declared")
            app.extensions["needs"][endpoint] = needs


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
    if needs == SIGNED_IN or operator.may(needs) or (needs == COMPANY_ADMIN and operator.is_administrator):
        return None
    abort(403)


def _to_login():
    if is_htmx():
        return go(url_for("sessions.login"))
    if request.method != "GET":
        abort(401)
    return redirect(url_for("sessions.login", next=request.full_path.rstrip("?")), 303)


def _close(_error=None) -> None:
    token = g.pop("scope_token", None)
    if token is not None:
        db.session.remove()
        tenancy.leave(token)
