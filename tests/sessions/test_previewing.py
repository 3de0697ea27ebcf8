"""An administrator looks with the rights of another role."""

import pytest

from tests.sessions.conftest import change
from tests.support.updates import rows

BANNER = "Вы смотрите глазами роли «Стажер»"


@pytest.fixture
def anna(as_, cast):
    return as_(cast.anna)


@pytest.fixture
def looking(anna, cast):
    assert BANNER not in anna.get("/settings/basic").text
    assert anna.post(f"/settings/roles/{cast.galya.role_id}/preview").status_code == 303
    return anna


def test_the_session_has_the_rights_of_the_role_and_a_banner(looking):
    page = looking.get("/chats").text
    assert BANNER in page and "Выйти из просмотра" in page and 'href="/settings"' not in page
    assert looking.get("/settings/roles").status_code == 403
    assert looking.get("/settings/basic").status_code == 403


def test_nothing_can_be_changed_meanwhile(looking, cast, romashka):
    refused = looking.post(f"/settings/roles/{cast.galya.role_id}/rights/chats.reply", data={"right": "1"}, htmx=True)
    assert refused.status_code == 403
    assert looking.post(f"/settings/roles/{cast.vera.role_id}/preview").status_code == 403
    assert looking.post("/account/theme", data={"theme": "dark"}).status_code == 303  # one's own account is
    assert rows("SELECT 1 FROM event_records WHERE kind = 'role_changed'") == []


def test_leaving_brings_ones_own_rights_back(looking):
    answer = looking.post("/account/preview/end")
    assert answer.status_code == 303 and answer.location == "/settings/roles"
    page = looking.get("/settings/roles")
    assert page.status_code == 200 and BANNER not in page.text
    assert looking.post("/account/preview/end").status_code == 303  # pressed in another tab too


def test_other_devices_of_the_same_administrator_keep_their_rights(looking, as_, cast):
    assert as_(cast.anna).get("/settings/roles").status_code == 200


def test_it_stands_in_the_audit_log(looking, cast, romashka):
    looking.post("/account/preview/end")
    looking.post("/account/preview/end")
    kept = rows("SELECT kind, actor_name, subject, subject_id FROM audit_records ORDER BY id")
    assert [(row.kind, row.actor_name, row.subject, row.subject_id) for row in kept] == [
        (kind, "Анна Антонова", "Стажер", cast.galya.role_id) for kind in ("preview_started", "preview_ended")]


def test_only_administrators_look_and_only_with_roles_of_their_company(as_, cast, anna):
    for person in (cast.boris, cast.vera):
        assert as_(person).post(f"/settings/roles/{cast.galya.role_id}/preview").status_code == 403
    for role in (cast.hariton.role_id, cast.anna.role_id, 999_999):
        assert anna.post(f"/settings/roles/{role}/preview").status_code == 404


def test_a_changed_role_holds_for_who_looks_with_it_on_the_next_request(looking, as_, cast):
    assert looking.get("/chats").status_code == 200
    as_(cast.anna).post(f"/settings/roles/{cast.galya.role_id}/rights/chats", htmx=True)
    assert looking.get("/chats").status_code == 403


def test_who_is_no_administrator_any_more_looks_with_their_own_eyes_again(anna, as_, cast):
    change(cast.boris, role_id=cast.anna.role_id)
    assert anna.post(f"/settings/roles/{cast.boris.role_id}/preview").status_code == 303
    assert anna.get("/settings/operators").status_code == 200 and "Вы смотрите глазами" in anna.get("/chats").text
    answer = as_(cast.boris).post(f"/settings/operators/{cast.anna.id}/role", data={"role_id": cast.galya.role_id})
    assert answer.status_code == 303
    assert anna.get("/settings/operators").status_code == 403 and "Вы смотрите глазами" not in anna.get("/chats").text
    assert anna.post("/account/preview/end").status_code == 303
