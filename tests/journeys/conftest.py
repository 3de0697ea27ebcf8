"""Whole journeys in a real browser: one running instance and one browser for all of them."""

import pytest

from tests.support import chromium, windows
from tests.support.demo_run import demo_run


@pytest.fixture(scope="package")
def demo(stores):
    if chromium.find() is None:
        pytest.skip(chromium.MISSING)
    with demo_run(stores) as place:
        yield place


@pytest.fixture(scope="package")
def _windows(demo):
    with windows.browser() as browser:
        yield windows.Windows(browser, demo)


@pytest.fixture
def desk(_windows):
    """Windows of this test; at its end none of them may have reported anything unforeseen."""
    yield _windows
    _windows.close()


def pytest_collection_modifyitems(items):
    """One worker runs them all: they share what is running."""
    for item in items:
        if item.path.parent.name == "journeys":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("journeys"))
