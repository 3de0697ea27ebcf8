"""Finding a chat by whatever one remembers of it."""

import pytest

from c2d.clients import searching
from c2d.core.db import db
from c2d.core.tenancy import company_id
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
