"""The same person twice: what suggests it, to whom, and what saying no does."""

from contextlib import contextmanager
from threading import Thread
from types import SimpleNamespace

import pytest
from flask import current_app, g

from c2d.clients import duplicates, link_live
from c2d.clients.models import Client, Distinction, Email, Phone
from c2d.core.db import db, in_transaction
from c2d.core.events import EventRecord
from c2d.core.live.frames import RESYNC
from c2d.core.tenancy import company, company_id
from c2d.dialogs.models import Dialog
from tests.messages.test_live import viewer
from tests.support import factories

REVIEW = "/settings/duplicates"
HINT = "Похоже, есть ещё один чат этого клиента"


def card(client: int) -> int:
    return db.session.get(Client, (company_id(), client)).card_id


def person(cast, name: str, owner=None, phone: str | None = None, email: str = "", **values) -> int:
    """A client with a chat of Вера's, or of another owner."""
    client = factories.client(name, phone=phone, **values)
    factories.dialog(client, operator_id=(owner or cast.vera).id)
    if email:
        db.session.add(Email(card_id=card(client), raw=email, address=email.lower()))
    db.session.commit()
    return client


@contextmanager
def company_as(person):
    """Ask as an administrator would, without a page."""
    with current_app.test_request_context():
        g.operator = SimpleNamespace(id=person.id, may=lambda permission: True, channel_ids=None)
        yield


def phone(client: int, raw: str, number: str | None = None, source: str = "") -> None:
    db.session.add(Phone(card_id=card(client), source=source, raw=raw, number=number))
    db.session.commit()


@pytest.fixture
def pavel(romashka, cast):
    """Павел twice, with one phone: (client, client)."""
    return (person(cast, "Павел Никулин", phone="+79123456789"), person(cast, "Паша", phone="+79123456789"))


def shown_card(browser, client: int) -> str:
    return browser.get(f"/clients/{client}/card", htmx=True).text


def test_the_card_hints_at_another_card_with_the_same_phone(as_, cast, pavel):
    one, other = pavel
    for here, there, name in ((one, other, "Паша"), (other, one, "Павел Никулин")):
        page = shown_card(as_(cast.vera), here)
        assert HINT in page and name in page and "тот же телефон" in page
        assert f'hx-get="/clients/{here}/link?with={there}"' in page


def test_every_reason_is_named(romashka, cast):
    a = person(cast, "Ольга Ли", phone="+79123456789", email="Olga@Example.org")
    same_mail = person(cast, "О. Ли", email="olga@example.org")
    same_tail = person(cast, "ольга ли")
    phone(same_tail, "345-67-89")
    same_account = person(cast, "Оля", transport="telegram_number", external_id="707003957")
    phone(same_account, "707003957", source="[tg]")
    phone(a, "707003957", source="[tg]")
    other_name = person(cast, "Олег Ли")
    phone(other_name, "345-67-89")
    with company_as(cast.anna):
        found = {s.client_id: s.reason for s in duplicates.of_card(card(a))}
    assert found == {same_mail: "email", same_account: "visitor", same_tail: "name"}


def test_ids_of_systems_that_count_for_themselves_are_no_reason(romashka, cast):
    for scope in ("7", "8"):
        client = person(cast, f"Клиент {scope}", transport="external", external_id="42", scope=scope)
        phone(client, "42", source="[ext]")
    with company_as(cast.anna):
        assert duplicates.of_card(card(client)) == []


def test_nobody_is_hinted_at_whom_the_reader_may_not_see(as_, cast, romashka):
    mine = person(cast, "Павел", phone="+79123456789")
    person(cast, "Чужой клиент", owner=cast.gleb, phone="+79123456789")
    assert HINT in shown_card(as_(cast.boris), mine)
    assert HINT not in shown_card(as_(cast.vera), mine)
    assert "Чужой клиент" in as_(cast.boris).get(REVIEW).text
    assert "Чужой клиент" not in as_(cast.vera).get(REVIEW).text


def test_who_may_not_link_sees_no_hint(as_, cast, pavel):
    assert HINT in shown_card(as_(cast.vera), pavel[0])
    factories.right(cast.vera.role_id, "clients.link", False)
    db.session.commit()
    browser = as_(cast.vera)
    assert HINT not in shown_card(browser, pavel[0])
    assert browser.get(REVIEW).status_code == 403
    assert browser.post(f"/clients/{pavel[0]}/distinctions", data={"other": pavel[1]}).status_code == 403


