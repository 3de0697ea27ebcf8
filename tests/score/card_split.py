"""After parting nothing of one person is left with the other: fragments, pages, search, events, pushes."""

from tests.score._suite import judge


def run(scale: float = 1.0) -> tuple[bool, str]:
    """The tests that prove it; always the whole of them."""
    return judge("tests/clients/test_card_split.py")
