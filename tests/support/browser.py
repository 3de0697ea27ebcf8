"""A client that behaves like our page: keeps its cookie, sends the CSRF token with every form."""

from datetime import timedelta

from flask import g, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from c2d.core.clock import now
from c2d.core.crypto import fingerprint, new_token
from c2d.core.db import db
from c2d.core.tenancy import company
from c2d.sessions.models import LoginSession
from tests.support.cast import Person

CSRF = "0" * 40


class Browser(FlaskClient):
    """`open` adds the token; `raw=True` leaves it out. `htmx=True` asks for the fragment."""

    def open(self, *args, raw: bool = False, htmx: bool = False, **options):
        if has_app_context():
            # the test's own context outlives the request: nobody signed in there, no row is held
            g.pop("operator", None)
            g.pop("_login_user", None)
            db.session.remove()
        headers = dict(options.pop("headers", None) or {})
        if not raw and options.get("method", "GET") not in ("GET", "HEAD"):
            with self.session_transaction() as session:
                session["csrf_token"] = CSRF
            secret = self.application.config["SECRET_KEY"]
            headers["X-CSRFToken"] = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(CSRF)
        if htmx:
            headers["HX-Request"] = "true"
        with self.application.app_context():  # nothing of an earlier request may answer this one
            return super().open(*args, headers=headers, **options)


def sign_in(browser: Browser, person: Person) -> int:
    """Give the browser a login session of the person; its id comes back."""
    token = new_token()
    with company(person.company_id):
        row = LoginSession(operator_id=person.id, token_hash=fingerprint(token),
                           expires_at=now() + timedelta(days=1), ip="127.0.0.1", user_agent="test")
        db.session.add(row)
        db.session.commit()
        id = row.id
        db.session.remove()
    with browser.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return id
