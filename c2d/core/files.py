"""Files that people sent: kept under random names, told apart by their bytes, never by what they call themselves.

They lie under VAR/files, or in the database where the disk does not last (FILES=database).
"""

import io
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import filetype
from flask import current_app
from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError

from c2d.core.errors import NotFound, Refused
from c2d.core.sql import scoped
from c2d.core.tenancy import company_id

MAX_PIXELS = 50_000_000
SNIFFED = 4096
UNKNOWN = "application/octet-stream"
# What a browser would run if it were ever shown inside our pages.
_SCRIPTED = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg|\?xml|!entity|x:|math|embed|object)\b", re.I
)
_PICTURES = {"image/jpeg", "image/png", "image/gif", "image/webp"}
_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}")

_put = scoped("INSERT INTO stored_files (company_id, key, bytes) VALUES (%(company)s, %(key)s, %(bytes)s)")
_get = scoped("SELECT bytes FROM stored_files WHERE company_id = %(company)s AND key = %(key)s")
_drop = scoped("DELETE FROM stored_files WHERE company_id = %(company)s AND key = %(key)s")


@dataclass(frozen=True, slots=True)
class Stored:
    """`mime` is what the bytes are; width and height are those of a picture that may be shown."""

    key: str
    size: int
    mime: str
    width: int | None = None
    height: int | None = None


def store(content: bytes, limit: int | None = None) -> Stored:
    """Keep a file of the company in scope. Raises Refused when it is larger than `limit` (MAX_UPLOAD)."""
    if len(content) > (limit or current_app.config["MAX_UPLOAD"]):
        raise Refused(_("The file is too large"))
    mime = sniff(content[:SNIFFED])
    width, height = _measure(content) if mime in _PICTURES else (None, None)
    if mime in _PICTURES and width is None:
        mime = UNKNOWN
    name = secrets.token_hex(16)
    key = f"{name[:2]}/{name[2:4]}/{name}"
    if current_app.config["FILES"] == "database":
        _put.run(key=key, bytes=content)
    else:
        _write(_path(key), content)
    return Stored(key, len(content), mime, width, height)


def open_stored(key: str) -> BinaryIO:
    """The file's bytes. Raises NotFound."""
    if current_app.config["FILES"] == "database":
        row = _get.first(key=key)
        if row is None:
            raise NotFound
        return io.BytesIO(row.bytes)
    try:
        return open(_path(key), "rb")
    except FileNotFoundError:
        raise NotFound from None


def delete(key: str) -> None:
    """Forget a file; one that is not there is no error."""
    if current_app.config["FILES"] == "database":
        _drop.run(key=key)
    else:
        _path(key).unlink(missing_ok=True)


def sniff(head: bytes) -> str:
    """The media type by the first bytes. Whatever could be a page or a drawing with scripts is unknown."""
    if _SCRIPTED.search(head.replace(b"\0", b"")):
        return UNKNOWN
    found = filetype.guess_mime(head)
    return found or UNKNOWN


def _measure(content: bytes) -> tuple[int | None, int | None]:
    """Width and height from the header, nothing is decoded; None for a bomb or a broken picture."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None, None
    return (width, height) if 0 < width * height <= MAX_PIXELS else (None, None)


def _path(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise NotFound
    return Path(current_app.config["VAR"]) / "files" / str(company_id()) / key


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: under another name first, on the disk before it counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with open(part, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
