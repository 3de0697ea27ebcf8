"""Who does nothing becomes offline, when their company wants that."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from c2d.core import clock
from c2d.core.db import db, in_transaction
from c2d.core.tenancy import company
from c2d.operators import status_rules
from c2d.operators.models import Operator, StatusSpan
from c2d.sessions import door, idle
from c2d.sessions.models import LoginSession
from tests.support import factories

MODULES = (idle, door)


@pytest.fixture
def later(monkeypatch):
    """`later(31)`: it is 31 minutes later than when the test began."""
    began = clock.now()

    def move(minutes: float) -> None:
        for module in MODULES:
            monkeypatch.setattr(module, "now", lambda: began + timedelta(minutes=minutes))

    return move


def after(cast, minutes: int) -> None:
    with company(cast.romashka):
        rules = {**status_rules.current(), "idle_offline_minutes": minutes}
        in_transaction(lambda: status_rules.change(**rules))


def status(person) -> str:
    with company(person.company_id):
        return db.session.scalar(select(Operator.status).where(Operator.id == person.id))


def test_who_did_nothing_for_so_long_becomes_offline_and_the_stretch_ends(as_, cast, later):
    vera = as_(cast.vera)
    after(cast, 30)
    vera.post("/account/status", data={"status": "away"})
    later(30)
    idle.send_offline()
    assert status(cast.vera) == "away"  # activity is noted once a minute, so it may be half a minute old
    later(31.5)
    idle.send_offline()
    assert status(cast.vera) == "offline"
    with company(cast.romashka):
        found = db.session.scalars(select(StatusSpan).where(StatusSpan.operator_id == cast.vera.id)
                                   .order_by(StatusSpan.id)).all()
    assert [(s.status, s.ended_at is None) for s in found] == [("away", False), ("offline", True)]
    assert found[0].ended_at == found[1].started_at


def test_without_the_rule_nobody_is_sent_away(as_, cast, later):
    as_(cast.vera)
    later(600)
    assert idle.send_offline() == 0
    assert status(cast.vera) == "online"


def test_only_companies_that_want_it(as_, cast, later):
    as_(cast.vera), as_(cast.hariton)
    after(cast, 30)
    later(60)
    idle.send_offline()
    assert (status(cast.vera), status(cast.hariton)) == ("offline", "online")


@pytest.mark.parametrize(("act", "stays"), [
    (lambda b, chat: b.get("/chats"), True),
    (lambda b, chat: b.get("/chats/rows", htmx=True), True),
    (lambda b, chat: b.post(f"/chats/{chat}/draft", data={"text": "Здра"}, htmx=True), True),
    (lambda b, chat: b.get("/live"), False),
    (lambda b, chat: b.get("/chats/rows", htmx=True, headers={"X-By-Itself": "1"}), False),
])
def test_what_a_person_does_counts_and_what_the_page_does_by_itself_does_not(as_, cast, later, act, stays):
    with company(cast.romashka):
        chat = factories.dialog(operator_id=cast.vera.id)
    vera = as_(cast.vera)
    after(cast, 30)
    later(25)
    act(vera, chat)
    later(40)
    idle.send_offline()
    assert status(cast.vera) == ("online" if stays else "offline")


def test_the_pages_own_fetches_say_that_they_are_its_own(as_, cast):
    with company(cast.romashka):
        chat = factories.dialog(operator_id=cast.vera.id)
    vera = as_(cast.vera)
    for page in ("/chats", f"/chats/{chat}"):
        body = vera.get(page).get_data(as_text=True)
        marked = body.count('hx-trigger="catchup from:body" hx-headers=')
        assert marked and body.count('hx-trigger="catchup from:body"') == marked, page


def test_one_device_in_use_is_enough(as_, cast, later):
    forgotten, used = as_(cast.vera), as_(cast.vera)
    after(cast, 30)
    later(28)
    used.get("/chats")
    later(40)
    idle.send_offline()
    assert status(cast.vera) == "online"
    assert forgotten.get("/chats").status_code == 200


def test_platform_staff_at_work_keeps_nobody_online(as_, cast, later):
    as_(cast.vera)
    after(cast, 30)
    with company(cast.romashka):
        db.session.execute(update(LoginSession).where(LoginSession.operator_id == cast.vera.id).values(staff_name="Ольга"))
        db.session.commit()
    idle.send_offline()
    assert status(cast.vera) == "offline"


def test_who_is_back_stays_offline_until_they_choose(as_, cast, later):
    vera = as_(cast.vera)
    after(cast, 30)
    later(32)
    idle.send_offline()
    assert status(cast.vera) == "offline"
    vera.get("/chats")
    idle.send_offline()
    assert status(cast.vera) == "offline"
    vera.post("/account/status", data={"status": "online"})
    idle.send_offline()
    assert status(cast.vera) == "online"


def test_who_came_back_between_the_look_and_the_change_stays(as_, cast, later, monkeypatch):
    vera = as_(cast.vera)
    after(cast, 30)
    later(32)
    send = idle._send
    monkeypatch.setattr(
        idle, "_send", lambda id: vera.get("/chats").status_code == 200 and send(id) if id == cast.vera.id else send(id))
    assert idle.send_offline() == 4  # everybody else of «Ромашка»
    assert (status(cast.vera), status(cast.gleb)) == ("online", "offline")
