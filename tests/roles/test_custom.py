"""The company's own roles: made, copied, renamed, deleted; rights on and off, and what follows of it."""

import pytest

from c2d.clients.models import CustomField
from c2d.core.clock import now
from c2d.core.db import db, in_transaction
from c2d.core.errors import NotFound, Refused
from c2d.operators.models import Operator
from c2d.roles import custom, queries
from c2d.sessions.models import LoginSession
from tests.support import factories
from tests.support.updates import rows

SETTINGS = "/settings/roles"


def role(name: str) -> queries.Known:
    return next(found for found in queries.known() if found.name == name)


def made(name: str, *rights: str) -> int:
    id = in_transaction(lambda: custom.add(name))
    for right in rights:
        in_transaction(lambda right=right: custom.switch(id, right, True))
    return id


def facts(kind: str) -> list[dict]:
    found = rows("SELECT particulars FROM event_records WHERE kind = %(kind)s ORDER BY seq", kind=kind)
    return [row.particulars for row in found]


def test_a_new_role_may_do_nothing_until_rights_are_switched_on(as_, cast, romashka):
    answer = as_(cast.anna).post(SETTINGS, data={"name": "  Аудитор ", "tab": "actions"})
    assert answer.status_code == 303
    auditor = role("Аудитор")
    assert f"role={auditor.id}" in answer.location and "tab=actions" in answer.location
    assert (auditor.permissions, auditor.base, auditor.people) == (frozenset(), "operator", 0)
    assert facts("role_added") == [{"role_id": auditor.id, "subject": "Аудитор",
                                    "after": {"name": "Аудитор", "base": "operator", "permissions": []}}]


def test_a_copy_has_the_rights_of_that_moment(as_, cast, romashka):
    anna = as_(cast.anna)
    page = anna.get(f"{SETTINGS}/new?like={cast.galya.role_id}", htmx=True).text
    assert 'value="Стажер (копия)"' in page and f'value="{cast.galya.role_id}" selected' in page
    anna.post(SETTINGS, data={"name": "Стажер 2", "like": cast.galya.role_id})
    anna.post(SETTINGS, data={"name": "Старший", "like": cast.boris.role_id})
    before = role("Стажер 2").permissions
    assert before == role("Стажер").permissions and role("Старший").base == "supervisor"
    in_transaction(lambda: custom.switch(cast.galya.role_id, "chats.close", False))
    assert role("Стажер 2").permissions == before != role("Стажер").permissions


@pytest.mark.parametrize("name", ["", "   ", "Стажер", "СТАЖЕР", "супервайзер", "я" * 61])
def test_a_name_that_cannot_be_is_said_beside_the_field_and_kept(as_, cast, romashka, name):
    count = len(queries.known())
    for path in (SETTINGS, f"{SETTINGS}/{made('Аудитор')}/name"):
        answer = as_(cast.anna).post(path, data={"name": name}, htmx=True)
        assert answer.status_code == 422 and 'id="role-name-err"' in answer.text and 'role="alert"' in answer.text
        assert f'value="{name}"' in answer.text
    assert len(queries.known()) == count + 1 and role("Аудитор")


def test_an_eleventh_role_is_refused_and_the_button_says_so(as_, cast, romashka):
    for n in range(9):
        made(f"Роль {n}")
    anna = as_(cast.anna)
    page = anna.get(SETTINGS).text
    assert "Своих ролей: 10 из 10" in page and "disabled aria-describedby" in page
    answer = anna.post(SETTINGS, data={"name": "Одиннадцатая"}, htmx=True)
    assert answer.status_code == 422 and "не больше 10 своих ролей" in answer.text


def test_a_role_is_renamed_and_keeps_its_rights(as_, cast, romashka):
    before = role("Стажер").permissions
    assert as_(cast.anna).post(f"{SETTINGS}/{cast.galya.role_id}/name", data={"name": "Ученик"}).status_code == 303
    assert role("Ученик").permissions == before
    [told] = facts("role_renamed")
    assert (told["before"], told["after"]) == ({"name": "Стажер"}, {"name": "Ученик"})
    in_transaction(lambda: custom.rename(cast.galya.role_id, "Ученик"))
    assert len(facts("role_renamed")) == 1


def test_seeing_all_chats_decides_what_a_role_is_based_on(romashka):
    id = made("Аудитор", "chats")
    assert role("Аудитор").base == "operator"
    in_transaction(lambda: custom.switch(id, "chats.view_all", True))
    assert role("Аудитор").base == "supervisor"
    in_transaction(lambda: custom.switch(id, "accounts", True))
    assert role("Аудитор").base == "supervisor"
    in_transaction(lambda: custom.switch(id, "chats.view_all", False))
    assert role("Аудитор").base == "operator"
    assert [(told["before"], told["after"]) for told in facts("role_changed")] == [
        ({"chats": False}, {"chats": True}),
        ({"chats.view_all": False, "base": "operator"}, {"chats.view_all": True, "base": "supervisor"}),
        ({"accounts": False}, {"accounts": True}),
        ({"chats.view_all": True, "base": "supervisor"}, {"chats.view_all": False, "base": "operator"}),
    ]


