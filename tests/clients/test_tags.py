"""Tags of the card: chosen, created, taken off."""

import pytest

from c2d.clients.models import CardTag
from c2d.core.db import db
from c2d.core.events import EventRecord
from c2d.core.tenancy import company_id
from c2d.dialogs.models import Dialog
from c2d.tags.models import Tag
from tests.clients.test_card import pavel  # noqa: F401 a fixture
from tests.dialogs.test_list import shown
from tests.support import factories


@pytest.fixture
def tags(romashka):
    return {name: factories.tag(name) for name in ("Важный", "Лоялен", "VIP")}


def given() -> list[int]:
    db.session.expire_all()
    return [row.tag_id for row in db.session.query(CardTag).order_by(CardTag.tag_id)]


def test_one_save_is_one_line_with_all_tags(as_, cast, pavel, tags):  # noqa: F811
    client, dialogs = pavel
    vera = as_(cast.vera)
    answer = vera.post(f"/clients/{client}/tags", data={"tag": list(tags.values())}, htmx=True)
    assert answer.status_code == 200 and all(name in answer.text for name in tags)
    kinds = [row.kind for row in db.session.query(EventRecord) if row.kind == "tags_added"]
    assert given() == sorted(tags.values()) and len(kinds) == len(dialogs)
    for id in dialogs:
        line = 'Вера Волкова присвоил(а) клиенту теги: "VIP", "Важный", "Лоялен".'
        assert line in vera.get(f"/chats/{id}", htmx=True).text
        assert [name for name, _hue in db.session.get(Dialog, (company_id(), id)).tags] == ["VIP", "Важный", "Лоялен"]
    assert set(shown(vera.get("/chats", query_string={"tag": tags["VIP"]}))) == set(dialogs)


def test_a_tag_is_taken_off_by_its_cross(as_, cast, pavel, tags):  # noqa: F811
    client, dialogs = pavel
    vera = as_(cast.vera)
    vera.post(f"/clients/{client}/tags", data={"tag": list(tags.values())})
    answer = vera.post(f"/clients/{client}/tags/{tags['VIP']}/removal", htmx=True)
    assert answer.status_code == 200 and "VIP" not in answer.text and tags["VIP"] not in given()
    assert 'снял(а) с клиента теги: "VIP".' in vera.get(f"/chats/{dialogs[1]}", htmx=True).text
    assert vera.post(f"/clients/{client}/tags/{tags['VIP']}/removal").status_code == 404


def test_unticking_takes_off_only_what_the_picker_had_shown(as_, cast, pavel, tags):  # noqa: F811
    client, _ = pavel
    vera = as_(cast.vera)
    vera.post(f"/clients/{client}/tags", data={"tag": [tags["VIP"]]})
    as_(cast.boris).post(f"/clients/{client}/tags", data={"tag": [tags["VIP"], tags["Лоялен"]], "shown": [tags["VIP"]]})
    vera.post(f"/clients/{client}/tags", data={"tag": [tags["Важный"]], "shown": [tags["VIP"]]})
    assert given() == sorted([tags["Лоялен"], tags["Важный"]])


def test_the_search_of_the_picker_keeps_the_ticks(as_, cast, pavel, tags):  # noqa: F811
    client, _ = pavel
    found = as_(cast.vera).get(f"/clients/{client}/tags", query_string={"q": "лоя", "tag": tags["VIP"]}, htmx=True).text
    assert f'value="{tags["VIP"]}" checked' in found and f'value="{tags["Лоялен"]}"' in found
    assert f'value="{tags["Важный"]}"' not in found


def test_who_may_creates_a_tag_on_the_way(as_, cast, pavel, tags):  # noqa: F811
    client, _ = pavel
    boris, vera = as_(cast.boris), as_(cast.vera)
    assert "Создать «Опт»" in boris.get(f"/clients/{client}/tags", query_string={"q": "Опт"}, htmx=True).text
    assert "Создать" not in boris.get(f"/clients/{client}/tags", query_string={"q": "vip"}, htmx=True).text
    assert "Создать" not in vera.get(f"/clients/{client}/tags", query_string={"q": "Опт"}, htmx=True).text
    refused = vera.post(f"/clients/{client}/tags", data={"new": "Опт"}, htmx=True)
    assert refused.status_code == 422 and "нет права создавать теги" in refused.text and given() == []
    assert boris.post(f"/clients/{client}/tags", data={"new": "Опт", "tag": [tags["VIP"]]}).status_code == 303
    assert {row.name for row in db.session.query(Tag)} == {*tags, "Опт"} and len(given()) == 2


def test_a_name_that_exists_in_another_case_is_the_same_tag(as_, cast, pavel, tags):  # noqa: F811
    client, _ = pavel
    as_(cast.vera).post(f"/clients/{client}/tags", data={"new": "лоялён"})
    assert given() == [tags["Лоялен"]]


@pytest.mark.parametrize("name", ["я" * 61, "\x00"])
def test_a_bad_name_is_refused(as_, cast, pavel, name):  # noqa: F811
    client, _ = pavel
    as_(cast.boris).post(f"/clients/{client}/tags", data={"new": name}, htmx=True)
    assert db.session.query(Tag).count() == 0 and given() == []


def test_tags_of_another_company_are_not_given(as_, cast, pavel, app):  # noqa: F811
    client, _ = pavel
    assert as_(cast.vera).post(f"/clients/{client}/tags", data={"tag": [987654]}).status_code == 303
    assert given() == []
    assert as_(cast.hariton).get(f"/clients/{client}/tags").status_code == 404
    assert as_(cast.hariton).post(f"/clients/{client}/tags", data={"new": "чужое"}).status_code == 404
