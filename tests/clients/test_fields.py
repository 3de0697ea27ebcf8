"""Fields that hold one value: what may be typed into each kind, how it is stored and shown, who sees it."""

import pytest

from c2d.clients.models import CardValue, ClientCard
from c2d.core.db import db
from c2d.core.tenancy import company_id
from tests.clients.test_card import pavel  # noqa: F401 a fixture
from tests.dialogs.test_list import shown
from tests.support import factories

GOOD = [
    ("text", "  Д-12  ", "Д-12", "Д-12"),
    ("number", "1 234,50", "1234.50", "1 234,50"),
    ("number", "-0.5", "-0.5", "-0,5"),
    ("date", "2026-03-05", "2026-03-05", "5 марта 2026"),
    ("date", "05.03.2026", "2026-03-05", "5 марта 2026"),
    ("choice", "Опт", "Опт", "Опт"),
    ("link", "https://crm.example/7", "https://crm.example/7", 'href="https://crm.example/7"'),
]
BAD = [
    ("text", "я" * 501), ("number", "сорок"), ("number", "1,2,3"), ("number", "9" * 40), ("date", "31.02.2026"),
    ("date", "0001-01-01"), ("choice", "Штучно"), ("link", "javascript:alert(1)"), ("link", "crm.example"),
    ("link", "https://"), ("link", "https://a b"), ("link", "https://[bad"),
]


def own(kind: str, **values) -> str:
    """The key of a new own field."""
    values.setdefault("choices", ["Опт", "Розница"] if kind == "choice" else [])
    return f"field-{factories.custom_field(f'Поле {kind}', kind, **values)}"


def stored() -> list[str]:
    db.session.expire_all()
    return [row.value for row in db.session.query(CardValue)]


@pytest.mark.parametrize(("kind", "typed", "kept", "read"), GOOD)
def test_a_value_is_stored_in_one_form_and_shown_in_the_readers(as_, cast, pavel, kind, typed, kept, read):  # noqa: F811
    client, dialogs = pavel
    key, vera = own(kind), as_(cast.vera)
    answer = vera.post(f"/clients/{client}/fields/{key}", data={"value": typed}, htmx=True)
    assert answer.status_code == 200 and read in answer.text.replace("\u00a0", " ")
    assert stored() == [kept]
    assert read in vera.get(f"/clients/{client}/card", htmx=True).text.replace("\u00a0", " ")
    line = vera.get(f"/chats/{dialogs[1]}", htmx=True).text.replace("\u00a0", " ")
    assert f'изменил(а) поле "Поле {kind}": (пусто) — ' in line
    assert kind == "link" or f'"{read}' in line


@pytest.mark.parametrize(("kind", "typed"), BAD)
def test_what_does_not_do_is_refused_with_the_typed_text_kept(as_, cast, pavel, kind, typed):  # noqa: F811
    client, _ = pavel
    key = own(kind)
    answer = as_(cast.vera).post(f"/clients/{client}/fields/{key}", data={"value": typed}, htmx=True)
    assert answer.status_code == 422 and 'role="alert"' in answer.text and stored() == []
    if kind != "choice":
        assert typed[:50] in answer.text


def test_a_stored_address_that_is_no_web_address_is_never_a_link(as_, cast, pavel):  # noqa: F811
    client, _ = pavel
    own("link", card_id=factories.card_of(client), value="javascript:alert(1)")
    card = as_(cast.vera).get(f"/clients/{client}/card").text
    assert 'href="javascript' not in card and "javascript:alert(1)" in card
    own_link = factories.custom_field("Страница", "link", factories.card_of(client), "https://crm.example/1")
    card = as_(cast.vera).get(f"/clients/{client}/card").text
    assert 'href="https://crm.example/1" target="_blank" rel="noopener noreferrer"' in card and own_link


@pytest.mark.parametrize("kind", ["text", "number", "date", "choice", "link"])
def test_each_kind_has_its_own_input(as_, cast, pavel, kind):  # noqa: F811
    client, _ = pavel
    editor = as_(cast.vera).get(f"/clients/{client}/fields/{own(kind)}", htmx=True).text
    assert {"text": "<input", "number": 'inputmode="decimal"', "date": 'type="date"', "choice": "<select",
            "link": 'type="url"'}[kind] in editor


def test_a_required_field_is_marked_while_empty_and_cannot_be_emptied(as_, cast, pavel):  # noqa: F811
    client, _ = pavel
    key, vera = own("text", required=True), as_(cast.vera)
    assert "Обязательное: заполните" in vera.get(f"/clients/{client}/card").text
    assert vera.post(f"/clients/{client}/fields/{key}", data={"value": ""}, htmx=True).status_code == 422
    vera.post(f"/clients/{client}/fields/{key}", data={"value": "есть"})
    assert "Обязательное: заполните" not in vera.get(f"/clients/{client}/card").text
    answer = vera.post(f"/clients/{client}/fields/{key}", data={"value": " "}, htmx=True)
    assert answer.status_code == 422 and "нельзя очистить" in answer.text and stored() == ["есть"]


def test_an_emptied_field_is_told_as_empty(as_, cast, pavel):  # noqa: F811
    client, dialogs = pavel
    key, vera = own("text"), as_(cast.vera)
    vera.post(f"/clients/{client}/fields/{key}", data={"value": "Д-12"})
    assert vera.post(f"/clients/{client}/fields/{key}", data={"value": ""}, htmx=True).status_code == 200
    assert stored() == [] and '"Д-12" — (пусто).' in vera.get(f"/chats/{dialogs[0]}", htmx=True).text


