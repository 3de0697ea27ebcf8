"""Reading JSON that strangers wrote: whatever is in it, nothing raises and nothing breaks the database later."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime

TEXT_CAP = 65_536
ID_CAP = 120
LINE_CAP = 200
LIST_CAP = 500
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean_text(value: object, cap: int = TEXT_CAP) -> str:
    """A string that PostgreSQL and UTF-8 can hold, at most `cap` characters; '' for anything that is not a string."""
    return _UNSTORABLE.sub("\ufffd", value[:cap]) if isinstance(value, str) else ""


def body_key(raw: bytes) -> str:
    """A dedupe key for a delivery without a readable id of its own."""
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def header(headers: Mapping[str, str], name: str) -> str:
    """The value of a header whatever its case and the mapping's type, '' without one."""
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "")


def _integer(digits: str) -> int | None:
    # CPython refuses to read beyond 4300 digits, and no id of any provider needs more than 63 bits.
    number = int(digits) if len(digits) <= 20 else None
    return number if number is not None and -(2**63) <= number < 2**63 else None


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


_reader = json.JSONDecoder(
    parse_int=_integer,
    parse_float=_finite,
    parse_constant=lambda name: None,
    strict=False,
)


def parse_json(raw: bytes) -> "Fields | None":
    """The object in `raw`, None when there is no JSON object.

    Broken UTF-8 becomes U+FFFD; NaN, infinities and numbers beyond 63 bits become null;
    of repeated keys the last counts.
    """
    try:
        value = _reader.decode(raw.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    return Fields(value) if isinstance(value, dict) else None


class Fields:
    """A JSON object read with expectations: a value of the wrong type counts as missing. False when empty."""

    def __init__(self, value: object = None):
        self._values = value if isinstance(value, dict) else {}

    def __bool__(self) -> bool:
        return bool(self._values)

    def __contains__(self, key: str) -> bool:
        return self._values.get(key) is not None

    def text(self, key: str, cap: int = TEXT_CAP) -> str:
        return clean_text(self._values.get(key), cap)

    def line(self, key: str) -> str | None:
        """A short text such as a name, without surrounding space; None when blank."""
        return self.text(key, LINE_CAP).strip() or None

    def id(self, key: str) -> str:
        """An identifier given as string or whole number, '' when there is none or it is longer than any real one."""
        value = self._values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        text = clean_text(value, ID_CAP + 1).strip()
        return text if len(text) <= ID_CAP else ""

    def whole(self, key: str) -> int | None:
        """A whole number from 0 to 2**31-1: sizes, durations, counts."""
        value = self._values.get(key)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None

    def number(self, key: str) -> float | None:
        value = self._values.get(key)
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def flag(self, key: str) -> bool:
        return self._values.get(key) is True

    def object(self, key: str) -> "Fields":
        return Fields(self._values.get(key))

    def entries(self, key: str) -> list[object]:
        """A list as it is, the first 500 entries of it."""
        value = self._values.get(key)
        return value[:LIST_CAP] if isinstance(value, list) else []

    def objects(self, key: str) -> list["Fields"]:
        """The objects of a list."""
        return [Fields(entry) for entry in self.entries(key) if isinstance(entry, dict)]

    def moment(self, key: str, per_second: int = 1) -> datetime | None:
        """A Unix time in seconds, or in 1/`per_second` of them, between 1970 and 2100; as a number or its digits."""
        value = self._values.get(key)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16:
            value = int(value)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return None
        seconds = value / per_second
        return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 4_102_444_800 else None

    def names(self) -> list[str]:
        """The keys that have a value, readable, for saying what an unknown object was."""
        return [clean_text(key, 64) for key, value in list(self._values.items())[:50] if value is not None]
