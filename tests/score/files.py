"""Hostile files are never run and never shown inline."""

from tests.score._suite import judge


def run(scale: float = 1.0) -> tuple[bool, str]:
    """The tests that prove it; always the whole of them."""
    return judge("tests/core/test_files.py", "tests/messages/test_hostile_files.py", "tests/messages/test_media.py")
