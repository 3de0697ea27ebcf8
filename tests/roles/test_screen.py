"""The matrix of rights: what it is made of, what a change shows, who may come."""

import re

import pytest

from c2d.core.db import db
from c2d.core.permissions import WORK, Action, Section, registry
from c2d.operators.models import Operator
from c2d.roles import matrix, queries
from tests.support.updates import rows

SETTINGS = "/settings/roles"


@pytest.fixture
def anna(as_, cast):
    return as_(cast.anna)


@pytest.fixture
def another(monkeypatch):
    """A right that some slice declares."""
    monkeypatch.setattr(registry, "_known", {**registry._known, "tea.pour": Action("tea.pour", "Pour tea", group=WORK)})
    return "tea.pour"


def cells(page: str) -> set[str]:
    return set(re.findall(r'name="right" value="([^"]+)"', page))


def ticked(page: str) -> set[str]:
    return {cell for cell, rest in re.findall(r'name="right" value="([^"]+)"([^>]*)>', page) if " checked" in rest}


def test_every_declared_right_stands_on_one_of_the_tabs(anna):
    shown = {tab: cells(anna.get(f"{SETTINGS}?tab={tab}").text) for tab in ("sections", "actions")}
    for tab, kind in (("sections", Section), ("actions", Action)):
        declared = {permission.name for permission in registry.all() if isinstance(permission, kind)}
        assert {cell.partition(":")[2] for cell in shown[tab]} == declared != set()
        assert len(shown[tab]) == 4 * len(declared)


def test_a_right_that_is_declared_anywhere_appears_by_itself(anna, another):
    assert "Pour tea" in anna.get(f"{SETTINGS}?tab=actions").text
    assert "Pour tea" not in anna.get(f"{SETTINGS}?tab=sections").text


def test_nobody_but_administrators_finds_the_screen(as_, cast):
    assert "Роли и права доступа" in as_(cast.anna).get("/settings/basic").text
    for person in (cast.boris, cast.vera, cast.galya):
        refused = as_(person).get(SETTINGS)
        assert refused.status_code == 403 and "администратор" in refused.text


def test_a_switched_box_is_saved_and_told(anna, cast, romashka):
    answer = anna.post(f"{SETTINGS}/{cast.galya.role_id}/rights/chats.reply", data={"right": "1"}, htmx=True)
    assert answer.status_code == 200
    assert "chats.reply" in queries.get(cast.galya.role_id).permissions
    galya = cast.galya.role_id
    assert "Сохранено: «Отвечать клиентам» для роли «Стажер»" in answer.text
    assert f'<span hx-swap-oob="morph" id="count-{galya}-chats">5 из 6</span>' in answer.text
    assert f'<small hx-swap-oob="morph" id="base-{galya}">как оператор' in answer.text
    assert "<label" not in answer.text
    taken = anna.post(f"{SETTINGS}/{galya}/rights/chats.view_all", data={"right": "1"}, htmx=True).text
    assert "как супервайзер" in taken and "6 из 6" in taken
    assert anna.post(f"{SETTINGS}/{galya}/rights/chats.reply", htmx=True).status_code == 200
    assert "chats.reply" not in queries.get(galya).permissions


def test_a_refused_box_flips_back_and_a_toast_says_why(anna, cast, romashka):
    answer = anna.post(f"{SETTINGS}/{cast.anna.role_id}/rights/chats.reply", htmx=True)
    assert answer.status_code == 422 and answer.headers["HX-Reswap"] == "outerHTML"
    assert "toast" in answer.headers["HX-Trigger"]
    assert ticked(answer.text) == {f"{cast.anna.role_id}:chats.reply"} and " disabled" in answer.text


def test_a_right_nobody_knows_and_a_role_of_others_are_not_found(anna, cast):
    assert anna.post(f"{SETTINGS}/{cast.vera.role_id}/rights/no.such", htmx=True).status_code == 404
    assert anna.post(f"{SETTINGS}/{cast.hariton.role_id}/rights/chats", htmx=True).status_code == 404


def test_without_scripts_a_form_saves_what_was_ticked_and_nothing_else(anna, cast, romashka):
    page = anna.get(f"{SETTINGS}?tab=actions").text
    shown = re.search(r'name="shown" value="([^"]*)"', page).group(1)
    galya, vera = cast.galya.role_id, cast.vera.role_id
    before = queries.get(cast.boris.role_id).permissions
    # somebody else takes a right meanwhile: the form, drawn before, does not bring it back
    anna.post(f"{SETTINGS}/{galya}/rights/chats.close", htmx=True)
    answer = anna.post(f"{SETTINGS}/rights", data={
        "tab": "actions", "shown": shown, "right": [*(set(shown.split()) - {f"{vera}:chats.reply"}), f"{galya}:chats.reply"],
    })
    assert answer.status_code == 303 and "saved=1" in answer.location
    assert "chats.reply" not in queries.get(vera).permissions
    assert "chats.reply" in (trainee := queries.get(galya).permissions) and "chats.close" not in trainee
    assert queries.get(cast.boris.role_id).permissions == before
    assert len(rows("SELECT 1 FROM event_records WHERE kind = 'role_changed'")) == 3


@pytest.mark.parametrize("right", ["x", ":", "7", "1e9:chats", f"{'9' * 30}:chats"])
def test_a_crooked_form_changes_nothing(anna, romashka, right):
    answer = anna.post(f"{SETTINGS}/rights", data={"shown": "", "right": right})
    assert answer.status_code in (303, 404) and rows("SELECT 1 FROM event_records WHERE kind = 'role_changed'") == []


def test_the_search_marks_what_fits_and_hides_nothing(anna):
    page = anna.get(f"{SETTINGS}?tab=actions&q=объЕД").text
    assert page.count(" data-hit") == 1 and re.search(r'<tr id="right-clients-link" data-hit>', page)
    assert "Найдено 1 право" in page and len(cells(page)) == len(cells(anna.get(f"{SETTINGS}?tab=actions").text))
    assert "Ничего не найдено" in anna.get(f"{SETTINGS}?tab=actions&q=хоровод").text


def test_one_role_is_marked_for_narrow_screens(anna, cast):
    page = anna.get(f"{SETTINGS}?tab=actions&role={cast.boris.role_id}").text
    assert re.search(rf'data-shown><label id="box-{cast.boris.role_id}-chats-reply"', page)
    assert page.count(" data-shown><label") == sum(isinstance(p, Action) for p in registry.all())


def test_an_administrator_who_may_only_read_sees_locked_boxes(as_, cast, romashka):
    from_before = matrix.read({}).own
    db.session.get(Operator, (romashka, cast.anna.id)).read_only = True
    db.session.commit()
    page = as_(cast.anna).get(f"{SETTINGS}?tab=actions").text
    assert from_before == 1 and "hx-post" not in page.partition("<tbody")[2].partition("</table")[0]
    refused = as_(cast.anna).post(f"{SETTINGS}/{cast.galya.role_id}/rights/chats.reply", data={"right": "1"}, htmx=True)
    assert refused.status_code == 403
