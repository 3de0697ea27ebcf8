"""From the hook to the message."""

import json

import psycopg
import pytest

from c2d.channels import access, handover, inbound, intake, jobs
from c2d.channels.adapters.telegram_bot.adapter import SECRET_HEADER
from c2d.core.db import db
from c2d.core.sql import platform, scoped
from c2d.core.tenancy import all_companies
from tests.support import factories
from tests.support.poison import POISON
from tests.support.updates import SECRET, Line, rows, take_in, text_update, update


@pytest.fixture
def line(app, romashka):
    return Line(app.test_client(), factories.channel())


def test_a_first_message_makes_client_card_dialog_request_and_message(line):
    line.tell(text_update(text="Где мой заказ?", peer=707003957))
    [card] = rows("SELECT name, login, search FROM client_cards")
    assert (card.name, card.login) == ("Павел Никулин", "pavel707003957")
    assert "707003957" in card.search and "никулин" in card.search
    assert [(p.source, p.raw) for p in rows("SELECT source, raw FROM card_phones")] == [("[tg]", "707003957")]
    [dialog] = rows("SELECT * FROM dialogs")
    assert (dialog.state, dialog.preview, dialog.preview_kind, dialog.unread) == ("open", "Где мой заказ?", "text", 1)
    assert dialog.waiting_since == dialog.last_inbound_at and dialog.name == "Павел Никулин"
    [request] = rows("SELECT id, number, closed_at FROM requests")
    assert dialog.request_id == request.id and request.number > 677_830_000
    [message] = rows("SELECT * FROM messages")
    assert (message.kind, message.text, message.request_id) == ("from_client", "Где мой заказ?", request.id)
    kinds = [r.kind for r in rows("SELECT kind FROM event_records ORDER BY seq")]
    assert kinds == ["client_created", "request_opened", "message_received"]


def test_a_request_begins_with_its_first_message(line):
    line.tell(text_update())
    [opened] = rows("SELECT at FROM event_records WHERE kind = 'request_opened'")
    [message] = rows("SELECT at FROM messages")
    assert opened.at == message.at


def test_a_repeated_delivery_is_stored_once(line):
    body = text_update()
    for _ in range(3):
        assert line.post(body).status_code == 200
    assert take_in() == 1
    assert len(rows("SELECT 1 FROM messages")) == 1


def test_the_same_message_in_another_delivery_is_shown_once(line):
    first = text_update(message_id=55)
    line.tell(first, {**first, "update_id": 1})
    assert len(rows("SELECT 1 FROM messages")) == 1
    assert rows("SELECT unread FROM dialogs")[0].unread == 1


def test_a_wrong_secret_stores_nothing(line):
    assert line.post(text_update(), secret="guess").status_code == 403
    assert line.post(text_update(), secret="").status_code == 403
    assert not rows("SELECT 1 FROM inbound_deliveries")


def test_an_unknown_token_is_404_and_a_large_body_413(line):
    assert line.post(text_update(), token="nobody").status_code == 404
    assert line.post(b"x" * (1024 * 1024 + 1)).status_code == 413
    assert not rows("SELECT 1 FROM inbound_deliveries")


def test_a_disabled_channel_stores_and_takes_in_when_it_is_enabled_again(line):
    line.post(text_update())
    _set_state("disabled")
    assert take_in() == 0
    _set_state("active")
    assert take_in() == 1


def test_hostile_bodies_never_break_the_hook_nor_stop_the_queue(line):
    for body in POISON:
        assert line.post(body).status_code in (200, 413)
    line.tell(text_update(text="Живой", peer=9))
    assert not rows("SELECT 1 FROM inbound_deliveries WHERE state = 0")
    assert rows("SELECT text FROM messages WHERE text = 'Живой'")
    reasons = {r.problem for r in rows("SELECT problem FROM inbound_deliveries WHERE state = 2")}
    assert "not a JSON object" in reasons


def test_one_delivery_that_cannot_be_taken_in_holds_up_nobody(line, monkeypatch):
    real = handover.HANDOVER.receive

    def picky(account, arrivals):
        if any(getattr(a.event, "text", "") == "яд" for a in arrivals):
            raise ValueError("poisoned")
        return real(account, arrivals)

    monkeypatch.setattr(handover.HANDOVER, "receive", picky)
    monkeypatch.setattr(intake, "RETRY_AFTER", intake.RETRY_AFTER * 0)
    line.tell(text_update(text="до"), text_update(text="яд"), text_update(text="после"))
    assert [m.text for m in rows("SELECT text FROM messages ORDER BY id")] == ["до", "после"]
    [dead] = rows("SELECT tries, problem FROM inbound_deliveries WHERE state = 2")
    assert dead.tries == intake.TRIES and "poisoned" in dead.problem


def test_messages_keep_the_order_of_their_arrival(line):
    line.tell(*[text_update(peer=peer, text=f"{n}") for n in range(20) for peer in (1, 2, 3)])
    for dialog in rows("SELECT id FROM dialogs"):
        texts = [m.text for m in rows("SELECT text FROM messages WHERE dialog_id = %(d)s ORDER BY id", d=dialog.id)]
        assert texts == [str(n) for n in range(20)]


