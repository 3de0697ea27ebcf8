"""What a change of the card sends to the other open windows."""

import re
from dataclasses import replace

import pytest

from tests.clients.test_card import pavel  # noqa: F401 a fixture
from tests.messages.test_live import frames, viewer
from tests.support import factories


@pytest.fixture
def windows(cast, pavel):  # noqa: F811
    """Вера and Борис, each with another dialog of Павел's."""
    _, dialogs = pavel
    return [replace(viewer(cast.vera, "operator", dialogs[0]), role_id=cast.vera.role_id),
            replace(viewer(cast.boris, "supervisor", dialogs[1]), role_id=cast.boris.role_id)]


def test_every_window_of_the_card_sees_the_new_name(as_, cast, pavel, windows):  # noqa: F811
    client, dialogs = pavel
    as_(cast.vera).post(f"/clients/{client}/fields/name", data={"value": "Павел Никулин"})
    for html, dialog in zip(frames(*windows), dialogs, strict=True):
        assert re.search(r'<h2 hx-swap-oob="morph" id="card-name">Павел Никулин', html)
        assert '<a hx-swap-oob="morph" class="fact" id="fact-name"' in html
        assert f'id="head-{dialog}"' in html and 'поле "Имя клиента"' in html


def test_phones_are_sent_as_a_whole_and_once(as_, cast, pavel, windows):  # noqa: F811
    client, _ = pavel
    for number in ("+7 495 120-45-67", "+7 495 120-45-68"):
        as_(cast.boris).post(f"/clients/{client}/phones", data={"value": number})
    for html in frames(*windows):
        assert html.count('<div hx-swap-oob="morph" class="many" id="card-phones">') == 1
        assert all(n in html for n in ("+7 912 345-67-89", "+7 495 120-45-67", "+7 495 120-45-68"))


def test_tags_are_sent_and_rows_enter_and_leave_a_list_by_tag(as_, cast, pavel, windows):  # noqa: F811
    client, dialogs = pavel
    tag = factories.tag("VIP")
    watching = viewer(cast.boris, "supervisor", view=f"folder=all&tag={tag}")
    as_(cast.vera).post(f"/clients/{client}/tags", data={"tag": [tag]})
    vera, boris, watcher = frames(*windows, watching)
    assert all('<div hx-swap-oob="morph" class="tags" id="card-tag-list">' in html and "VIP" in html for html in (vera, boris))
    assert all(f'hx-swap-oob="afterbegin:#rows" id="row-{id}"' in watcher for id in dialogs)
    as_(cast.vera).post(f"/clients/{client}/tags/{tag}/removal")
    assert all(f'<li id="row-{id}" hx-swap-oob="delete">' in frames(watching)[0] for id in dialogs)


def test_a_field_for_some_roles_is_sent_to_them_alone(as_, cast, pavel, windows):  # noqa: F811
    client, dialogs = pavel
    id = factories.custom_field("Тайное", role_ids=[cast.boris.role_id, cast.anna.role_id])
    as_(cast.boris).post(f"/clients/{client}/fields/field-{id}", data={"value": "паспорт"})
    vera, boris = frames(*windows)
    assert boris.count("паспорт") >= 2 and f'id="fact-field-{id}"' in boris
    assert "паспорт" not in vera and "Тайное" not in vera
    missed = f"/chats/{dialogs[0]}/messages?since=0"
    assert "паспорт" in as_(cast.boris).get(missed, htmx=True).text
    assert "паспорт" not in as_(cast.vera).get(missed, htmx=True).text


def test_who_may_not_edit_is_sent_no_way_to(as_, cast, pavel, windows):  # noqa: F811
    client, _ = pavel
    reader = replace(windows[0], read_only=True)
    as_(cast.boris).post(f"/clients/{client}/fields/title", data={"value": "Оптовик"})
    as_(cast.boris).post(f"/clients/{client}/phones", data={"value": "+7 495 120-45-67"})
    writes, reads = frames(windows[0], reader)
    assert f"/clients/{client}/fields/title" in writes and f"/clients/{client}/phones/" in writes
    assert "Оптовик" in reads and "/fields/" not in reads and "/phones/" not in reads


def test_a_page_that_was_away_keeps_what_is_being_typed(as_, cast, pavel):  # noqa: F811
    client, _ = pavel
    vera = as_(cast.vera)
    assert vera.get(f"/clients/{client}/card?dialog=", htmx=True).status_code == 200
    assert vera.get(f"/clients/{client}/card?dialog=&editing=comment", htmx=True).status_code == 204


def test_what_is_sent_costs_the_same_for_many_changes(as_, cast, pavel, windows, statements):  # noqa: F811
    client, _ = pavel
    costs = []
    for more in (2, 8):
        for n in range(more):
            as_(cast.vera).post(f"/clients/{client}/fields/title", data={"value": f"Название {n}"})
            as_(cast.vera).post(f"/clients/{client}/phones", data={"value": f"+7 495 {more}20-45-{10 + n}"})
        statements.clear()
        frames(*windows)
        costs.append(len(statements))
    assert costs[0] == costs[1]
