"""Several intake processes at once."""

import json
import os
import threading

import pytest

from c2d.channels import access, inbound
from c2d.channels.intake import drain
from c2d.core.alone import hang_up
from c2d.core.db import db
from c2d.core.tenancy import company
from tests.support import factories, stage
from tests.support.updates import rows, text_update

CLIENTS, EACH = 50, 5


@pytest.fixture
def alone(stores, tmp_path, monkeypatch):
    """An application with a database that other threads see too; «Ромашка» has one channel there."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    app = stage.make_app(stores, tmp_path)
    url = os.environ["DATABASE_URL"]
    with app.app_context():
        romashka = app.extensions["cast"].romashka
        with company(romashka):
            app.extensions["line"] = romashka, factories.channel()
        access.forget()
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()
        hang_up()
    access.forget()
    stores.drop(url)


@pytest.mark.own_database
def test_albums_of_fifty_clients_make_fifty_dialogs_in_the_right_order(alone):
    company_id, channel_id = alone.extensions["line"]
    account = access.by_id(company_id, channel_id)
    stopping = threading.Event()
    takers = [threading.Thread(target=_take_in, args=(alone, stopping)) for _ in range(2)]
    for taker in takers:
        taker.start()
    senders = [threading.Thread(target=_album, args=(alone, account, peer)) for peer in range(1, CLIENTS + 1)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    stopping.set()
    for taker in takers:
        taker.join()
    drain()
    with company(company_id):
        dialogs = rows("SELECT id, unread FROM dialogs")
        assert len(dialogs) == len(rows("SELECT 1 FROM requests")) == len(rows("SELECT 1 FROM client_cards")) == CLIENTS
        assert {d.unread for d in dialogs} == {EACH}
        stored = rows("SELECT dialog_id, text FROM messages ORDER BY id")
    assert len(stored) == CLIENTS * EACH
    for dialog in dialogs:
        assert [m.text for m in stored if m.dialog_id == dialog.id] == [str(n) for n in range(EACH)]


def _album(app, account, peer: int) -> None:
    with app.app_context():
        for n in range(EACH):
            update = text_update(peer=peer, text=str(n), media_group_id=str(peer))
            inbound.store(account, json.dumps(update).encode())


def _take_in(app, stopping: threading.Event) -> None:
    with app.app_context():
        while not stopping.is_set():
            drain()
        db.session.remove()
