"""Several intake processes at once."""

import json
import threading

import pytest

from c2d import create_app
from c2d.channels import access, inbound
from c2d.channels.intake import drain
from c2d.core.alone import hang_up
from c2d.core.db import db
from c2d.core.tenancy import company
from tests.support import cast, factories
from tests.support.stage import settings_for
from tests.support.updates import rows, text_update

CLIENTS, EACH = 50, 5


@pytest.fixture
def alone(stores, tmp_path):
    """An application with a database that other threads see too; «Ромашка» has one channel there."""
    url = stores.clone()
    app = create_app(settings_for(url, stores.redis_url(), tmp_path))
    with app.app_context():
        people = cast.assemble()
        with company(people.romashka):
            app.extensions["line"] = people.romashka, factories.channel()
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
