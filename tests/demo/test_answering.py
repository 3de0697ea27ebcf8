"""The simulated client answers by itself: after a moment, once for each reply, until its script ends."""

from datetime import timedelta

import pytest

from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.tenancy import company
from c2d.demo.answering import answer_all
from c2d.demo.script import lines
from tests.support import factories
from tests.support.updates import rows, take_in


@pytest.fixture
def dialog(line, romashka):
    client = factories.client("Демо-клиент", "demo", external_id="demo-1", scope=str(line.channel_id))
    return factories.dialog(client, line.channel_id)


@pytest.fixture
def answered(romashka):
    """Lets the clients answer and takes the answers in; how many there are by now."""

    def look() -> int:
        answer_all()
        take_in()
        return len(_answers())

    return look


def _answers() -> list:
    return rows("SELECT text, provider_id FROM messages WHERE kind = 'from_client' ORDER BY id")


def reply(dialog: int, seconds_ago: float = 5, **values) -> int:
    return factories.message(dialog, "Ответ", "to_client", at=now() - timedelta(seconds=seconds_ago),
                             **{"status": "delivered", **values})


def test_a_reply_is_answered_once_however_often_workers_look(dialog, answered):
    id = reply(dialog)
    assert answered() == 1 and answered() == 1
    assert _answers()[0].provider_id == f"answer-{id}"


def test_two_workers_at_once_deliver_the_same(dialog):
    reply(dialog)
    answer_all()
    answer_all()
    assert len(rows("SELECT 1 FROM inbound_deliveries")) == 1


def test_the_client_thinks_for_a_moment(dialog, answered):
    reply(dialog, seconds_ago=1)
    assert answered() == 0


@pytest.mark.parametrize("status", ["queued", "failed"])
def test_what_did_not_arrive_is_not_answered(dialog, answered, status):
    reply(dialog, status=status)
    assert answered() == 0


def test_a_comment_is_not_answered_and_does_not_hide_the_reply(dialog, answered):
    factories.message(dialog, "между нами", "comment", at=now() - timedelta(seconds=9))
    assert answered() == 0
    reply(dialog, seconds_ago=6)
    factories.message(dialog, "между нами", "comment", at=now() - timedelta(seconds=5))
    assert answered() == 1


def test_only_demo_clients_answer(romashka, answered):
    reply(factories.dialog())
    assert answered() == 0


def test_the_script_goes_on_line_by_line_and_ends(app, dialog, answered):
    with app.test_request_context():
        length = len(lines())
    for n in range(length + 2):
        reply(dialog, provider_id=f"r{n}")
        assert answered() == min(n + 1, length)
    texts = [row.text for row in _answers()]
    assert len(set(texts)) == length and texts[0].startswith("Спасибо за быстрый ответ")


def test_another_company_is_not_touched(dialog, cast, answered):
    reply(dialog)
    answered()
    db.session.expunge_all()
    with company(cast.chuzhaya):
        assert rows("SELECT 1 FROM messages") == []
