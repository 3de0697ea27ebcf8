"""The page of one operator: what is changed, by whom, and what it leaves behind."""

import re

import pytest
from sqlalchemy import select

from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.events import EventRecord
from c2d.operators.models import GroupMember, Operator, OperatorChannel, OperatorGroup
from c2d.roles.models import RoleGrant
from tests.operators.conftest import HERE, audited, change, newest, role_id, row, seats
from tests.support import factories


def data(person, **changes) -> dict:
    return {"first_name": person.first_name, "last_name": person.last_name, "email": person.email, "phone": "",
            "locale": "ru", **changes}


def post(browser, person, section: str, **values):
    id = person if isinstance(person, int) else person.id
    return browser.post(f"{HERE}/{id}/{section}", data=values)


def kinds() -> list[str]:
    return list(db.session.scalars(select(EventRecord.kind).order_by(EventRecord.seq)))


def test_the_page_has_every_section(as_, cast, romashka):
    db.session.add(OperatorGroup(name="Поддержка"))
    factories.channel(name="Продажи")
    page = as_(cast.anna).get(f"{HERE}/{cast.vera.id}").text
    for words in ("Данные", "Роль", "Группы", "Каналы", "Лимит чатов", "Только чтение", "Новые чаты недоступны", "Сессии",
                  "Журнал", "Поддержка", "Продажи", f"/settings/sessions?q={cast.vera.id}"):
        assert words in page, words
    assert as_(cast.anna).get(f"{HERE}/{cast.hariton.id}").status_code == 404
    assert as_(cast.anna).get(f"{HERE}/999999").status_code == 404


def test_data_are_saved_and_the_log_tells_from_what_to_what(as_, cast, romashka):
    answer = post(as_(cast.anna), cast.vera, "data", **data(cast.vera, first_name="Вероника", phone="8 912 345 67 89",
                                                            email="Veronika@Romashka.example"))
    assert answer.status_code == 303
    found = row(cast.vera)
    assert (found.first_name, found.email, found.phone) == ("Вероника", "veronika@romashka.example", "+7 912 345-67-89")
    record = newest()
    assert (record.kind, record.subject_id, record.actor_id) == ("operator_changed", cast.vera.id, cast.anna.id)
    assert record.before["first_name"] == "Вера" and record.after["first_name"] == "Вероника"
    page = as_(cast.anna).get(f"{HERE}/{cast.vera.id}/log").text
    assert "Изменены данные оператора" in page and "<del>Вера</del> → <ins>Вероника</ins>" in page
    assert "Изменены данные оператора" in as_(cast.anna).get(f"{HERE}/{cast.anna.id}/log").text


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(as_, cast, romashka):
    refused = post(as_(cast.anna), cast.vera, "data",
                   **data(cast.vera, first_name=" ", email="ерунда", phone="12", last_name="Новая"))
    assert refused.status_code == 422 and 'value="Новая"' in refused.text and 'value="ерунда"' in refused.text
    for name in ("first_name", "email", "phone"):
        assert f'id="f-{name}-err"' in refused.text
    taken = post(as_(cast.anna), cast.vera, "data", **data(cast.vera, email=cast.hariton.email))
    assert taken.status_code == 422 and 'id="f-email-err"' in taken.text
    assert row(cast.vera).last_name == "Волкова" and audited() == []


def test_saving_what_is_there_already_leaves_no_trace(as_, cast, romashka):
    anna = as_(cast.anna)
    assert post(anna, cast.vera, "data", **data(cast.vera)).status_code == 303
    assert post(anna, cast.vera, "role", role_id=cast.vera.role_id).status_code == 303
    assert post(anna, cast.vera, "access").status_code == 303
    assert kinds() == []


def test_a_role_is_given_and_works_at_once(as_, cast, romashka):
    vera = as_(cast.vera)
    assert vera.get(HERE).status_code == 403
    assert post(as_(cast.anna), cast.vera, "role", role_id=cast.boris.role_id).status_code == 303
    assert vera.get(HERE).status_code == 200
    assert newest().before == {"role": "operator"} and newest().after == {"role": "supervisor"}
    assert kinds() == ["operator_access_changed"]
    for nothing in ("", "x", cast.hariton.role_id, 99999):
        refused = post(as_(cast.anna), cast.vera, "role", role_id=nothing)
        assert refused.status_code == 422 and 'id="f-role_id-err"' in refused.text


