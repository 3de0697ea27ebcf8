import pytest

from c2d import create_app
from c2d.core.alone import hang_up
from c2d.core.db import db
from tests.support import cast
from tests.support.browser import Browser
from tests.support.stage import settings_for


@pytest.fixture
def own_place(stores, tmp_path):
    """`own_place(redis_url)` is an application on a database of its own with the cast in it; (app, cast)."""
    made = []

    def make(redis_url: str | None = None):
        url = stores.clone()
        app = create_app({**settings_for(url, redis_url or stores.redis_url(), tmp_path), "SECRET_KEY": "k" * 40})
        app.test_client_class = Browser
        with app.app_context():
            people = cast.assemble()
        made.append((app, url))
        return app, people, url

    yield make
    for app, url in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
            hang_up()
        stores.drop(url)
