"""Settings > Operators > List."""

import re
import time

import pytest

from c2d.core.clock import now
from c2d.core.db import db
from c2d.operators import people
from c2d.operators.models import Invitation, Operator
from tests.operators.conftest import HERE, change, seats
from tests.support import factories


def names(page) -> list[str]:
    return re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', page.text)


def test_the_list_shows_everybody_by_last_name_with_role_and_address(as_, cast, romashka):
    page = as_(cast.anna).get(HERE)
    assert names(page) == ["Антонова", "Белов", "Волкова", "Громов", "Гусева"]
    assert "Стажер" in page.text and "vera@romashka.example" in page.text and "Всего: 5" in page.text
    assert "Хромов" not in page.text


def test_the_licence_stands_above_the_list_and_administrators_take_no_seat(as_, cast, romashka):
    seats(4)
    full = as_(cast.anna).get(HERE)
    assert "По количеству зарегистрированных операторов" in full.text
    assert "Зарегистрированных операторов: 4 из 4" in full.text and 'class="note warn" id="licence"' in full.text
    seats(5)
    assert 'class="note" id="licence"' in as_(cast.anna).get(HERE).text
    seats(3, "authorised")
    as_(cast.vera)
    by_use = as_(cast.anna).get(HERE)
    assert "По количеству авторизованных операторов" in by_use.text and "Авторизованных операторов: 1 из 3" in by_use.text


def test_who_holds_a_session_is_authorised(as_, cast, romashka):
    as_(cast.vera)
    page = as_(cast.anna).get(HERE + "?q=волкова").text
    assert "Авторизован</span>" in page and "Не авторизован" not in page
    assert "Не авторизован" in as_(cast.anna).get(HERE + "?q=громов").text


@pytest.mark.parametrize("q", ["волкова вера", "ВЕРА", "vera@", "djkrjdf", "8 (912) 345-67", "мукф", "%2B7912345"])
def test_somebody_is_found_by_name_address_and_phone_even_in_the_wrong_layout(as_, cast, romashka, q):
    change(cast.vera, phone="+7 912 345-67-89")
    assert names(as_(cast.anna).get(f"{HERE}?q={q}")) == ["Волкова"]


def test_what_nobody_is_called_finds_nobody_and_offers_a_way_back(as_, cast, romashka):
    page = as_(cast.anna).get(HERE + "?q=%25")
    assert names(page) == [] and "Никого не найдено" in page.text and "Сбросить поиск" in page.text


def test_only_those_with_open_chats(as_, cast, romashka):
    factories.dialog(operator_id=cast.gleb.id)
    factories.dialog(operator_id=cast.vera.id, opened=False)
    assert names(as_(cast.anna).get(HERE + "?busy=1")) == ["Громов"]


def test_the_tabs_part_the_active_the_blocked_and_the_deleted(as_, cast, romashka):
    change(cast.vera, blocked_at=now())
    change(cast.gleb, deleted_at=now())
    anna = as_(cast.anna)
    shown = {tab: names(anna.get(f"{HERE}?tab={tab}")) for tab in people.TABS}
    assert shown["blocked"] == ["Волкова"] and shown["deleted"] == ["Громов"]
    assert "Волкова" not in shown["active"] and "Белов" in shown["active"]
    assert "Волкова" in shown["all"] and "Громов" not in shown["all"]


@pytest.mark.parametrize("column", list(people.SORTS))
def test_every_head_sorts_both_ways_and_says_so(as_, cast, romashka, column):
    anna = as_(cast.anna)
    up, down = anna.get(f"{HERE}?sort={column}"), anna.get(f"{HERE}?sort=-{column}")
    assert up.text.count('aria-sort="ascending"') == 1 and down.text.count('aria-sort="descending"') == 1
    assert sorted(names(up)) == sorted(names(down)) and len(names(up)) == 5
    assert f'name="sort" value="-{column}"' in up.text
    if column in ("last_name", "first_name", "email"):
        assert names(up) == names(down)[::-1]


def test_who_was_invited_and_has_not_come_is_shown_so(as_, cast, romashka):
    db.session.add(Invitation(operator_id=cast.gleb.id, token_hash="x", expires_at=now()))
    db.session.commit()
    assert "Приглашён" in as_(cast.anna).get(HERE + "?q=громов").text


def crowd(role: int, number: int, start: int = 0) -> None:
    db.session.add_all(Operator(role_id=role, email=f"p{n}@romashka.example", first_name="Имя", last_name=f"Фамилия{n:04}")
                       for n in range(start, start + number))
    db.session.commit()


def test_pages_and_their_size(as_, cast, romashka):
    crowd(cast.vera.role_id, 20)
    anna = as_(cast.anna)
    first, last = anna.get(HERE + "?size=10"), anna.get(HERE + "?size=10&page=3")
    assert len(names(first)) == 10 and len(names(last)) == 5 and "Страница 1 из 3" in first.text and "Всего: 25" in last.text
    assert names(anna.get(HERE + "?size=10&page=99")) == names(last)
    assert len(names(anna.get(HERE + "?size=13&page=-1&sort=password_hash&tab=x"))) == 25


def test_a_thousand_operators_need_as_many_statements_as_ten(as_, cast, romashka, statements):
    anna = as_(cast.anna)
    crowd(cast.vera.role_id, 5)
    statements.clear()
    anna.get(HERE + "?size=10")
    few = len(statements)
    crowd(cast.vera.role_id, 990, 5)
    for query in ("size=10", "size=100", "size=10&q=фамилия", "size=10&busy=1", "size=10&sort=signed_in"):
        statements.clear()
        anna.get(f"{HERE}?{query}")
        assert len(statements) == few, query
    begun = time.monotonic()
    anna.get(HERE + "?size=10")
    assert time.monotonic() - begun < 2


def test_who_may_not_add_is_offered_nothing_to_add_with(as_, cast, romashka):
    assert "Создать оператора" in as_(cast.anna).get(HERE).text
    page = as_(cast.boris).get(HERE)
    assert page.status_code == 200 and "Создать оператора" not in page.text and "Пригласить нескольких" not in page.text
    assert as_(cast.boris).get(HERE + "/new").status_code == 403
    assert as_(cast.vera).get(HERE).status_code == 403


def test_at_the_limit_the_button_explains_what_can_be_done(as_, cast, romashka):
    seats(4)
    anna = as_(cast.anna)
    assert f'href="{HERE}/new" hx-get="{HERE}/new"' in anna.get(HERE).text
    modal = anna.get(HERE + "/new", htmx=True)
    assert "Все места заняты" in modal.text and "<html" not in modal.text and 'name="email"' not in modal.text
    assert "<html" in anna.get(HERE + "/new").text
    assert 'name="email"' in anna.get(HERE + "/new?administrator=1").text