def test_reading_only_and_no_new_chats(as_, cast, romashka):
    vera, chat = as_(cast.vera), factories.dialog()
    assert vera.get(f"/chats/{chat}").status_code == 200
    post(as_(cast.anna), cast.vera, "access", read_only=1, no_new_chats=1)
    found = row(cast.vera)
    assert found.read_only and not found.new_chats
    assert vera.get(f"/chats/{chat}").status_code == 404
    assert newest().after == {"read_only": True, "new_chats": False}


def test_channels_are_chosen_and_none_means_all(as_, cast, romashka):
    first, second = factories.channel(name="Первый"), factories.channel(name="Второй")
    anna = as_(cast.anna)
    anna.post(f"{HERE}/{cast.vera.id}/channels", data={"channel": [first, second]})
    anna.post(f"{HERE}/{cast.vera.id}/channels", data={"channel": [second]})
    assert list(db.session.scalars(select(OperatorChannel.channel_id))) == [second]
    assert newest().before == {"channels": ["Второй", "Первый"]} and newest().after == {"channels": ["Второй"]}
    assert anna.post(f"{HERE}/{cast.vera.id}/channels", data={"channel": [second, 999]}).status_code == 422
    anna.post(f"{HERE}/{cast.vera.id}/channels")
    assert list(db.session.scalars(select(OperatorChannel.channel_id))) == []


def test_groups_with_skill(as_, cast, romashka):
    groups = [OperatorGroup(name=name) for name in ("Продажи", "Поддержка")]
    db.session.add_all(groups)
    db.session.commit()
    one, two = [group.id for group in groups]
    anna = as_(cast.anna)
    anna.post(f"{HERE}/{cast.vera.id}/groups", data={"group": [one, two], f"skill_{one}": 80, f"skill_{two}": 20})
    found = {m.group_id: m.skill for m in db.session.scalars(select(GroupMember))}
    assert found == {one: 80, two: 20}
    assert newest().after == {"groups": {"Продажи": 80, "Поддержка": 20}}
    for wrong in ({"group": [999], "skill_999": 5}, {"group": [one], f"skill_{one}": 101}, {"group": [one], f"skill_{one}": "x"}):
        refused = anna.post(f"{HERE}/{cast.vera.id}/groups", data=wrong)
        assert refused.status_code == 422 and 'id="f-groups"' in refused.text


def test_the_chat_limit_is_a_number_or_nothing(as_, cast, romashka):
    anna = as_(cast.anna)
    assert post(anna, cast.vera, "limit", dialog_limit="7").status_code == 303 and row(cast.vera).dialog_limit == 7
    for wrong in ("0", "-1", "7.5", "1001", "много", "٧"):
        refused = post(anna, cast.vera, "limit", dialog_limit=wrong)
        assert refused.status_code == 422 and f'value="{wrong}"' in refused.text
    post(anna, cast.vera, "limit", dialog_limit="")
    assert row(cast.vera).dialog_limit is None


SECTIONS = {
    "data": {"first_name": "Новое", "last_name": "", "email": "anna@romashka.example", "phone": "", "locale": "ru"},
    "role": {"role_id": 1}, "access": {"read_only": 1}, "limit": {"dialog_limit": 3}, "channels": {}, "groups": {},
    "blocking": {"to": "new"}, "deletion": {"to": "new"}, "restoration": {}, "invitation": {},
}


@pytest.mark.parametrize("section", SECTIONS)
def test_who_is_no_administrator_cannot_touch_one(as_, cast, manager, section):
    before = {name: value for name, value in vars(row(cast.anna)).items() if not name.startswith("_")}
    assert post(as_(manager), cast.anna, section, **SECTIONS[section]).status_code == 403
    assert {name: value for name, value in vars(row(cast.anna)).items() if not name.startswith("_")} == before
    assert post(as_(manager), cast.vera, "limit", dialog_limit=3).status_code == 303  # what they may do


def test_nobody_gives_rights_that_they_do_not_have(as_, cast, manager):
    boris = as_(manager)
    assert post(boris, cast.vera, "role", role_id=cast.anna.role_id).status_code == 403
    assert post(boris, cast.vera, "role", role_id=cast.galya.role_id).status_code == 303
    db.session.add(RoleGrant(role_id=cast.galya.role_id, permission="accounts.connect", allowed=True))
    db.session.commit()
    assert post(boris, cast.gleb, "role", role_id=cast.galya.role_id).status_code == 403
    page = boris.get(f"{HERE}/{cast.gleb.id}").text
    assert f'value="{cast.boris.role_id}"' in page and f'value="{cast.anna.role_id}"' not in page
    assert f'value="{cast.galya.role_id}"' not in page


