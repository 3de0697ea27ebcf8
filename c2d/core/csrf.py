"""Every unsafe request carries our token and comes from our own pages."""

from flask import Flask, abort, request
from flask_wtf.csrf import CSRFProtect

protect = CSRFProtect()
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


def init_app(app: Flask) -> None:
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    protect.init_app(app)
    app.before_request(_same_site)


def _same_site():
    if request.method in SAFE or request.blueprint in protect._exempt_blueprints:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
