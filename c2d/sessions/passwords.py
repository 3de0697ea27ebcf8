"""Passwords: the rules shown beforehand, argon2id hashes that follow the configured cost."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

from c2d.core.errors import Refused

MIN_LENGTH, MAX_LENGTH = 10, 200


def rules() -> list[str]:
    """What a password must be, in words, for the form."""
    return [_("At least %(n)s characters", n=MIN_LENGTH), _("Not the same as the e-mail")]


def check_rules(password: str, email: str) -> None:
    """Raises Refused when the password breaks a rule."""
    if len(password) < MIN_LENGTH:
        raise Refused(_("At least %(n)s characters are needed", n=MIN_LENGTH), "password")
    if len(password) > MAX_LENGTH:
        raise Refused(_("At most %(n)s characters are possible", n=MAX_LENGTH), "password")
    if password.strip().lower() in (email.lower(), email.lower().split("@")[0]):
        raise Refused(_("The password must differ from the e-mail"), "password")


def make_hash(password: str) -> str:
    return _hasher(current_app.config["ARGON2"]).hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Does it match? For nobody (None) it takes as long as for somebody."""
    cost = current_app.config["ARGON2"]
    try:
        right = _hasher(cost).verify(stored or _nobody(cost), password[:MAX_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


def is_outdated(stored: str) -> bool:
    """Was it hashed at another cost than the one configured now?"""
    return _hasher(current_app.config["ARGON2"]).check_needs_rehash(stored)


@lru_cache(maxsize=4)
def _hasher(cost: tuple[int, int, int]) -> PasswordHasher:
    time, memory, parallelism = cost
    return PasswordHasher(time_cost=time, memory_cost=memory, parallelism=parallelism)


@lru_cache(maxsize=4)
def _nobody(cost: tuple[int, int, int]) -> str:
    return _hasher(cost).hash("nobody has this password")
