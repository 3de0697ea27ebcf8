"""From a stored message to its provider, once."""

from datetime import timedelta
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from c2d.channels import access, outbound, outbox, sender
from c2d.channels.adapters.telegram_bot.adapter import TelegramBot
from c2d.channels.contract import ChannelError, SendResult
from c2d.channels.transports import TRANSPORTS
from c2d.core import bells
from c2d.core.db import db
from c2d.core.errors import NotFound
from c2d.core.sql import scoped
from tests.support import factories
from tests.support.updates import rows


class Provider(TelegramBot):
    """Says what the test wants: each entry of `script` is raised or returned, then everything is accepted."""

    def __init__(self):
        self.script, self.got = [], []

    def send(self, access, outbound, http):
        self.got.append(outbound)
        said = self.script.pop(0) if self.script else SendResult(provider_ids=(f"p{len(self.got)}",))
        if isinstance(said, Exception):
            raise said
        return said


@pytest.fixture
def provider(app, romashka, monkeypatch):
    """Every transport's provider; the threads of the sender work one after another in the test's own session."""
    found = Provider()
    for row in list(TRANSPORTS.values()):
        monkeypatch.setitem(TRANSPORTS, row.key, _with_adapter(row, found))
    monkeypatch.setattr(sender, "ThreadPoolExecutor", AtOnce)
    monkeypatch.setattr(sender, "_send", lambda app, sending: _in_scope(sending))
    access.forget()
    yield found
    access.forget()


def test_a_message_leaves_once_and_becomes_sent(provider):
    id = _queued("Добрый день")
    assert _send() == 1 and _send() == 0
    assert [letter.text for letter in provider.got] == ["Добрый день"]
    [message] = rows("SELECT status, provider_id FROM messages WHERE id = %(id)s", id=id)
    assert (message.status, message.provider_id) == ("sent", "p1")
    assert [e.particulars["status"] for e in _changes()] == ["sent"]


def test_the_sender_is_woken_by_the_commit_and_not_before(app, romashka, monkeypatch):
    rung, channel = [], factories.channel()
    monkeypatch.setattr(bells.redis, "publish", lambda name, _: rung.append(name))
    dialog = factories.dialog(channel_id=channel)
    written = [factories.message(dialog, "ответ", "to_client", status="queued") for _ in range(2)]
    db.session.commit()
    outbound.send_later(written[0], dialog, channel)
    db.session.rollback()
    assert rung == []
    outbound.send_later(written[1], dialog, channel)
    assert rung == []
    db.session.commit()
    assert rung == [sender.BELL]


def test_the_sender_goes_on_after_an_error_and_stops_when_told(app, monkeypatch):
    stopping, looks = Event(), []

    def claim(_running):
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("something new")
        stopping.set()

    monkeypatch.setattr(sender, "_claim", claim)
    monkeypatch.setattr(sender, "AWAY_PAUSE", 0)
    monkeypatch.setattr(sender.Bell, "wait", lambda *_: False)
    sender.keep_sending(stopping)
    assert len(looks) == 2
    assert app.test_client().get("/healthz").json["beats"]["sender"] < 60


def test_a_provider_that_takes_its_time_holds_nothing_that_becomes_due_meanwhile(app, monkeypatch):
    due, stopping = [SimpleNamespace(channel_id=1)], Event()
    called, let_go, elsewhere = Event(), Event(), Event()

    def send(_app, sending):
        if sending.channel_id == 2:
            return elsewhere.set()
        called.set()
        return let_go.wait(20)

    def work():
        with app.app_context():
            sender.keep_sending(stopping)

    monkeypatch.setattr(sender, "_claim", lambda _running: due.pop() if due else None)
    monkeypatch.setattr(sender, "_send", send)
    monkeypatch.setattr(sender, "beat", lambda _name: None)
    keeping = Thread(target=work)
    keeping.start()
    try:
        assert called.wait(10)
        assert sender.send_due() == 0  # the sweeper of this process leaves it to its sender
        due.append(SimpleNamespace(channel_id=2))
        assert elsewhere.wait(5)
    finally:
        stopping.set()
        let_go.set()
        keeping.join(20)
    assert not sender._here.is_set()


