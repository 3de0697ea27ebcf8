"""The application on a real database, one transaction a try: for pytest and for the scores."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from c2d import create_app
from c2d.core.db import db
from tests.support import cast as cast_module
from tests.support.browser import Browser, sign_in
from tests.support.stores import Stores

SETTINGS = {
    "TESTING": True, "ARGON2": (1, 8, 1), "SECRET_KEY": "tests-secret-tests-secret", "PUBLIC_URL": "http://localhost",
    "ALLOW_PRIVATE_HOSTS": True,
}
os.environ.setdefault("SECRET_KEY", SETTINGS["SECRET_KEY"])


def settings_for(database_url: str, redis_url: str, var: Path) -> dict:
    """The application's settings on a database of its own."""
    os.environ.setdefault("DATABASE_URL", database_url)  # read before these settings, and then overridden
    url = database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    return {**SETTINGS, "SQLALCHEMY_DATABASE_URI": url, "REDIS_URL": redis_url, "VAR": var}


def make_app(stores: Stores, var: Path) -> Flask:
    """The application on a fresh clone of the schema, the cast already in it."""
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = stores.clone(), stores.redis_url()
    app = create_app({**SETTINGS, "VAR": var})
    app.test_client_class = Browser
    with app.app_context():
        app.extensions["cast"] = cast_module.assemble()
    return app


@contextmanager
def rolled_back(app: Flask) -> Iterator[None]:
    """Everything committed inside ends in a savepoint of one outer transaction, undone at the end."""
    with app.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        engines = db._app_engines[app]
        engines[None] = connection
        db.session.configure(join_transaction_mode="create_savepoint")
        app.extensions["redis"].flushdb()
        try:
            yield
        finally:
            db.session.remove()
            engines[None] = engine
            outer.rollback()
            connection.close()


def entering(app: Flask):
    """`as_(person)` is a browser in which the person is signed in."""

    def enter(person: cast_module.Person) -> Browser:
        browser = app.test_client()
        sign_in(browser, person)
        return browser

    return enter


@contextmanager
def on_stage(undone: bool = True) -> Iterator[tuple]:
    """(app, cast, as_) on stores of their own, inside one transaction that is undone or with commits as in life."""
    stores = Stores.start()
    try:
        with tempfile.TemporaryDirectory() as var:
            app = make_app(stores, Path(var))
            with rolled_back(app) if undone else app.app_context():
                yield app, app.extensions["cast"], entering(app)
            with app.app_context():
                db.engine.dispose()
    finally:
        stores.stop()
