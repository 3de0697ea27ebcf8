"""Passwords: the rules shown beforehand, argon2id hashes that follow the configured cost."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

from c2d.companies.settings import Settings, of, own
from c2d.core.errors import Refused
from c2d.core.tenancy import scope
from c2d.sessions.common_passwords import contains_name, is_common

MAX_LENGTH = 200


def rules() -> list[str]:
    """What a password must be, in words, for the form: as the company in scope says, else as a new one would."""
    wanted = _wanted()
    mixed = [_("Letters and digits")] if wanted.password_mixed else []
    return [_("At least %(n)s characters", n=wanted.password_length), *mixed, _("Not the same as the e-mail"),
            _("None that everybody tries first")]


def check_rules(password: str, email: str, *names: str) -> None:
    """Raises Refused when the password breaks a rule of the company in scope. `names`: what it must not be either."""
    wanted, least = _wanted(), _wanted().password_length
    if len(password) < least:
        raise Refused(_("At least %(n)s characters are needed", n=least), "password")
    if len(password) > MAX_LENGTH:
        raise Refused(_("At most %(n)s characters are possible", n=MAX_LENGTH), "password")
    if password.strip().lower() in (email.lower(), email.lower().split("@")[0]):
        raise Refused(_("The password must differ from the e-mail"), "password")
    if wanted.password_mixed and not (any(c.isalpha() for c in password) and any(c.isdigit() for c in password)):
        raise Refused(_("Both letters and digits are needed"), "password")
    if is_common(password) or contains_name(password, (*names, *_company_name())):
        raise Refused(_("This is one of the passwords that are tried first. Think of another one"), "password")


def _wanted() -> Settings:
    return of(own()) if isinstance(scope(), int) else Settings()


def _company_name() -> list[str]:
    return [own().name] if isinstance(scope(), int) else []


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
