"""Another company's operator gets 404 and no byte on every address."""

from tests.score._suite import judge


def run(scale: float = 1.0) -> tuple[bool, str]:
    """The tests that prove it; always the whole of them."""
    return judge("tests/architecture/test_crawler.py")