def test_a_message_to_a_closed_dialog_opens_a_new_request_for_nobody(line, cast):
    line.tell(text_update())
    scoped("""UPDATE dialogs SET state = 'closed', operator_id = %(vera)s, unread = 0, waiting_since = NULL
              WHERE company_id = %(company)s""").run(vera=cast.vera.id)
    scoped("UPDATE requests SET closed_at = now() WHERE company_id = %(company)s").run()
    db.session.commit()
    line.tell(text_update(text="Это снова я"))
    [dialog] = rows("SELECT state, operator_id, request_id FROM dialogs")
    requests = rows("SELECT id, closed_at FROM requests ORDER BY id")
    assert (dialog.state, dialog.operator_id, dialog.request_id) == ("open", None, requests[1].id)
    assert requests[0].closed_at and not requests[1].closed_at


def test_a_late_repeat_does_not_reopen_a_closed_dialog(line):
    first = text_update(message_id=77)
    line.tell(first)
    scoped("UPDATE dialogs SET state = 'closed' WHERE company_id = %(company)s").run()
    scoped("UPDATE requests SET closed_at = now() WHERE company_id = %(company)s").run()
    db.session.commit()
    line.tell({**first, "update_id": 2})
    assert rows("SELECT state FROM dialogs")[0].state == "closed"


def test_something_unknown_is_shown_as_unsupported(line):
    line.tell(update("message", {"message_id": 5, "giveaway": {"winners": 1}}))
    [message] = rows("SELECT content FROM messages")
    assert message.content["unsupported"] == "giveaway"
    assert rows("SELECT preview_kind FROM dialogs")[0].preview_kind == "unsupported"


def _set_state(state: str) -> None:
    scoped("UPDATE channels SET state = %(state)s WHERE company_id = %(company)s").run(state=state)
    db.session.commit()
    access.forget()


def test_the_figures_of_health_tell_what_waits(line, app):
    line.post(text_update())
    line.post(b"not json")
    factories.db.session.expunge_all()
    figures = app.test_client().get("/healthz").json
    assert figures["oldest_delivery"] >= 0 and figures["oldest_sending"] == 0 and figures["live"]["sockets"] == 0
    take_in()
    assert app.test_client().get("/healthz").json["dead_deliveries"] == 1


def test_the_sweeper_leaves_a_sign_of_life(line, app):
    jobs.sweep()
    fresh = app.test_client().get("/healthz").json
    assert fresh["beats"]["sweeper"] < 60 and fresh["status"] == "ok"
    with all_companies("a test"):
        platform("UPDATE beats SET at = at - interval '2 minutes'").run()
        db.session.commit()
    assert app.test_client().get("/healthz").json["status"] == "late"


def test_the_short_way_and_the_route_answer_alike(line, app):
    """Deliveries go round Flask; the route must stay true."""
    raw = json.dumps(text_update()).encode()
    for headers, status in (({SECRET_HEADER: SECRET}, 200), ({SECRET_HEADER: "guess"}, 403)):
        with app.test_request_context(f"/hooks/{line.token}", method="POST", data=raw, headers=headers):
            assert app.full_dispatch_request().status_code == status
        assert line.post(raw, secret=headers[SECRET_HEADER]).status_code == status
    assert len(rows("SELECT 1 FROM inbound_deliveries")) == 1


def test_only_the_address_of_a_hook_takes_the_short_way(line, browser):
    assert line.client.get(f"/hooks/{line.token}").status_code == 404  # telegram proves nothing by GET
    assert line.client.post(f"/hooks/{line.token}/more").status_code == 404
    assert line.client.post("/hooks/").status_code == 404


def test_a_database_that_is_away_is_a_503_and_the_provider_comes_again(line, monkeypatch):
    def away(*_arguments, **_values):
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr(inbound, "run_alone", away)
    assert line.post(text_update()).status_code == 503


def test_channels_that_wait_share_the_time_to_gather(app, romashka, monkeypatch):
    for _ in range(10):
        line = Line(app.test_client(), factories.channel())
        line.post(text_update(text="раз"))
        line.post(text_update(text="два"))
    db.session.expunge_all()
    pauses, handlers = [], []

    class Silent:
        def wait(self, seconds: float) -> bool:
            if seconds == intake.LOOK_EVERY:
                handlers[0]()
            pauses.append(0 if seconds in (intake.LOOK_EVERY, intake.SETTLE) else seconds)
            return False

        def close(self) -> None:
            pass

    monkeypatch.setattr(intake.event, "listen", lambda *_: None)
    monkeypatch.setattr(intake.signal, "signal", lambda _number, handler: handlers.append(handler))
    monkeypatch.setattr(intake, "Bell", lambda _name: Silent())
    monkeypatch.setattr(intake.time, "sleep", pauses.append)
    intake.run()
    assert len(rows("SELECT 1 FROM messages")) == 20
    assert 0 < sum(pauses) < 10 * intake.GATHER