@pytest.mark.parametrize("field", ["title", "login"])
def test_every_field_of_the_card_is_edited_and_found_by(as_, cast, pavel, field):  # noqa: F811
    client, dialogs = pavel
    vera = as_(cast.vera)
    assert vera.post(f"/clients/{client}/fields/{field}", data={"value": "Сокольники"}, htmx=True).status_code == 200
    assert getattr(db.session.get(ClientCard, (company_id(), factories.card_of(client))), field) == "Сокольники"
    assert set(shown(vera.get("/chats", query_string={"q": "сокольник"}))) == set(dialogs)


def test_changes_that_follow_each_other_are_folded(as_, cast, pavel):  # noqa: F811
    client, dialogs = pavel
    vera = as_(cast.vera)
    for field, value in (("name", "Павел Никулин"), ("comment", "Новая карточка")):
        vera.post(f"/clients/{client}/fields/{field}", data={"value": value})
    log = vera.get(f"/chats/{dialogs[0]}", htmx=True).text
    assert "Вера Волкова изменил(а) 2 поля карточки" in log
    assert '"Комментарий": (пусто) — "Новая карточка".' in log


def test_a_field_somebody_else_changed_is_told_of_and_can_then_be_replaced(as_, cast, pavel):  # noqa: F811
    client, _ = pavel
    as_(cast.boris).post(f"/clients/{client}/fields/title", data={"value": "Борисово"})
    vera, late = as_(cast.vera), {"value": "Верино", "version": 1, "shown": ""}
    answer = vera.post(f"/clients/{client}/fields/title", data=late, htmx=True)
    assert answer.status_code == 409 and "Тем временем это изменили: Борисово" in answer.text
    assert 'value="Верино"' in answer.text and 'name="shown" value="Борисово"' in answer.text
    again = {"value": "Верино", "version": 2, "shown": "Борисово"}
    assert vera.post(f"/clients/{client}/fields/title", data=again, htmx=True).status_code == 200


def test_another_field_changed_meanwhile_is_no_conflict(as_, cast, pavel):  # noqa: F811
    client, _ = pavel
    as_(cast.boris).post(f"/clients/{client}/fields/comment", data={"value": "Борис здесь был"})
    late = {"value": "Верино", "version": 1, "shown": ""}
    assert as_(cast.vera).post(f"/clients/{client}/fields/title", data=late, htmx=True).status_code == 200


def test_without_the_right_the_card_is_read_only(as_, cast, pavel):  # noqa: F811
    client, _ = pavel
    key = own("text")
    factories.dialog(client, operator_id=cast.galya.id)
    galya = as_(cast.galya)
    assert f"/clients/{client}/fields/{key}" in galya.get(f"/clients/{client}/card").text
    factories.right(cast.galya.role_id, "clients.edit", False)
    db.session.commit()
    card = galya.get(f"/clients/{client}/card").text
    assert "Павел" in card and "/fields/" not in card and "?new=1" not in card and "tags-button" not in card
    assert galya.post(f"/clients/{client}/fields/{key}", data={"value": "х"}).status_code == 403
    assert "<form" not in galya.get(f"/clients/{client}/fields/{key}", htmx=True).text


@pytest.fixture
def secret(cast, pavel):  # noqa: F811
    """A field that only Борис's role and administrators see: its key."""
    client, _ = pavel
    roles = sorted([cast.boris.role_id, cast.anna.role_id])
    return f"field-{factories.custom_field('Тайное', card_id=factories.card_of(client), value='паспорт', role_ids=roles)}"


def test_a_field_for_some_roles_is_nowhere_for_the_others(as_, cast, pavel, secret):  # noqa: F811
    client, dialogs = pavel
    boris, vera = as_(cast.boris), as_(cast.vera)
    assert boris.post(f"/clients/{client}/fields/{secret}", data={"value": "загранпаспорт"}).status_code == 303
    for address in (f"/clients/{client}/card", f"/chats/{dialogs[0]}", f"/clients/{client}/fields/{secret}"):
        assert "загранпаспорт" in boris.get(address).text
        assert "загранпаспорт" not in vera.get(address).text and "Тайное" not in vera.get(address).text
    assert set(shown(boris.get("/chats", query_string={"q": "загранпасп"}))) == set(dialogs)
    assert shown(vera.get("/chats", query_string={"q": "загранпасп"})) == []
    assert vera.get(f"/clients/{client}/fields/{secret}").status_code == 404
    assert vera.post(f"/clients/{client}/fields/{secret}", data={"value": "х"}).status_code == 404


def test_an_archived_field_is_gone_from_cards_and_search(as_, cast, pavel):  # noqa: F811
    client, dialogs = pavel
    card = factories.card_of(client)
    id = factories.custom_field("Договор", card_id=card, value="ДГ-777")
    vera = as_(cast.vera)
    assert set(shown(vera.get("/chats", query_string={"q": "дг-777"}))) == set(dialogs)
    as_(cast.anna).post(f"/settings/chats/fields/{id}/archive")
    assert "ДГ-777" not in vera.get(f"/clients/{client}/card").text
    assert shown(vera.get("/chats", query_string={"q": "дг-777"})) == []
    assert vera.post(f"/clients/{client}/fields/field-{id}", data={"value": "х"}).status_code == 404
    assert stored() == ["ДГ-777"]


@pytest.mark.parametrize("key", ["field-", "field-0x1", "field-99999999999999999999", "version", "search", "field-٣"])
def test_an_address_of_no_field_is_404(as_, cast, pavel, key):  # noqa: F811
    client, _ = pavel
    assert as_(cast.vera).get(f"/clients/{client}/fields/{key}").status_code == 404


def test_another_companys_field_is_404(as_, cast, pavel, app):  # noqa: F811
    client, _ = pavel
    key = own("text")
    assert as_(cast.hariton).get(f"/clients/{client}/fields/{key}").status_code == 404