def test_not_the_same_person_is_remembered_for_both_and_for_everybody(as_, cast, pavel):
    one, other = pavel
    answer = as_(cast.vera).post(f"/clients/{other}/distinctions", data={"other": one}, htmx=True)
    assert answer.status_code == 200 and f'id="duplicates-{other}"' in answer.text and HINT not in answer.text
    for client in pavel:
        assert HINT not in shown_card(as_(cast.boris), client)
    assert "Павел Никулин" not in as_(cast.boris).get(REVIEW).text
    told = db.session.query(EventRecord).filter_by(kind="clients_told_apart").one()
    assert told.actor_id == cast.vera.id and {told.particulars["card_id"], told.particulars["other_card_id"]} == {
        card(one), card(other)}


def test_it_is_taken_back_in_the_review(as_, cast, pavel):
    one, other = pavel
    boris = as_(cast.boris)
    boris.post(f"/clients/{one}/distinctions", data={"other": other})
    assert "Борис" in boris.get(f"{REVIEW}?told=1").text
    boris.post(f"/clients/{one}/distinctions/removal", data={"other": other, "review": 1}, htmx=True)
    assert HINT in shown_card(boris, one) and "Павел Никулин" not in boris.get(f"{REVIEW}?told=1").text
    assert db.session.query(EventRecord).filter_by(kind="clients_not_told_apart").count() == 1


def test_a_stranger_tells_nobody_apart(as_, cast, pavel):
    stranger = as_(cast.hariton)
    assert stranger.post(f"/clients/{pavel[0]}/distinctions", data={"other": pavel[1]}).status_code == 404
    with company(cast.chuzhaya):
        own = factories.client("Свой")
        factories.dialog(own)
        db.session.remove()
    assert stranger.post(f"/clients/{own}/distinctions", data={"other": pavel[1]}).status_code == 404
    assert stranger.post(f"/clients/{own}/distinctions", data={"other": own}).status_code == 404
    assert "Павел" not in stranger.get(REVIEW).text
    with company(cast.romashka):
        assert db.session.query(Distinction).count() == 0


def test_the_review_shows_pairs_by_pages_each_once(as_, cast, romashka):
    for n in range(duplicates.PAGE_SIZE + 3):
        for name in ("Первый", "Второй"):
            person(cast, f"{name} {n}", phone=f"+7912345{n:04}")
    anna = as_(cast.anna)
    first = anna.get(REVIEW).text
    assert "23 пары карточек" in first and first.count('class="twins"') == duplicates.PAGE_SIZE
    with company_as(cast.anna):
        page = duplicates.page()
        rest = duplicates.page(page.cursor)
    assert len(rest.rows) == 3 and not {(r.one, r.other) for r in page.rows} & {(r.one, r.other) for r in rest.rows}
    assert anna.get(f"{REVIEW}?cursor=garbage").text.count('class="twins"') == duplicates.PAGE_SIZE


def test_a_company_without_duplicates_is_told_so(as_, cast, romashka):
    assert "Дубликатов нет" in as_(cast.anna).get(REVIEW).text


def test_a_value_of_many_cards_makes_few_pairs(romashka, cast):
    for n in range(30):
        person(cast, f"Клиент {n}", phone="+79120000000")
    with company_as(cast.anna):
        assert duplicates.page().total == sum(min(duplicates.NEAR, 29 - n) for n in range(30))


def test_the_hint_costs_one_statement_and_the_review_three(as_, cast, pavel, statements):
    vera = as_(cast.vera)
    shown_card(vera, pavel[0])
    statements.clear()
    shown_card(vera, pavel[0])
    assert sum("card_distinctions" in s for s in statements) == 1
    costs = []
    for more in (0, 6):
        for n in range(more):
            person(cast, f"Ещё {n}", phone="+79123456789")
        statements.clear()
        vera.get(REVIEW)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 4


@pytest.mark.own_database
def test_said_twice_at_once_is_said_once(app, cast):
    with app.app_context(), company(cast.chuzhaya):
        pair = [factories.client(name) for name in ("Павел", "Паша")]
        db.session.remove()

    def say():
        with app.app_context(), company_as(cast.hariton), company(cast.chuzhaya):
            in_transaction(lambda: duplicates.tell_apart(*pair, cast.hariton.id))
            db.session.remove()

    threads = [Thread(target=say) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context(), company(cast.chuzhaya):
        assert db.session.query(Distinction).count() == 1
        assert db.session.query(EventRecord).filter_by(kind="clients_told_apart").count() == 1
        db.session.remove()


def test_open_pages_learn_that_the_two_were_told_apart(as_, cast, pavel):
    one, other = pavel
    as_(cast.anna).post(f"/clients/{one}/distinctions", data={"other": other}, htmx=True)
    event = db.session.query(EventRecord).filter_by(kind="clients_told_apart").one()
    dialog = db.session.query(Dialog).filter_by(client_id=other).one().id
    watching = [viewer(cast.vera, "operator", dialog)]
    [push] = link_live.hints([event], watching)
    assert push.topic == f"dialog:{dialog}" and push.render(watching[0]) == RESYNC
    assert push.key(viewer(cast.gleb, "operator", dialog)) is None
