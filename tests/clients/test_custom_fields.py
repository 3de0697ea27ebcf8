"""Settings > Chats: the company's own fields of the card."""

import pytest

from c2d.clients.models import CustomField
from c2d.core.db import db
from c2d.core.events import EventRecord
from tests.support import factories

GOOD = {"label": "Договор", "kind": "choice", "choices": "Да\n\nНет\r\nДа", "required": "1"}


def stored() -> list[CustomField]:
    db.session.expire_all()
    return list(db.session.query(CustomField).order_by(CustomField.position, CustomField.id))


def test_a_company_without_fields_is_told_what_they_are_for(as_, cast, romashka):
    page = as_(cast.anna).get("/settings/chats").text
    assert "Своих полей в карточке пока нет" in page and "/settings/chats/fields/new" in page


def test_an_administrator_adds_a_field(as_, cast, romashka):
    anna = as_(cast.anna)
    answer = anna.post("/settings/chats/fields", data=GOOD)
    assert (answer.status_code, answer.location) == (303, "/settings/chats?saved=1")
    [field] = stored()
    assert (field.label, field.kind, field.choices, field.required) == ("Договор", "choice", ["Да", "Нет"], True)
    assert "Договор" in anna.get(answer.location).text
    assert db.session.query(EventRecord).filter_by(kind="custom_field_added").count() == 1


@pytest.mark.parametrize(("changes", "field"), [
    ({"label": " "}, "label"), ({"label": "я" * 61}, "label"), ({"kind": "file"}, "kind"),
    ({"choices": "одно"}, "choices"), ({"choices": "\n".join(map(str, range(101)))}, "choices"),
])
def test_a_wrong_field_is_refused_beside_its_input(as_, cast, romashka, changes, field):
    answer = as_(cast.anna).post("/settings/chats/fields", data={**GOOD, **changes})
    assert answer.status_code == 422 and f'id="f-{field}-err"' in answer.text and stored() == []


def test_two_fields_of_one_name_are_refused(as_, cast, romashka):
    anna = as_(cast.anna)
    anna.post("/settings/chats/fields", data=GOOD)
    answer = anna.post("/settings/chats/fields", data=GOOD)
    assert answer.status_code == 422 and "уже есть" in answer.text and len(stored()) == 1


def test_the_kind_stays_once_a_card_says_something(as_, cast, romashka):
    client = factories.client()
    id = factories.custom_field("Договор")
    anna = as_(cast.anna)
    assert anna.post(f"/settings/chats/fields/{id}", data={"label": "Договор", "kind": "number"}).status_code == 303
    factories._add(factories.CardValue(card_id=factories.card_of(client), field_id=id, value="12"))
    answer = anna.post(f"/settings/chats/fields/{id}", data={"label": "Договор", "kind": "text"})
    assert answer.status_code == 422 and stored()[0].kind == "number"
    assert "тип не меняется" in anna.get(f"/settings/chats/fields/{id}").text


def test_fields_are_moved_archived_and_brought_back(as_, cast, romashka):
    one, two, three = (factories.custom_field(name, position=n) for n, name in enumerate(("Раз", "Два", "Три")))
    anna = as_(cast.anna)
    anna.post(f"/settings/chats/fields/{three}/place", data={"to": "up"})
    assert [f.id for f in stored()] == [one, three, two]
    anna.post(f"/settings/chats/fields/{one}/place", data={"to": "up"})
    assert [f.id for f in stored()] == [one, three, two]
    anna.post(f"/settings/chats/fields/{one}/archive")
    assert [f.id for f in stored() if f.archived_at] == [one] and "Архив" in anna.get("/settings/chats").text
    anna.post(f"/settings/chats/fields/{one}/restoration")
    assert [f.id for f in stored()] == [three, two, one] and stored()[2].archived_at is None


def test_limiting_to_some_roles_always_leaves_administrators(as_, cast, romashka):
    id = factories.custom_field("Договор")
    anna, data = as_(cast.anna), {"label": "Договор", "kind": "text"}
    everybody = [cast.boris.role_id, cast.vera.role_id, cast.galya.role_id]
    anna.post(f"/settings/chats/fields/{id}", data={**data, "role": [cast.boris.role_id]})
    assert stored()[0].role_ids == sorted([cast.boris.role_id, cast.anna.role_id])
    anna.post(f"/settings/chats/fields/{id}", data={**data, "role": everybody})
    assert stored()[0].role_ids == []
    anna.post(f"/settings/chats/fields/{id}", data=data)
    assert stored()[0].role_ids == [cast.anna.role_id]


@pytest.mark.parametrize("who", ["boris", "vera", "galya"])
def test_only_who_has_the_right_may(as_, cast, romashka, who):
    id = factories.custom_field("Договор")
    person = as_(getattr(cast, who))
    for address in ("/settings/chats", "/settings/chats/fields/new", f"/settings/chats/fields/{id}"):
        assert person.get(address).status_code == 403
    for address in ("", f"/{id}", f"/{id}/place", f"/{id}/archive", f"/{id}/restoration"):
        assert person.post(f"/settings/chats/fields{address}", data=GOOD).status_code == 403


def test_another_companys_field_is_404(as_, cast, romashka):
    id = factories.custom_field("Договор")
    stranger = as_(cast.hariton)
    assert stranger.get(f"/settings/chats/fields/{id}").status_code == 404
    for act in ("", "/place", "/archive", "/restoration"):
        assert stranger.post(f"/settings/chats/fields/{id}{act}", data=GOOD).status_code == 404
    assert stored()[0].archived_at is None
