"""What a new operator's password needs of the sessions, which stand to the right: wiring fills the slots."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class FirstPassword:
    """`rules` in words; `check` raises Refused("password"); `make_hash` takes long, so it is called outside of
    a transaction."""

    rules: Callable[[], list[str]] = None
    check: Callable[[str, str], None] = None
    make_hash: Callable[[str], str] = None


FIRST_PASSWORD = FirstPassword()
