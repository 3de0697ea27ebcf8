"""Phones and e-mails on the card: added, changed, removed, made primary."""

import re

import pytest

from c2d.clients.models import Email, Phone
from c2d.core.db import db
from tests.clients.test_card import pavel  # noqa: F401 a fixture
from tests.dialogs.test_list import shown
from tests.support import factories


def phones() -> list[tuple[str, str | None]]:
    db.session.expire_all()
    return [(p.raw, p.number) for p in db.session.query(Phone).order_by(Phone.position, Phone.id)]


def ids(model) -> list[int]:
    return [row.id for row in db.session.query(model).order_by(model.position, model.id)]


def test_a_typed_phone_is_kept_raw_and_known_in_its_normal_form(as_, cast, pavel):  # noqa: F811
    client, dialogs = pavel
    vera = as_(cast.vera)
    answer = vera.post(f"/clients/{client}/phones", data={"value": "8 (495) 120-45-67"}, htmx=True)
    assert answer.status_code == 200 and "+7 495 120-45-67" in answer.text
    assert phones()[1] == ("8 (495) 120-45-67", "+74951204567")
    for id in dialogs:
        line = 'изменил(а) поле "Телефон": (пусто) — "+7 495 120-45-67".'
        assert line in vera.get(f"/chats/{id}", htmx=True).text
    assert set(shown(vera.get("/chats", query_string={"q": "1204567"}))) == set(dialogs)


@pytest.mark.parametrize(("part", "typed", "why"), [
    ("phones", "позвоните мне", "не похоже на номер"), ("phones", "", "не похоже на номер"),
    ("phones", "8 912 345-67-89", "уже есть на карточке"), ("emails", "павел", "не похоже на адрес"),
    ("emails", "PAVEL@mail.example", "уже есть на карточке"),
])
def test_what_is_none_or_stands_there_already_is_said_beside_the_field(as_, cast, pavel, part, typed, why):  # noqa: F811
    client, _ = pavel
    vera = as_(cast.vera)
    vera.post(f"/clients/{client}/emails", data={"value": "Pavel@mail.example"})
    before = phones(), len(ids(Email))
    answer = vera.post(f"/clients/{client}/{part}", data={"value": typed}, htmx=True)
    assert answer.status_code == 422 and 'role="alert"' in answer.text and why in answer.text
    assert f'value="{typed}"' in answer.text and (phones(), len(ids(Email))) == before


def test_an_email_is_added_changed_and_removed(as_, cast, pavel):  # noqa: F811
    client, dialogs = pavel
    vera = as_(cast.vera)
    vera.post(f"/clients/{client}/emails", data={"value": "Pavel@Mail.example"})
    [id] = ids(Email)
    vera.post(f"/clients/{client}/emails/{id}", data={"value": "nikulin@mail.example", "shown": "Pavel@Mail.example"})
    assert set(shown(vera.get("/chats", query_string={"q": "nikulin@mail"}))) == set(dialogs)
    answer = vera.post(f"/clients/{client}/emails/{id}/removal", htmx=True)
    assert answer.status_code == 200 and "nikulin" not in answer.text and ids(Email) == []
    assert '"nikulin@mail.example" — (пусто).' in vera.get(f"/chats/{dialogs[0]}", htmx=True).text


def test_a_channels_address_stays_but_may_be_primary(as_, cast, pavel):  # noqa: F811
    client, _ = pavel
    vera = as_(cast.vera)
    [theirs] = ids(Phone)
    vera.post(f"/clients/{client}/phones", data={"value": "+7 495 120-45-67"})
    typed = ids(Phone)[1]
    vera.post(f"/clients/{client}/phones/{typed}/primacy")
    assert ids(Phone) == [typed, theirs]
    for address, data in ((f"{theirs}/removal", {}), (str(theirs), {"value": "+7 495 120-00-00"})):
        assert vera.post(f"/clients/{client}/phones/{address}", data=data, htmx=True).status_code == 422
    editor = vera.get(f"/clients/{client}/phones/{theirs}", htmx=True).text
    assert "/primacy" in editor and "/removal" not in editor and 'name="value"' not in editor
    assert vera.post(f"/clients/{client}/phones/{theirs}/primacy", htmx=True).status_code == 200
    assert ids(Phone) == [theirs, typed]
    card = vera.get(f"/clients/{client}/card").text
    assert re.search(r"\[tg\]</span><span>\+7 912 345-67-89</span><span class=\"first\">основной", card)


def test_an_entry_changed_meanwhile_is_told_of(as_, cast, pavel):  # noqa: F811
    client, _ = pavel
    vera = as_(cast.vera)
    vera.post(f"/clients/{client}/phones", data={"value": "+7 495 120-45-67"})
    id = ids(Phone)[1]
    as_(cast.boris).post(f"/clients/{client}/phones/{id}", data={"value": "+7 495 120-45-68"})
    late = {"value": "+7 495 120-45-69", "shown": "+7 495 120-45-67"}
    answer = vera.post(f"/clients/{client}/phones/{id}", data=late, htmx=True)
    assert answer.status_code == 409 and "+7 495 120-45-68" in answer.text and "120-45-69" in answer.text


def test_another_cards_entry_is_404(as_, cast, pavel):  # noqa: F811
    client, _ = pavel
    other = factories.client("Олег", phone="+79991112233")
    factories.dialog(other, operator_id=cast.vera.id)
    vera = as_(cast.vera)
    [mine, theirs] = ids(Phone)
    assert vera.get(f"/clients/{client}/phones/{mine}").status_code == 200
    for address in (f"{theirs}", f"{theirs}/removal", f"{theirs}/primacy"):
        assert vera.post(f"/clients/{client}/phones/{address}", data={"value": "+7 495 120-45-67"}).status_code == 404
    assert vera.get(f"/clients/{client}/phones/{theirs}").status_code == 404
    assert as_(cast.hariton).get(f"/clients/{client}/phones/{mine}").status_code == 404
