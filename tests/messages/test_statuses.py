"""Statuses move forward only, whatever the order in which they are told."""

import json
from itertools import permutations

import pytest

from c2d.channels.contract import ChannelError, SendResult
from c2d.core.db import db
from c2d.messages import outgoing
from tests.support import factories
from tests.support.updates import Line, rows

TOLD = ("sent", "delivered", "read", "failed")


@pytest.fixture
def line(app, romashka, monkeypatch):
    monkeypatch.setattr("c2d.channels.adapters.own_json.is_signed", lambda *_: True)
    return Line(app.test_client(), factories.channel("external"))


@pytest.mark.parametrize("order", list(permutations(TOLD)))
def test_every_order_ends_in_read(line, order):
    id = _sent(line, "m1")
    for status in order:
        line.tell(_status("m1", status))
    assert _status_of(id) == "read"
    told = [e.particulars["status"] for e in rows(
        "SELECT particulars FROM event_records WHERE kind = 'delivery_status_changed' ORDER BY seq")]
    places = ["sent", "failed", "delivered", "read"]
    assert told == sorted(set(told), key=places.index) and told[-1] == "read"


def test_a_failure_after_sending_shows_with_its_reason_and_flags_the_dialog(line):
    id = _sent(line, "m1")
    line.tell(_status("m1", "failed", error="no such number"))
    [message] = rows("SELECT status, problem, dialog_id FROM messages WHERE id = %(id)s", id=id)
    assert (message.status, message.problem) == ("failed", "recipient: no such number")
    assert rows("SELECT failed FROM dialogs WHERE id = %(id)s", id=message.dialog_id)[0].failed
    line.tell(_status("m1", "delivered"))
    [message] = rows("SELECT status, problem, dialog_id FROM messages WHERE id = %(id)s", id=id)
    assert (message.status, message.problem) == ("delivered", None)
    assert not rows("SELECT failed FROM dialogs WHERE id = %(id)s", id=message.dialog_id)[0].failed


def test_a_status_that_overtakes_the_providers_answer_waits_for_it(line):
    id = _sent(line, None, status="queued")
    line.tell(_status("late", "delivered"), _status("late", "sent"))
    assert len(rows("SELECT 1 FROM parked_statuses")) == 2 and _status_of(id) == "queued"
    outgoing.accepted(id, SendResult(provider_ids=("late",)))
    db.session.commit()
    assert _status_of(id) == "delivered" and not rows("SELECT 1 FROM parked_statuses")


def test_a_repeated_status_says_nothing_again(line):
    _sent(line, "m1")
    line.tell(_status("m1", "read"))
    before = len(rows("SELECT 1 FROM event_records"))
    line.tell(_status("m1", "read", error="again"))
    assert len(rows("SELECT 1 FROM event_records")) == before


def test_our_own_echo_is_not_imported_in_either_order(line):
    first = _sent(line, None, status="queued")
    outgoing.accepted(first, SendResult(provider_ids=("e1",)))
    db.session.commit()
    line.tell(_echo("e1"))
    second = _sent(line, None, status="queued")
    line.tell(_echo("e2"))
    outgoing.accepted(second, SendResult(provider_ids=("e2",)))
    db.session.commit()
    ours = rows("SELECT id, imported FROM messages WHERE kind = 'to_client' ORDER BY id")
    assert [(m.id, m.imported) for m in ours] == [(first, False), (second, False)]


def test_a_message_that_waits_for_its_provider_says_why(line):
    id = _sent(line, None, status="queued")
    outgoing.delayed(id, ChannelError("retry", "down"))
    db.session.commit()
    assert rows("SELECT status, problem FROM messages WHERE id = %(id)s", id=id) == [("queued", "retry: down")]


def _sent(line, provider_id: str | None, status: str = "sent") -> int:
    client = rows("SELECT id FROM clients")
    if client:
        [dialog] = rows("SELECT id FROM dialogs")
        dialog_id = dialog.id
    else:
        person = factories.client(transport="external", external_id="7", scope=str(line.channel_id))
        dialog_id = factories.dialog(person, line.channel_id)
    id = factories.message(dialog_id, "Ответ", "to_client", provider_id=provider_id, status=status)
    db.session.expunge_all()
    return id


def _status(id: str, status: str, **more) -> bytes:
    return json.dumps({"client": {"id": "7"}, "status": {"message_id": id, "status": status, **more}}).encode()


def _echo(id: str) -> bytes:
    return json.dumps({"client": {"id": "7"}, "message": {"id": id, "text": "Ответ", "echo": True}}).encode()


def _status_of(id: int) -> str:
    return rows("SELECT status FROM messages WHERE id = %(id)s", id=id)[0].status
