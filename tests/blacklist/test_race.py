"""Blocking while messages arrive, with real intake processes."""

import json
import threading
import time

import pytest

from c2d import create_app
from c2d.blacklist import blocking
from c2d.channels import access, inbound
from c2d.companies import settings
from c2d.core.alone import hang_up
from c2d.core.db import db, in_transaction
from c2d.core.tenancy import company
from tests.support import cast, factories, running
from tests.support.stage import settings_for
from tests.support.updates import rows, text_update

ROUNDS, MESSAGES = 12, 300


@pytest.fixture
def place(stores, tmp_path, monkeypatch):
    """(app, company, two channels) on a database of their own, and two intake processes that serve it."""
    url = stores.clone()
    instance = running.Instance(tmp_path, url, stores.redis_url())
    app = create_app({**settings_for(url, stores.redis_url(), tmp_path), "SECRET_KEY": instance.env["SECRET_KEY"]})
    intakes = [instance._child("intake", running.supervisor.PROCESSES["intake"]) for _ in range(2)]
    with app.app_context():
        people = cast.assemble()
        with company(people.romashka):
            channels = [factories.channel(), factories.channel(name="Продажи")]
            monkeypatch.setattr(blocking, "operator", lambda: people.vera)
            monkeypatch.setattr("c2d.dialogs.closing.operator", lambda: people.vera)
            for intake in intakes:
                intake.spawn()
            yield app, people.romashka, channels
            for intake in intakes:
                intake.ask_to_stop()
            for intake in intakes:
                intake.stop(20)
        db.session.remove()
        db.engine.dispose()
        hang_up()
    access.forget()
    stores.drop(url)


@pytest.mark.own_database
def test_every_message_is_on_one_side_of_every_block(place):
    app, company_id, channels = place
    _arrive(app, company_id, channels[0], range(1))
    _settle(1)
    [(card, dialog)] = rows("SELECT card_id, id FROM dialogs")
    sender = threading.Thread(target=_arrive, args=(app, company_id, channels[0], range(1, MESSAGES), 0.004))
    sender.start()
    for _ in range(ROUNDS):
        in_transaction(lambda: blocking.block(card, "", None, close=True))
        time.sleep(0.05)
        in_transaction(lambda: blocking.unblock(card))
        time.sleep(0.05)
    sender.join()
    _settle(MESSAGES)
    kinds = [e.kind for e in rows("SELECT kind FROM event_records WHERE dialog_id = %(id)s ORDER BY seq", id=dialog)]
    blocked, wrong = False, []
    for place_in_order, kind in enumerate(kinds):
        blocked = {"client_blocked": True, "client_unblocked": False}.get(kind, blocked)
        if kind == ("message_received" if blocked else "message_withheld") or (blocked and kind == "request_opened"):
            wrong.append((place_in_order, kind))
    assert wrong == []
    assert kinds.count("client_blocked") == ROUNDS and {"message_received", "message_withheld"} <= set(kinds)
    stored = rows("SELECT text FROM messages ORDER BY id")
    assert [m.text for m in stored] == [str(n) for n in range(MESSAGES)]


@pytest.mark.own_database
def test_two_intakes_that_hear_one_blocked_client_reply_once(place):
    app, company_id, channels = place
    settings.choose(blacklist_reply="Вы заблокированы")
    db.session.commit()
    for channel in channels:
        _arrive(app, company_id, channel, range(1))
    _settle(2)
    card = rows("SELECT DISTINCT card_id FROM dialogs")[0].card_id
    in_transaction(lambda: blocking.block(card, "", None, close=True))
    senders = [threading.Thread(target=_arrive, args=(app, company_id, channel, range(1, 60))) for channel in channels]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    _settle(120)
    assert len(rows("SELECT 1 FROM messages WHERE kind = 'autoreply'")) == 1
    assert len(rows("SELECT 1 FROM messages WHERE withheld AND kind = 'from_client'")) == 118


def _arrive(app, company_id: int, channel: int, numbers, pause: float = 0.0) -> None:
    with app.app_context():
        account = access.by_id(company_id, channel)
        for n in numbers:
            inbound.store(account, json.dumps(text_update(peer=7, text=str(n))).encode())
            time.sleep(pause)


def _settle(messages: int) -> None:
    """Wait until so many words of the client are stored."""
    deadline = time.monotonic() + 60
    while len(rows("SELECT 1 FROM messages WHERE kind = 'from_client'")) < messages:
        assert time.monotonic() < deadline, "not taken in"
        time.sleep(0.05)
