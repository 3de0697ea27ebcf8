"""c2d: an omnichannel chat centre."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from c2d import config, wiring
from c2d.core import csrf, errors, gate, headers, health, htmx, i18n, kept, log, redis, ui
from c2d.core.db import db


def create_app(settings: dict | None = None) -> Flask:
    """The application; `settings` override what the environment says (tests)."""
    app = Flask("c2d", root_path=str(config.ROOT / "c2d"), static_folder=str(config.ROOT / "static"),
                template_folder=str(config.ROOT / "templates"), static_url_path="/static")
    app.config.update(config.from_environment())
    app.config.update(settings or {})
    if not app.config.get("TESTING"):
        log.init()
    if app.config["TRUST_PROXY"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
    db.init_app(app)
    for part in (redis, htmx, i18n, csrf, headers, errors, ui, kept, health, gate):
        part.init_app(app)
    wiring.init_app(app)
    return app