def test_messages_of_a_dialog_leave_in_order_and_a_retrying_one_holds_back_the_later(provider):
    dialog = factories.dialog()
    first, second = _queued("раз", dialog), _queued("два", dialog)
    other = _queued("другому")
    provider.script = [ChannelError("retry", "down")]
    _send()
    assert [letter.text for letter in provider.got] == ["раз", "другому"]
    assert [_status(id) for id in (first, second, other)] == ["queued", "queued", "sent"]
    assert rows("SELECT problem FROM messages WHERE id = %(id)s", id=first)[0].problem == "retry: down"
    _time_passes(seconds=5)
    _send()
    assert [letter.text for letter in provider.got] == ["раз", "другому", "раз", "два"]
    assert [_status(id) for id in (first, second)] == ["sent", "sent"]


def test_too_many_requests_rests_the_whole_channel_but_no_other(provider):
    channel = factories.channel()
    ids = [_queued(f"{n}", _dialog_on(channel)) for n in range(3)]
    provider.script = [ChannelError("rate", "slow down", retry_after=7)]
    _send()
    assert [_status(id) for id in ids] == ["queued"] * 3 and len(provider.got) == 1
    elsewhere = _queued("другой канал")
    _send()
    assert _status(elsewhere) == "sent"
    _time_passes(seconds=8)
    _send()
    assert [_status(id) for id in ids] == ["sent"] * 3


def test_a_refusal_fails_with_its_reason_and_a_person_may_try_again(provider):
    dialog = factories.dialog()
    id = _queued("привет", dialog)
    provider.script = [ChannelError("recipient", "bot was blocked by the user", code="403")]
    _send()
    assert rows("SELECT problem FROM messages WHERE id = %(id)s", id=id)[0].problem.startswith("recipient: bot was")
    assert rows("SELECT failed FROM dialogs WHERE id = %(d)s", d=dialog)[0].failed
    outbound.retry(id)
    db.session.commit()
    assert _status(id) == "queued" and not rows("SELECT failed FROM dialogs WHERE id = %(d)s", d=dialog)[0].failed
    _send()
    assert _status(id) == "sent"
    with pytest.raises(NotFound):
        outbound.retry(id)


def test_after_a_day_it_is_given_up(provider):
    id = _queued("привет")
    provider.script = [ChannelError("retry", "down")] * 2
    _send()
    _time_passes(hours=25)
    _send()
    assert _status(id) == "failed"


def test_a_message_whose_worker_died_in_the_call_is_not_sent_again_by_itself(provider):
    id = _queued("привет")
    assert _claimed()
    _send()
    assert not provider.got and _status(id) == "queued"
    _time_passes(seconds=61)
    _send()
    assert not provider.got and _status(id) == "failed"
    assert rows("SELECT problem FROM messages WHERE id = %(id)s", id=id)[0].problem.startswith("unknown")


def test_an_id_that_a_provider_gave_before_stops_nothing(provider):
    dialog = factories.dialog()
    ids = [_queued("раз", dialog), _queued("два", dialog)]
    provider.script = [SendResult(provider_ids=("p1",)), SendResult(provider_ids=("p1",))]
    _send()
    assert [_status(id) for id in ids] == ["sent", "sent"]


def test_what_the_provider_said_outlives_a_short_absence_of_the_database(provider, monkeypatch):
    id, pauses, settle = _queued("Добрый день"), [], outbox.succeeded

    def away_once(sending, result):
        if not pauses:
            raise OperationalError("", {}, Exception("gone"))
        settle(sending, result)

    monkeypatch.setattr(sender.time, "sleep", pauses.append)
    monkeypatch.setattr(outbox, "succeeded", away_once)
    _send()
    assert _status(id) == "sent" and len(provider.got) == len(pauses) == 1


