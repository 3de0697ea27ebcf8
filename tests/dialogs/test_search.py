"""Finding a chat by whatever one remembers of it."""

import unicodedata
from html import unescape
from types import SimpleNamespace

import pytest
from flask import g
from hypothesis import given
from hypothesis import strategies as st

from c2d.clients import link_search, search, searching
from c2d.clients.models import CardValue, ClientCard, CustomField, Email
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.tenancy import company_id
from c2d.core.text import highlight
from c2d.dialogs import search as chats
from c2d.dialogs.models import Dialog, Request
from tests.dialogs.test_list import shown
from tests.support import factories


@pytest.fixture
def pavel(romashka, cast):
    client = factories.client("Пётр Никулин", phone="+79123456789", username="petr_n", external_id="707003957")
    dialog = factories.dialog(client, operator_id=cast.vera.id)
    factories.message(dialog, "Когда приедет мой холодильник?")
    searching.refresh([row(dialog).card_id])
    factories.dialog(factories.client("Иван Другой", phone="+70000000000"), operator_id=cast.vera.id)
    db.session.commit()
    return dialog


def row(id: int, model=Dialog):
    return db.session.get(model, (company_id(), id))


@pytest.mark.parametrize("q", [
    "никул", "Петр", "ПЁТР НИКУЛИН", "никулин петр", "6789", "8 (912) 345-67-89", "8912345", "+7 912",
    "петр 912 345-67", "@petr_n", "petr_n", "7070039", "холодильник", "холодил",
])
def test_a_chat_is_found_by(as_, cast, pavel, q):
    assert shown(as_(cast.vera).get("/chats", query_string={"q": q})) == [pavel]


def test_a_chat_is_found_by_its_numbers(as_, cast, pavel):
    vera, dialog = as_(cast.vera), row(pavel)
    number = row(dialog.request_id, Request).number
    assert pavel in shown(vera.get(f"/chats?q=N-{number}"))
    assert pavel in shown(vera.get(f"/chats?q={number}"))


def test_words_in_the_wrong_layout_are_understood(as_, cast, pavel):
    assert shown(as_(cast.vera).get("/chats", query_string={"q": "ybrekby"})) == [pavel]


def test_what_is_not_there_is_not_found(as_, cast, pavel):
    page = as_(cast.vera).get("/chats", query_string={"q": "крокодил"})
    assert shown(page) == [] and "Ничего не найдено" in page.text


def test_searching_shows_nothing_that_one_may_not_see(as_, cast, pavel):
    assert shown(as_(cast.gleb).get("/chats?q=6789")) == []
    assert shown(as_(cast.hariton).get("/chats?q=6789")) == []
    assert shown(as_(cast.boris).get("/chats?q=6789")) == [pavel]


def test_searching_costs_the_same_whatever_it_finds(as_, cast, pavel, statements):
    vera = as_(cast.vera)
    statements.clear()
    vera.get("/chats/rows?q=6789", htmx=True)
    assert len(statements) <= 3  # who asks, what is found, where it matched


def answer(pavel, value: str, **values) -> None:
    """A field of the company's own with what Пётр's card says in it."""
    field = CustomField(label=f"Поле {value}", **values)
    db.session.add(field)
    db.session.flush()
    db.session.add(CardValue(card_id=row(pavel).card_id, field_id=field.id, value=value))
    db.session.commit()
    searching.refresh([row(pavel).card_id])
    db.session.commit()


def test_a_chat_is_found_by_any_field_of_the_card(as_, cast, pavel):
    card = row(row(pavel).card_id, ClientCard)
    card.title, card.login, card.comment = "Оптовик из Твери", "opt-17", "Просил звонить\nпосле обеда"
    db.session.add(Email(card_id=card.id, raw="Petr@Пример.рф", address="petr@xn--e1afmkfd.xn--p1ai"))
    factories.tag("Лояльный", card.id)
    answer(pavel, "Договор 55-812/к")
    vera = as_(cast.vera)
    for q, field in (("твери", "Название карточки"), ("opt-17", "Логин клиента"), ("после обеда", "Комментарий"),
                     ("petr@пример", "Email"), ("лояльн", "Тег"), ("55-812", "Поле Договор 55-812/к"),
                     ("6789", "Телефон"), ("7070039", "ID")):
        page = vera.get("/chats", query_string={"q": q})
        assert shown(page) == [pavel] and f"{field}:</span>" in page.text and "<mark>" in page.text, q


def test_what_matched_is_marked_where_it_stands(as_, cast, pavel):
    page = as_(cast.vera).get("/chats", query_string={"q": "петр 912 345-67"}).text
    assert "<mark>Пётр</mark> Никулин" in page and "+7 <mark>912 345-67</mark>-89" in page


def test_nobody_finds_by_a_field_of_other_roles(as_, cast, pavel):
    answer(pavel, "тайное", role_ids=[cast.boris.role_id])
    answer(pavel, "прошлое", archived_at=now())
    answer(pavel, "общее")
    boris, vera = as_(cast.boris), as_(cast.vera)
    assert shown(boris.get("/chats", query_string={"q": "тайное"})) == [pavel]
    assert shown(boris.get("/chats", query_string={"q": "никулин тайное"})) == [pavel]
    assert shown(vera.get("/chats", query_string={"q": "общее"})) == [pavel]
    for q in ("тайное", "никулин тайное", "тай", "прошлое"):
        page = vera.get("/chats", query_string={"q": q})
        assert shown(page) == [] and "Поле тайное" not in page.text, q


def test_people_are_found_for_linking_as_far_as_one_sees_them(as_, cast, pavel, app):
    def people(person, sees_all: bool, q: str):
        with app.test_request_context():
            g.operator = SimpleNamespace(
                id=person.id, may=lambda permission: sees_all, locale="ru", time_zone="UTC", channel_ids=None)
            return search.find(q)

    found = people(cast.vera, False, "никул")
    assert [person.client_id for person in found.people] == [row(pavel).client_id]
    assert str(found.people[0].match.name) == "Пётр <mark>Никул</mark>ин"
    assert people(cast.vera, False, "ybrekby").instead == "никулин"
    assert [p.card_id for p in people(cast.boris, True, str(row(pavel).client_id)).people] == [row(pavel).card_id]
    assert people(cast.gleb, False, "никул").people == people(cast.gleb, False, str(pavel)).people == []


def test_many_chats_of_others_do_not_hide_ones_own(as_, cast, romashka, monkeypatch):
    monkeypatch.setattr(search, "CANDIDATES", 3)
    caches = (search._statement, link_search._statement, chats._statement)
    for each in caches:
        each.cache_clear()
    for _ in range(5):
        factories.dialog(factories.client("Ада Лавлейсова"), operator_id=cast.gleb.id)
    client = factories.client("Ада Лавлейсова")
    own = factories.dialog(client, operator_id=cast.vera.id)
    vera = as_(cast.vera)
    assert shown(vera.get("/chats", query_string={"q": "лавлейсова"})) == [own]
    assert f'value="{client}"' in vera.get(f"/clients/{client}/link", query_string={"q": "лавлейсова"}, htmx=True).text
    for each in caches:
        each.cache_clear()


@given(st.text(max_size=40), st.text(max_size=8))
def test_marking_loses_no_character_and_lets_no_markup_in(text, word):
    marked = highlight(text, [word.lower()])
    if marked is not None:
        plain = str(marked).replace("<mark>", "").replace("</mark>", "")
        assert "<" not in plain and unescape(plain) == unicodedata.normalize("NFC", text)
