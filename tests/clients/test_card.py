"""The card beside the conversation: what it shows, and editing it in place."""

import pytest

from c2d.clients.models import Client
from c2d.core.db import db
from c2d.core.tenancy import company_id
from c2d.dialogs.models import Dialog
from tests.dialogs.test_list import shown
from tests.support import factories


@pytest.fixture
def pavel(romashka, cast):
    """Павел writes in two dialogs, both Вера's: (client, dialogs)."""
    client = factories.client("Павел", phone="+79123456789")
    return client, [factories.dialog(client, operator_id=cast.vera.id), factories.dialog(client, operator_id=cast.vera.id)]


def test_the_card_shows_the_client_and_their_dialogs(as_, cast, pavel):
    client, dialogs = pavel
    factories.tag("VIP", db.session.get(Client, (company_id(), client)).card_id)
    card = as_(cast.vera).get(f"/clients/{client}/card?dialog={dialogs[0]}", htmx=True).text
    assert "<html" not in card and "[tg]" in card and "+7 912 345-67-89" in card and "VIP" in card
    assert all(f'href="/chats/{id}"' in card for id in dialogs) and card.count('aria-current="true"') == 1


def test_one_edit_holds_for_all_the_clients_chats(as_, cast, pavel):
    client, dialogs = pavel
    vera = as_(cast.vera)
    answer = vera.post(f"/clients/{client}/fields/name", data={"value": "Павел Никулин"}, htmx=True)
    assert answer.status_code == 200 and "Павел Никулин" in answer.text
    assert {db.session.get(Dialog, (company_id(), id)).name for id in dialogs} == {"Павел Никулин"}
    for id in dialogs:
        assert "Вера Волкова изменил(а)" in vera.get(f"/chats/{id}").text
    assert set(shown(vera.get("/chats", query_string={"q": "никулин"}))) == set(dialogs)
    assert set(shown(vera.get("/chats", query_string={"q": "6789"}))) == set(dialogs)


def test_a_bad_value_is_refused_beside_the_field(as_, cast, pavel):
    client, _ = pavel
    vera = as_(cast.vera)
    for field, value in (("name", "  "), ("name", "я" * 300), ("comment", "я" * 3000)):
        answer = vera.post(f"/clients/{client}/fields/{field}", data={"value": value}, htmx=True)
        assert answer.status_code == 422 and 'role="alert"' in answer.text and value.strip()[:50] in answer.text


def test_a_card_changed_meanwhile_is_not_overwritten(as_, cast, pavel):
    client, _ = pavel
    as_(cast.boris).post(f"/clients/{client}/fields/comment", data={"value": "Постоянный клиент"})
    late = as_(cast.vera).post(f"/clients/{client}/fields/comment", data={"value": "Новый", "version": 1}, htmx=True)
    assert late.status_code == 409 and "Новый" in late.text and "Постоянный клиент" in late.text
    assert "Постоянный клиент" in as_(cast.vera).get(f"/clients/{client}/card").text


def test_the_editor_opens_and_closes(as_, cast, pavel):
    client, _ = pavel
    vera = as_(cast.vera)
    assert "<form" in vera.get(f"/clients/{client}/fields/name", htmx=True).text
    assert "<form" not in vera.get(f"/clients/{client}/fields/name?view=1", htmx=True).text
    assert vera.get(f"/clients/{client}/fields/version").status_code == 404


def test_who_sees_none_of_the_clients_chats_sees_no_card(as_, cast, pavel):
    client, _ = pavel
    for person in (cast.gleb, cast.hariton):
        browser = as_(person)
        assert browser.get(f"/clients/{client}/card").status_code == 404
        assert browser.post(f"/clients/{client}/fields/name", data={"value": "Чужой"}).status_code == 404
    assert as_(cast.boris).get(f"/clients/{client}/card").status_code == 200


def test_the_columns_are_kept_for_each_operator(as_, cast, pavel):
    client, dialogs = pavel
    vera, boris = as_(cast.vera), as_(cast.boris)
    data = {"columns": "1", "client": client, "dialog": dialogs[0]}
    assert 'data-cols="1"' in vera.post("/account/card-columns", data=data, htmx=True).text
    card = vera.get(f"/clients/{client}/card").text
    assert 'data-cols="1"' in card and "Показывать в 2 колонки" in card
    assert "Показывать в 1 колонку" in boris.get(f"/clients/{client}/card").text
    assert vera.post("/account/card-columns", data={**data, "columns": "3"}, htmx=True).status_code == 422
    assert as_(cast.hariton).post("/account/card-columns", data=data, htmx=True).status_code == 404


def test_the_card_costs_the_same_with_many_rows_of_everything(as_, cast, pavel, statements):
    client, _ = pavel
    vera, costs = as_(cast.vera), []
    vera.get("/chats")
    for more in (0, 8):
        for n in range(more):
            factories.dialog(client, operator_id=cast.vera.id)
            card = factories.card_of(client)
            factories.tag(f"Тег {n}", card)
            factories.custom_field(f"Поле {n}", card_id=card, value=str(n))
            vera.post(f"/clients/{client}/phones", data={"value": f"+7 495 120-45-{10 + n}"})
        statements.clear()
        shown_card = vera.get(f"/clients/{client}/card", htmx=True).text
        costs.append(len(statements))
    assert "Поле 7" in shown_card and costs[0] == costs[1] <= 6


@pytest.mark.parametrize("page", ["fields/comment", "fields/comment?view=1", "phones", "phones?new=1"])
def test_a_part_of_the_card_on_a_page_of_its_own_is_a_list_of_terms(as_, cast, pavel, page):
    client, _ = pavel
    html = as_(cast.vera).get(f"/clients/{client}/{page}").text
    assert 0 < html.index('<dl class="facts">') < html.index("<dt") < html.index("<dd") < html.index("</dl>")