def test_a_built_in_role_keeps_its_base_and_the_administrator_every_right(cast, romashka):
    assert in_transaction(lambda: custom.switch(cast.vera.role_id, "chats.view_all", True)) is True
    assert in_transaction(lambda: custom.switch(cast.vera.role_id, "chats.view_all", True)) is False
    assert queries.get(cast.vera.role_id).base == "operator"
    with pytest.raises(Refused):
        custom.switch(cast.anna.role_id, "chats", False)
    with pytest.raises(NotFound):
        custom.switch(cast.vera.role_id, "no.such.right", True)
    assert len(facts("role_changed")) == 1


def test_operators_of_a_deleted_role_get_the_one_that_was_chosen(as_, cast, romashka):
    anna, path = as_(cast.anna), f"{SETTINGS}/{cast.galya.role_id}/removal"
    assert "Она у 1 оператора" in anna.get(path, htmx=True).text
    for move_to in ("", cast.galya.role_id, 999_999, cast.hariton.role_id):
        answer = anna.post(path, data={"move_to": move_to}, htmx=True)
        assert answer.status_code == 422 and "Выберите роль" in answer.text
    assert role("Стажер").people == 1
    assert anna.post(path, data={"move_to": cast.boris.role_id}).status_code == 303
    assert queries.get(cast.boris.role_id).people == 2
    assert "Стажер" not in [found.name for found in queries.known()]
    [told] = facts("operator_access_changed")
    assert (told["operator_id"], told["before"], told["after"]) == (cast.galya.id, {"role": "Стажер"}, {"role": "Супервайзер"})
    assert as_(cast.galya).get("/settings/accounts").status_code == 200


def test_a_built_in_role_is_neither_renamed_nor_deleted(as_, cast):
    for path in ("name", "removal"):
        for method in ("GET", "POST"):
            answer = as_(cast.anna).open(f"{SETTINGS}/{cast.boris.role_id}/{path}", method=method, data={"name": "Никто"})
            assert answer.status_code == 404


def test_nothing_refers_to_a_deleted_role_any_more(as_, cast, romashka):
    id, other = made("Аудитор", "chats"), cast.galya.role_id
    fields = [factories.custom_field("Для двоих"), factories.custom_field("Для аудитора")]
    admin = cast.anna.role_id
    for field, roles in zip(fields, ([admin, id, other], [id]), strict=True):
        db.session.get(CustomField, (romashka, field)).role_ids = roles
    db.session.commit()
    anna = as_(cast.anna)
    assert anna.post(f"{SETTINGS}/{id}/preview").status_code == 303
    assert as_(cast.anna).post(f"{SETTINGS}/{id}/removal").status_code == 303  # from another device
    db.session.expire_all()
    assert [sorted(db.session.get(CustomField, (romashka, f)).role_ids) for f in fields] == [sorted([admin, other]), [admin]]
    assert {row.preview_role_id for row in db.session.query(LoginSession)} == {None}
    assert anna.get(SETTINGS).status_code == 200 and len(facts("preview_ended")) == 1


def test_every_change_stands_in_the_audit_log(as_, cast, romashka):
    anna = as_(cast.anna)
    anna.post(SETTINGS, data={"name": "Аудитор"})
    id = role("Аудитор").id
    anna.post(f"{SETTINGS}/{id}/rights/chats.view_all", data={"right": "1"}, htmx=True)
    anna.post(f"{SETTINGS}/{id}/name", data={"name": "Наблюдатель"})
    anna.post(f"{SETTINGS}/{id}/removal")
    kept = rows("SELECT kind, actor_id, actor_name, subject, subject_id, before, after FROM audit_records ORDER BY id")
    assert [row.kind for row in kept] == ["role_added", "role_changed", "role_renamed", "role_deleted"]
    assert {(row.actor_id, row.actor_name, row.subject_id) for row in kept} == {(cast.anna.id, "Анна Антонова", id)}
    assert kept[1].after == {"chats.view_all": True, "base": "supervisor"} and kept[3].before == {"name": "Наблюдатель"}


def test_deleted_operators_do_not_hold_a_role_and_are_moved_silently(as_, cast, romashka):
    id = made("Аудитор", "chats", "chats.view_all")
    gone = factories.operator(id, "Ушедший")
    db.session.get(Operator, (romashka, gone)).deleted_at = now()
    db.session.commit()
    assert role("Аудитор").people == 0
    assert as_(cast.anna).post(f"{SETTINGS}/{id}/removal").status_code == 303
    db.session.expire_all()
    assert db.session.get(Operator, (romashka, gone)).role_id == cast.boris.role_id  # the base of the role
    assert facts("operator_access_changed") == []