def test_nobody_takes_over_the_account_of_somebody_with_more_rights(as_, cast, manager):
    db.session.add(RoleGrant(role_id=cast.galya.role_id, permission="accounts.connect", allowed=True))
    db.session.commit()
    stolen = data(cast.galya, email="boris2@romashka.example")
    assert post(as_(manager), cast.galya, "data", **stolen).status_code == 403
    assert post(as_(manager), cast.galya, "data", **data(cast.galya, last_name="Новая")).status_code == 303
    assert row(cast.galya).email == cast.galya.email


def test_nobody_but_an_administrator_changes_their_own_access(as_, cast, manager):
    boris = as_(manager)
    for section, values in (("role", {"role_id": cast.vera.role_id}), ("access", {}), ("channels", {})):
        assert post(boris, manager, section, **values).status_code == 403
    assert post(boris, manager, "data", **data(manager, last_name="Белый")).status_code == 303


def test_the_last_administrator_stays_one(as_, cast, romashka):
    anna = as_(cast.anna)
    for section, values in (("role", {"role_id": cast.vera.role_id}), ("access", {"read_only": 1})):
        refused = post(anna, cast.anna, section, **values)
        assert refused.status_code == 422 and "последний администратор" in refused.text
        [target] = re.findall(r'<a href="#(f-[a-z_]+)">Это последний', refused.text)
        assert f'id="{target}-err"' in refused.text
    change(cast.boris, role_id=cast.anna.role_id, read_only=True)  # who changes nothing helps nobody
    assert post(anna, cast.anna, "role", role_id=cast.vera.role_id).status_code == 422
    change(cast.boris, read_only=False, blocked_at=now())
    assert post(anna, cast.anna, "access", read_only=1).status_code == 422
    change(cast.boris, blocked_at=None)
    assert post(anna, cast.anna, "role", role_id=cast.vera.role_id).status_code == 303


def test_an_administrator_becomes_an_operator_only_when_a_seat_is_free(as_, cast, romashka):
    change(cast.boris, role_id=cast.anna.role_id)
    seats(3)
    refused = post(as_(cast.anna), cast.boris, "role", role_id=cast.vera.role_id)
    assert refused.status_code == 422 and "3 из 3" in refused.text
    seats(4)
    assert post(as_(cast.anna), cast.boris, "role", role_id=cast.vera.role_id).status_code == 303
    assert post(as_(cast.anna), cast.vera, "role", role_id=role_id("supervisor")).status_code == 303  # takes no new seat


def test_a_supervisor_looks_and_changes_nothing(as_, cast, romashka):
    page = as_(cast.boris).get(f"{HERE}/{cast.vera.id}").text
    assert "<fieldset class=\"stack\" disabled>" in page and "Сохранить" not in page and "Заблокировать" not in page
    assert "Завершить все" not in page and "Журнал" not in page
    assert as_(cast.boris).get(f"{HERE}/{cast.vera.id}/log").status_code == 403


def test_the_log_has_pages(as_, cast, romashka):
    anna = as_(cast.anna)
    for n in range(1, 56):
        post(anna, cast.vera, "limit", dialog_limit=n)
    first = anna.get(f"{HERE}/{cast.vera.id}/log")
    assert first.text.count("Изменены данные оператора") == 50 and "Показать еще" in first.text.replace("ё", "е")
    cursor = first.text.split("?cursor=")[1].split('"')[0]
    assert anna.get(f"{HERE}/{cast.vera.id}/log?cursor={cursor}").text.count("Изменены данные оператора") == 5


def test_an_invitation_that_went_to_another_address_lets_nobody_in(as_, app, cast, romashka):
    anna = as_(cast.anna)
    shown = anna.post(HERE, data={"email": "wrong@romashka.example", "first_name": "Нина", "last_name": "", "phone": "",
                                  "locale": "ru", "role_id": cast.vera.role_id})
    link = re.search(r"http://localhost(/invite/[\w-]{43})", shown.text).group(1)
    nina = db.session.scalars(select(Operator).where(Operator.email == "wrong@romashka.example")).one()
    finder, id = app.test_client(), nina.id
    assert finder.get(link).status_code == 200
    assert post(anna, id, "data", **data(nina, last_name="Новая")).status_code == 303
    assert finder.get(link).status_code == 200  # the address is still the same
    assert post(anna, id, "data", **data(nina, email="right@romashka.example")).status_code == 303
    for answer in (finder.get(link), finder.post(link, data={"first_name": "Нина", "password": "совсем новый пароль"})):
        assert answer.status_code == 410
    assert row(id).password_hash is None
    again = anna.post(f"{HERE}/{id}/invitation").text
    assert finder.get(re.search(r"http://localhost(/invite/[\w-]{43})", again).group(1)).status_code == 200
