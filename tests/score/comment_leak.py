"""A comment never reaches a provider, whatever the adapter."""

from tests.score._suite import judge


def run(scale: float = 1.0) -> tuple[bool, str]:
    """The tests that prove it; always the whole of them."""
    return judge("tests/channels/test_outbound.py", "-k", "comment")
