"""Real PostgreSQL and Valkey for every test; each test's work is rolled back at its end.

Tests marked `own_database` get a database of their own that other processes may use too.
"""

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from c2d.core import tenancy
from c2d.core.db import db
from tests.support import stage
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.stores import Stores

# a busy machine is no fault of the program: Hypothesis fails on examples, not on time
settings.register_profile("c2d", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("c2d")

_stores = pytest.StashKey[Stores]()


def pytest_configure(config):
    config.stash[_stores] = Stores.start()


def pytest_unconfigure(config):
    config.stash[_stores].stop()


@pytest.fixture(scope="session")
def stores(pytestconfig) -> Stores:
    return pytestconfig.stash[_stores]


@pytest.fixture(scope="session")
def app(stores, tmp_path_factory):
    """The application on this worker's own database, where the cast already lives."""
    app = stage.make_app(stores, tmp_path_factory.mktemp("var"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def _rolled_back(request):
    if "app" not in request.fixturenames or request.node.get_closest_marker("own_database"):
        yield
        return
    with stage.rolled_back(request.getfixturevalue("app")):
        yield


@pytest.fixture
def cast(app) -> Cast:
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
    return stage.entering(app)


@pytest.fixture
def statements(app, monkeypatch):
    """The SQL statements run since the test asked for this fixture (without savepoints)."""
    seen: list[str] = []
    execute = psycopg.Cursor.execute

    def noting(cursor, query, *args, **options):
        if not str(query).startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(query)
        return execute(cursor, query, *args, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", noting)
    return seen
