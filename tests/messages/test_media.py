"""Files of clients come into our own store."""

import io

import pytest
from PIL import Image

from c2d.channels.adapters.telegram_bot.adapter import TelegramBot
from c2d.channels.contract import ChannelError
from c2d.core import files
from c2d.core.db import db
from c2d.core.sql import scoped
from c2d.messages import media
from tests.support import factories
from tests.support.updates import Line, rows, update


@pytest.fixture
def photo(app, romashka):
    line = Line(app.test_client(), factories.channel())
    size = {"file_id": "big", "width": 9, "height": 9, "file_size": 99}
    line.tell(update("message", {"message_id": 5, "photo": [size]}))
    return rows("SELECT id FROM attachments")[0].id


@pytest.fixture
def gives(monkeypatch):
    def answer(*said):
        queue = list(said)

        def fetch(self, access, ref, http):
            content = queue.pop(0)
            if isinstance(content, Exception):
                raise content
            yield content

        monkeypatch.setattr(TelegramBot, "fetch_media", fetch)
    return answer


def test_a_photo_is_fetched_measured_and_shown(photo, gives):
    gives(_picture(32, 16))
    assert rows("SELECT preview_kind FROM dialogs")[0].preview_kind == "image"
    assert _fetch() == 1
    [row] = rows("SELECT state, mime, width, height, size, storage_key FROM attachments")
    assert (row.state, row.mime, row.width, row.height) == ("ready", "image/png", 32, 16)
    with files.open_stored(row.storage_key) as stored:
        assert len(stored.read()) == row.size
    assert rows("SELECT particulars FROM event_records ORDER BY seq")[-1].particulars == {"change": "file"}


def test_a_provider_that_is_down_is_asked_again(photo, gives):
    gives(ChannelError("retry", "down"), _picture(1, 1))
    _fetch()
    assert rows("SELECT state, tries FROM attachments") == [("pending", 1)]
    scoped("UPDATE attachments SET next_at = now() WHERE company_id = %(company)s").run()
    db.session.commit()
    _fetch()
    assert rows("SELECT state FROM attachments")[0].state == "ready"


def test_a_file_too_large_or_gone_is_marked_failed(photo, gives, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_UPLOAD", 10)
    gives(b"x" * 11)
    _fetch()
    assert rows("SELECT state, storage_key FROM attachments") == [("failed", None)]


def _fetch() -> int:
    db.session.expunge_all()
    return media.fetch_due()


def _picture(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, "PNG")
    return out.getvalue()
