"""The page of the settings: now, history, search, adding, the reply."""

from datetime import timedelta

import pytest

from c2d.companies import settings
from c2d.core.clock import now
from c2d.core.db import db
from tests.support import factories
from tests.support.updates import rows


def card_of(client: int) -> int:
    return rows("SELECT card_id FROM clients WHERE id = %(id)s", id=client)[0].card_id


@pytest.fixture
def trio(romashka, cast):
    """Blocked now, lifted by Борис, ended by itself."""
    names = ("Ольга Новая", "Пётр Прощеный", "Семен Срочный")
    clients = [factories.client(name, phone=f"+7900000000{n}") for n, name in enumerate(names)]
    for client in clients:
        factories.dialog(client, operator_id=cast.vera.id)
    factories.blocked(card_of(clients[0]), reason="Спам", blocked_by=cast.vera.id)
    factories.blocked(card_of(clients[1]), blocked_by=cast.vera.id, lifted_by=cast.boris.id, lifted_at=now())
    factories.blocked(card_of(clients[2]), blocked_by=cast.vera.id, until=now() - timedelta(minutes=1))
    return clients


def test_now_and_history_stand_apart_also_before_the_clock_has_noticed(trio, as_, cast):
    anna = as_(cast.anna)
    page = anna.get("/settings/blacklist").text
    assert "Ольга Новая" in page and "Спам" in page and "Вера Волкова" in page and "навсегда" in page
    assert "Пётр" not in page and "Семен" not in page and f"/clients/{trio[0]}/unblocking" in page
    past = anna.get("/settings/blacklist?tab=history").text
    assert "Ольга" not in past and "Борис Белов" in past and "Срок истёк" in past


@pytest.mark.parametrize("q", ["ольга", "нов оль", "+7 900 000-00-00", "9000000000"])
def test_it_is_searched_by_name_and_number(trio, as_, cast, q):
    anna = as_(cast.anna)
    assert "Ольга Новая" in anna.get("/settings/blacklist", query_string={"q": q}).text
    assert "Ничего не найдено" in anna.get("/settings/blacklist", query_string={"q": q + "9"}).text


def test_nothing_there_says_what_it_is_for(as_, cast, romashka):
    assert "Никто не заблокирован" in as_(cast.anna).get("/settings/blacklist").text
    assert "Раньше никого не блокировали" in as_(cast.anna).get("/settings/blacklist?tab=history").text


def test_pages_go_on_and_cost_the_same(as_, cast, romashka, statements):
    anna, costs = as_(cast.anna), []
    anna.get("/settings/blacklist")
    for many in (3, 60):
        for n in range(many):
            factories.blocked(card_of(factories.client(f"Номер {many}-{n}")))
        statements.clear()
        first = anna.get("/settings/blacklist").text
        costs.append(len(statements))
    assert costs[0] == costs[1] and first.count("<tr") == 51
    cursor = first.partition("cursor=")[2].partition('"')[0]
    second = anna.get(f"/settings/blacklist?cursor={cursor}").text
    assert second.count("<tr") == 14 and "Номер 3-0" in second


def test_a_known_client_is_found_by_number_and_by_ids(trio, as_, cast):
    anna = as_(cast.anna)
    external = rows("SELECT external_id FROM clients WHERE id = %(id)s", id=trio[2])[0].external_id
    for address in ("+7 (900) 000-00-02", "89000000002", external, str(trio[2])):
        found = anna.get("/settings/blacklist/new", query_string={"address": address}, htmx=True).text
        assert "Семен Срочный" in found and f"/clients/{trio[2]}/blocking" in found
    already = anna.get("/settings/blacklist/new", query_string={"address": str(trio[0])}, htmx=True).text
    assert "Заблокирован" in already and "/blocking" not in already
    assert "Такого клиента нет" in anna.get("/settings/blacklist/new?address=%2B79990000000", htmx=True).text
    assert "Такого клиента нет" not in anna.get("/settings/blacklist/new", htmx=True).text


def test_another_companys_clients_are_unknown(trio, as_, cast):
    hariton = as_(cast.hariton)
    assert "Такого клиента нет" in hariton.get(f"/settings/blacklist/new?address={trio[0]}", htmx=True).text
    assert "Ольга" not in hariton.get("/settings/blacklist").text
    assert as_(cast.vera).get("/settings/blacklist").status_code == 403


def test_the_reply_is_kept_and_a_long_one_comes_back(as_, cast, romashka):
    anna = as_(cast.anna)
    assert anna.post("/settings/blacklist/reply", data={"reply": "  Вы в блоке "}).status_code == 303
    assert settings.of(settings.own()).blacklist_reply == "Вы в блоке"
    db.session.remove()
    assert "Вы в блоке" in anna.get("/settings/blacklist").text
    answer = anna.post("/settings/blacklist/reply", data={"reply": "я" * 1001})
    assert answer.status_code == 422 and "1000" in answer.text and "я" * 1001 in answer.text
    assert anna.post("/settings/basic", data={
        "name": "Ромашка", "time_zone": "Europe/Moscow", "locale": "ru", "country": "RU", "sla_minutes": "5"}).status_code == 303
    assert settings.of(settings.own()).blacklist_reply == "Вы в блоке"
