"""Stored files: told apart by their bytes, kept under names nobody can guess or climb with."""

import io
import struct
import zlib

import pytest
from PIL import Image

from c2d.core import files
from c2d.core.errors import NotFound, Refused
from c2d.core.tenancy import company


@pytest.fixture(params=["disk", "database"])
def place(request, app, romashka, monkeypatch):
    monkeypatch.setitem(app.config, "FILES", request.param)


def test_what_is_stored_can_be_read_and_deleted(place):
    stored = files.store(b"hello")
    with files.open_stored(stored.key) as file:
        assert file.read() == b"hello"
    files.delete(stored.key)
    with pytest.raises(NotFound):
        files.open_stored(stored.key)
    files.delete(stored.key)


def test_another_company_does_not_find_it(place, cast):
    stored = files.store(b"secret")
    with company(cast.chuzhaya), pytest.raises(NotFound):
        files.open_stored(stored.key)


@pytest.mark.parametrize("key", ["../../../etc/passwd", "aa/bb/../../x", "", "/etc/passwd", "aa/bb/" + "g" * 32])
def test_a_key_cannot_climb(place, key, app):
    if app.config["FILES"] == "disk":
        with pytest.raises(NotFound):
            files.open_stored(key)


@pytest.mark.parametrize("content", [
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<?xml version='1.0'?><svg/>", b"  <HTML><body>",
    b"\xef\xbb\xbf<!DOCTYPE html>", b"GIF89a/*<script>alert(1)</script>*/", b"<\x00s\x00c\x00r\x00i\x00p\x00t\x00>",
    b"%!PS", b"", b"MZ",
])
def test_what_a_browser_could_run_is_never_a_picture(place, content):
    assert not files.store(content).mime.startswith(("image/", "text/html"))


def test_a_picture_has_its_size_and_a_bomb_is_no_picture(place):
    out = io.BytesIO()
    Image.new("RGB", (7, 5)).save(out, "PNG")
    small = files.store(out.getvalue())
    assert (small.mime, small.width, small.height) == ("image/png", 7, 5)
    bomb = files.store(_png(60_000, 60_000))
    assert (bomb.mime, bomb.width) == (files.UNKNOWN, None)


def test_a_file_over_the_limit_is_refused(place):
    with pytest.raises(Refused):
        files.store(b"x" * 11, limit=10)


def _png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(head)) + chunk + struct.pack(">I", zlib.crc32(chunk))