def test_a_refused_password_breaks_the_channel(provider):
    channel = factories.channel()
    _queued("привет", _dialog_on(channel))
    provider.script = [ChannelError("auth", "Unauthorized")]
    _send()
    [row] = rows("SELECT state, problem FROM channels WHERE id = %(id)s", id=channel)
    assert (row.state, row.problem) == ("broken", "auth: Unauthorized")


def test_the_parts_of_a_long_message_that_left_are_not_repeated(provider):
    _queued("длинное")
    provider.script = [ChannelError("retry", "down", sent=("p1", "p2")), SendResult(provider_ids=("p1", "p2", "p3"))]
    _send()
    _time_passes(seconds=5)
    _send()
    assert [letter.sent for letter in provider.got] == [(), ("p1", "p2")]


@pytest.mark.parametrize("transport", list(TRANSPORTS))
def test_a_comment_never_leaves_whoever_asks_for_it(provider, transport):
    channel = factories.channel(transport)
    dialog = _dialog_on(channel, transport)
    comment = factories.message(dialog, "только своим", "comment", status="")
    received = factories.message(dialog, "чужие слова")
    sent = factories.message(dialog, "ответ", "to_client", status="queued")
    for id in (comment, received, sent):
        outbound.send_later(id, dialog, channel)
    db.session.commit()
    _send()
    assert [letter.text for letter in provider.got] == ["ответ"]
    assert {r.problem for r in rows("SELECT problem FROM sendings WHERE state = 2")} == {"not for clients"}


def test_buttons_and_the_quote_travel_with_the_message(provider):
    dialog = factories.dialog()
    asked = factories.message(dialog, "вопрос", provider_id="41")
    buttons = [{"title": "Да", "payload": "yes", "key": "b:1"}]
    _queued("ответ", dialog, quote_id=asked, content={"buttons": buttons})
    _send()
    [letter] = provider.got
    assert letter.quote == "41" and letter.buttons[0].key == "b:1"


def _queued(text: str, dialog: int | None = None, **values) -> int:
    dialog = dialog or factories.dialog()
    id = factories.message(dialog, text, "to_client", status="queued", **values)
    [row] = rows("SELECT channel_id FROM dialogs WHERE id = %(id)s", id=dialog)
    outbound.send_later(id, dialog, row.channel_id)
    db.session.commit()
    return id


def _dialog_on(channel: int, transport: str = "telegram") -> int:
    return factories.dialog(factories.client(transport=transport), channel)


def _send() -> int:
    db.session.expunge_all()
    return sender.send_due()


def _claimed():
    db.session.expunge_all()
    return sender._claim({})


def _status(id: int) -> str:
    return rows("SELECT status FROM messages WHERE id = %(id)s", id=id)[0].status


def _changes() -> list:
    return rows("SELECT particulars FROM event_records WHERE kind = 'delivery_status_changed' ORDER BY seq")


def _time_passes(**passed) -> None:
    scoped("""UPDATE sendings SET next_at = next_at - %(by)s, created_at = created_at - %(by)s,
              lease_until = lease_until - %(by)s WHERE company_id = %(company)s""").run(by=timedelta(**passed))
    db.session.commit()


def _with_adapter(row, adapter):
    return type(row)(**{name: getattr(row, name) for name in row.__slots__ if name != "adapter"}, adapter=adapter)


def _in_scope(sending) -> None:
    with sender.company(sending.company_id):
        sender._deliver(sending)


class AtOnce:
    """A pool whose work is done when it is asked for."""

    def __init__(self, *_args, **_options):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        return None

    def submit(self, function, *arguments):
        future = sender.Future()
        future.set_result(function(*arguments))
        return future
