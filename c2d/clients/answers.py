"""What is typed into a field of the card: read, and written out for the reader."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _

from c2d.clients.fields import CHOICE, DATE, LINES, LINK, NUMBER, Field
from c2d.core.errors import Refused
from c2d.core.text import clean, one_line

_NUMBER = re.compile(r"[-+]?\d{1,15}(?:[.,]\d{1,6})?")
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_MINUS = "\u2212"
FIRST_YEAR, LAST_YEAR = 1900, 2199


def read(field: Field, raw: str) -> str:
    """The value to store: a number with a point, a date as YYYY-MM-DD. Raises Refused when it does not do."""
    value = clean(raw).strip() if field.kind == LINES else one_line(raw, field.limit + 1)
    if len(value) > field.limit:
        raise Refused(_("At most %(num)s characters fit", num=field.limit), field.key)
    if not value:
        if field.key == "name":
            raise Refused(_("A client needs a name"), field.key)
        if field.required:
            raise Refused(_("This field is required: it cannot be emptied"), field.key)
        return ""
    reading = {NUMBER: _number, DATE: _date, LINK: _link}.get(field.kind)
    if field.kind == CHOICE and value not in field.choices:
        raise Refused(_("Choose one of the list"), field.key)
    return reading(value, field.key) if reading else value


def written(kind: str, value: str) -> str:
    """A stored value in the reader's words; what cannot be read stays as it is."""
    try:
        if kind == NUMBER and value:
            number = Decimal(value)
            digits = max(0, -number.as_tuple().exponent)
            return format_decimal(number, "#,##0" + ("." + "0" * digits if digits else ""), locale=get_locale())
        if kind == DATE and value:
            return format_date(date.fromisoformat(value), "long", locale=get_locale())
    except (InvalidOperation, ValueError):
        return value
    return value


def address(kind: str, value: str) -> str | None:
    """Where a value leads, when it is a link that may be followed."""
    return value if kind == LINK and value.startswith(("https://", "http://")) else None


def _number(value: str, key: str) -> str:
    plain = _SPACES.sub("", value).replace(_MINUS, "-")
    if not _NUMBER.fullmatch(plain) or not plain.isascii():
        raise Refused(_("A number is needed, for example 12 or 12.5"), key)
    return plain.replace(",", ".").removeprefix("+")


def _date(value: str, key: str) -> str:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            found = datetime.strptime(value, form).date()  # noqa: DTZ007 a day of the calendar has no zone
        except ValueError:
            continue
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found.isoformat()
    raise Refused(_("A date is needed, as day.month.year"), key)


def _link(value: str, key: str) -> str:
    try:
        parts = urlsplit(value)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>\"']", value)
    except ValueError:
        fits = False
    if not fits:
        raise Refused(_("A link begins with http:// or https://"), key)
    return value[: value.index(":")].lower() + value[value.index(":") :]
