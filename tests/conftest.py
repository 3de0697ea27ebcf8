"""Real PostgreSQL and Valkey for every test; each test's work is rolled back at its end.

Tests marked `own_database` get a database of their own that other processes may use too.
"""

import os

import pytest
from sqlalchemy import event

from c2d import create_app
from c2d.core import tenancy
from c2d.core.db import db
from tests.support import cast as cast_module
from tests.support.browser import Browser, sign_in
from tests.support.stores import Stores

SETTINGS = {"TESTING": True, "ARGON2": (1, 8, 1), "SECRET_KEY": "tests-secret-tests-secret", "PUBLIC_URL": "http://localhost"}
os.environ.setdefault("SECRET_KEY", SETTINGS["SECRET_KEY"])
_stores = pytest.StashKey[Stores]()


def pytest_configure(config):
    config.stash[_stores] = Stores.start()


def pytest_unconfigure(config):
    config.stash[_stores].stop()


@pytest.fixture(scope="session")
def stores(pytestconfig) -> Stores:
    return pytestconfig.stash[_stores]


def settings_for(database_url: str, redis_url: str, var) -> dict:
    url = database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    return {**SETTINGS, "SQLALCHEMY_DATABASE_URI": url, "REDIS_URL": redis_url, "VAR": var}


@pytest.fixture(scope="session")
def app(stores, tmp_path_factory):
    """The application on this worker's own database, where the cast already lives."""
    url = stores.clone()
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = url, stores.redis_url()
    app = create_app(settings_for(url, stores.redis_url(), tmp_path_factory.mktemp("var")))
    app.test_client_class = Browser
    with app.app_context():
        app.extensions["cast"] = cast_module.assemble()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def _rolled_back(request):
    """Everything a test commits ends in a savepoint of one outer transaction."""
    if "app" not in request.fixturenames or request.node.get_closest_marker("own_database"):
        yield
        return
    app = request.getfixturevalue("app")
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


@pytest.fixture
def cast(app) -> cast_module.Cast:
    return app.extensions["cast"]


@pytest.fixture
def romashka(cast):
    """The scope of «Ромашка» is open for the whole test."""
    with tenancy.company(cast.romashka):
        yield cast.romashka


@pytest.fixture
def browser(app) -> Browser:
    return app.test_client()


@pytest.fixture
def as_(app):
    """`as_(cast.vera)` is a browser in which Вера is signed in."""

    def enter(person) -> Browser:
        browser = app.test_client()
        sign_in(browser, person)
        return browser

    return enter


@pytest.fixture
def statements(app):
    """The SQL statements run since the test asked for this fixture (without savepoints)."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    engine = db._app_engines[app][None].engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
