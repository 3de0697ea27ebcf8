"""Keyset pages: a cursor is the sort key of the last row seen, never an offset."""

import base64
import binascii
import json


def to_cursor(*key) -> str:
    """An opaque, URL-safe cursor of numbers and strings."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def from_cursor(cursor: str | None, size: int, most: int = 200) -> tuple | None:
    """The key, or None for an absent or damaged cursor (then the first page is shown)."""
    if not cursor or len(cursor) > most:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        return None
    return tuple(key) if isinstance(key, list) and len(key) == size else None
