"""Whatever is uploaded: nothing but known pictures, sound and films is shown, and nothing is run."""

import io
import struct
import zipfile
import zlib

import pytest
from sqlalchemy import select

from c2d.core.db import db
from c2d.messages.file_routes import INLINE
from c2d.messages.models import Attachment
from tests.support import factories

SCRIPT = b"<script>document.title='run'</script>"


def png(width: int, height: int) -> bytes:
    """A picture whose head promises that many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    part = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + part + struct.pack(">I", zlib.crc32(part)) + b"IDAT"


def archive(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../../etc/cron.d/x", b"0" * size)
    return out.getvalue()


HOSTILE = {
    "page.html": b"<!doctype html>" + SCRIPT,
    "page.htm": b"<html>" + SCRIPT,
    "page.xhtml": b"<html xmlns='http://www.w3.org/1999/xhtml'>" + SCRIPT,
    "photo.png": b"<html>" + SCRIPT,
    "photo.jpg": b"\xff\xd8\xff\xe0" + SCRIPT,
    "photo.gif": b"GIF89a/*" + SCRIPT + b"*/",
    "photo.webp": b"RIFF\x00\x00\x00\x00WEBP" + SCRIPT,
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
    "drawing.svgz": zlib.compress(b"<svg onload='alert(1)'/>"),
    "feed.xml": b"<?xml version='1.0'?><?xml-stylesheet href='//evil.example/x.xsl'?><a/>",
    "bom.txt": b"\xef\xbb\xbf<script>alert(1)</script>",
    "wide.txt": "<script>alert(1)</script>".encode("utf-16"),
    "tool.js": b"document.title='run'",
    "style.css": b"body{background:url(//evil.example)}",
    "run.exe": b"MZ\x90\x00" + b"\x00" * 60,
    "run.sh": b"#!/bin/sh\nrm -rf /\n",
    "paper.pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "sheet.csv": b"=cmd|' /C calc'!A0",
    "flash.swf": b"CWS\x0a" + b"\x00" * 20,
    "page.mht": b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n" + SCRIPT,
    "sound.mp3": b"ID3\x03\x00\x00\x00\x00\x00\x00" + SCRIPT,
    "sound.ogg": b"OggS" + SCRIPT,
    "empty.ogg": b"",
    "bomb.png": png(60_000, 60_000),
    "bomb.zip": archive(20_000_000),
    "../../etc/passwd": b"root::0:0",
    "..\\..\\boot.ini": b"[boot]",
    "line\r\nSet-Cookie: a=b.txt": b"text",
    "nul\x00.png.exe": b"MZ",
    "\u202egpj.exe": b"MZ",
    "a" * 500 + ".txt": b"long",
    'quote".html': b"<html>" + SCRIPT,
    "template{{7*7}}.html": b"{{7*7}}",
}


@pytest.fixture
def chat(cast, romashka):
    return factories.dialog(operator_id=cast.vera.id)


@pytest.mark.parametrize("name", HOSTILE, ids=[repr(name)[:30] for name in HOSTILE])
def test_a_hostile_file_is_saved_and_never_run(as_, cast, chat, name):
    vera = as_(cast.vera)
    sent = vera.post(f"/chats/{chat}/messages", data={"files": [(io.BytesIO(HOSTILE[name]), name)]}, htmx=True)
    assert sent.status_code in (200, 422)
    found = db.session.execute(select(Attachment.id, Attachment.name)).first()
    if sent.status_code == 422:
        assert found is None
        return
    answer = vera.get(f"/files/{found.id}/x")
    assert answer.status_code == 200 and answer.data == HOSTILE[name]
    disposition = answer.headers["Content-Disposition"]
    if disposition.startswith("inline"):
        assert answer.mimetype in INLINE
    else:
        assert disposition.startswith("attachment") and answer.mimetype == "application/octet-stream"
    assert not set("\n/\\") & set(disposition.partition("filename")[2].replace("UTF-8''", ""))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]
    page = vera.get(f"/chats/{chat}").text
    assert "<script>" not in page and "49.html" not in page
