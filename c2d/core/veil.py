"""Phones and e-mails before those who may not see them: who that is, and what they see in their place."""

import re

from flask import g

from c2d.core import emails, phones
from c2d.core.current import operator_or_none

CONTACTS = "clients.contacts"  # the right to see them
_EMAIL = re.compile(r"[^\s@<>(),;\"]+@[^\s@<>(),;\"]+")
_NUMBER = re.compile(r"\+?\(?\d(?:[^\w@]{0,3}\d){5,}")
# The same for `client_cards.search`, shorter: it also holds the digits out of an address, five and more.
SEARCHED = r"[^[:space:]@]+@[^[:space:]]*|[[:digit:]]([^[:alnum:]@]{0,3}[[:digit:]]){4,}"


def hidden() -> bool:
    """Does whoever reads this not see phones and e-mails? Where nobody is known to read, they do not."""
    reader = g.get("reader")
    if reader:
        return not reader[2]
    found = operator_or_none()
    return not (found and found.may(CONTACTS))


def phone(number: str) -> str:
    """A phone, or a messenger's id that stands among them, for the reader."""
    if not hidden():
        return number
    return emails.masked(number) if "@" in number else phones.masked(number)


def email(address: str) -> str:
    return emails.masked(address) if hidden() else address


def words(text: str) -> str:
    """A name, a login, an id: for the reader, with the numbers and addresses in it masked."""
    return masked(text) if text and hidden() else text


def masked(text: str) -> str:
    without = _EMAIL.sub(lambda found: emails.masked(found[0]), text)
    return _NUMBER.sub(lambda found: phones.masked(found[0]), without)


def covers(text: str) -> bool:
    """Is a part of it kept from the reader? Then they must not change it either."""
    return words(text) != text
