"""Who may block, with what form, and what an operator meets afterwards."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from c2d.blacklist import blocking
from c2d.blacklist.forms import a_month_after
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.errors import Conflict
from c2d.operators.models import Operator
from tests.support import factories
from tests.support.updates import rows


def entry():
    [row] = rows("SELECT reason, until, blocked_by, lifted_at, lifted_by FROM blacklist_entries")
    return row


@pytest.mark.parametrize(("term", "days"), [("day", 1), ("week", 7), ("month", None), ("ever", None)])
def test_a_term_becomes_an_end(pavel, block, term, days):
    block(pavel, term=term)
    if term == "ever":
        assert entry().until is None
    else:
        wanted = now() + timedelta(days=days) if days else a_month_after(now())
        assert abs(entry().until - wanted) < timedelta(minutes=1)


def test_an_own_date_is_read_in_the_operators_time_zone(pavel, block, cast):
    meant = (now() + timedelta(days=3)).astimezone(ZoneInfo("Europe/Moscow")).replace(second=0, microsecond=0)
    block(pavel, term="date", until=meant.strftime("%Y-%m-%dT%H:%M"))
    assert entry().until == meant and entry().blocked_by == cast.vera.id


@pytest.mark.parametrize(("form", "said"), [
    ({"term": "date", "until": ""}, "Укажите дату и время"),
    ({"term": "date", "until": "вчера"}, "Укажите дату и время"),
    ({"term": "date", "until": "2020-01-01T10:00"}, "Этот срок уже прошёл"),
    ({"term": "век"}, "Выберите"),
    ({"term": "ever", "reason": "я" * 501}, "500"),
])
def test_a_wrong_form_comes_back_with_what_was_typed(pavel, as_, cast, form, said):
    answer = as_(cast.vera).post(f"/clients/{pavel.client}/blocking", data=form, htmx=True)
    assert answer.status_code == 422 and said in answer.text and rows("SELECT 1 FROM blacklist_entries") == []


def test_the_longest_month_ends_on_the_last_day_of_the_next():
    assert a_month_after(now().replace(year=2027, month=1, day=31)).strftime("%m-%d") == "02-28"
    assert a_month_after(now().replace(year=2026, month=12, day=5)).strftime("%Y-%m-%d") == "2027-01-05"


def test_the_form_stands_in_the_cards_menu_and_in_the_chats(pavel, as_, cast):
    vera = as_(cast.vera)
    page, address = vera.get(f"/chats/{pavel.dialog}").text, f'hx-get="/clients/{pavel.client}/blocking"'
    assert page.count(address) == 2
    form = vera.get(f"/clients/{pavel.client}/blocking", htmx=True).text
    assert 'name="reason"' in form and 'name="close" value="1" checked' in form and "<h2>" in form
    assert "<h1>" in vera.get(f"/clients/{pavel.client}/blocking").text


def test_who_may_not_block_finds_no_way_to(pavel, as_, cast):
    factories.give(pavel.dialog, cast.galya.id)
    galya = as_(cast.galya)
    assert galya.get(f"/clients/{pavel.client}/blocking").status_code == 200
    factories.right(cast.galya.role_id, "clients.block", False)
    assert "block-item-" not in galya.get(f"/clients/{pavel.client}/card").text
    assert re.search('data-no="[^"]*block', galya.get(f"/chats/{pavel.dialog}").text)
    for address in ("blocking", "unblocking"):
        assert galya.get(f"/clients/{pavel.client}/{address}").status_code == 403
        assert galya.post(f"/clients/{pavel.client}/{address}").status_code == 403


def test_a_reader_a_colleague_without_sight_and_a_stranger_block_nobody(pavel, as_, cast):
    for stranger in (cast.gleb, cast.hariton):
        for address in ("blocking", "unblocking"):
            assert as_(stranger).get(f"/clients/{pavel.client}/{address}").status_code == 404
            assert as_(stranger).post(f"/clients/{pavel.client}/{address}", data={"term": "ever"}).status_code == 404
    db.session.get(Operator, (cast.romashka, cast.vera.id)).read_only = True
    db.session.commit()
    assert as_(cast.vera).post(f"/clients/{pavel.client}/blocking", data={"term": "ever"}).status_code == 403
    assert rows("SELECT 1 FROM blacklist_entries") == []


def test_nobody_is_blocked_twice_and_lifting_twice_is_harmless(pavel, block, as_, cast):
    block(pavel)
    vera = as_(cast.vera)
    assert vera.post(f"/clients/{pavel.client}/blocking", data={"term": "ever"}, htmx=True).status_code == 409
    for _ in range(2):
        assert vera.post(f"/clients/{pavel.client}/unblocking", htmx=True).status_code == 204
    assert entry().lifted_by == cast.vera.id and pavel.events().count("client_unblocked") == 1
    block(pavel)
    assert len(rows("SELECT 1 FROM blacklist_entries")) == 2


def test_a_block_whose_end_has_come_stands_in_the_way_of_no_new_one(pavel, block, cast):
    factories.blocked(pavel.card, until=now() - timedelta(minutes=1), blocked_by=cast.vera.id)
    block(pavel)
    assert [kind for kind in pavel.events() if kind.startswith("client_")][-2:] == ["client_unblocked", "client_blocked"]
    assert len(rows("SELECT 1 FROM blacklist_entries WHERE lifted_at IS NULL")) == 1


def test_nothing_can_be_written_to_a_blocked_client(pavel, block, as_, cast):
    vera = as_(cast.vera)
    block(pavel)
    answer = vera.post(f"/chats/{pavel.dialog}/messages", data={"text": "Ответ"}, htmx=True)
    assert answer.status_code == 422 and "Чтобы написать, разблокируйте его" in answer.text
    failed = factories.message(pavel.dialog, "Давно", "to_client", status="failed", operator_id=cast.vera.id)
    assert vera.post(f"/chats/{pavel.dialog}/messages/{failed}/retry", htmx=True).status_code == 409
    assert pavel.texts("kind = 'to_client'") == ["Давно"]
    vera.post(f"/clients/{pavel.client}/unblocking")
    assert vera.post(f"/chats/{pavel.dialog}/messages", data={"text": "Ответ"}).status_code == 303


def test_the_card_and_the_head_show_it_and_the_way_back(pavel, block, as_, cast):
    block(pavel, reason="Хамит", term="day")
    page = as_(cast.vera).get(f"/chats/{pavel.dialog}").text
    head = page[page.index('id="head-'):page.index("</header>", page.index('id="head-'))]
    assert "Заблокирован" in head and "/unblocking" in head
    card = page[page.index('id="card"'):]
    assert "Заблокирован" in card and "Хамит" in card and "Вера Волкова" in card and "/unblocking" in card


def test_the_loser_of_two_who_block_at_once_is_told(pavel, romashka, monkeypatch, app, cast):
    factories.blocked(pavel.card)
    with app.test_request_context(), pytest.raises(Conflict):
        monkeypatch.setattr(blocking, "operator", lambda: cast.vera)
        blocking.block(pavel.card, "", None, close=True)
