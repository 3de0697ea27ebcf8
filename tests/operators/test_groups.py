import threading

import pytest
from sqlalchemy import select

from c2d import create_app
from c2d.core.audit import AuditRecord
from c2d.core.db import db, in_transaction
from c2d.core.errors import Refused
from c2d.core.tenancy import company
from c2d.operators import group_queries, groups
from c2d.operators.models import GroupChannel, GroupMember, Operator, OperatorGroup
from tests.support import cast as people
from tests.support import factories
from tests.support.stage import settings_for

GROUPS = "/settings/groups"


@pytest.fixture
def anna(as_, cast):
    return as_(cast.anna)


@pytest.fixture
def support(cast):
    with company(cast.romashka):
        return factories.group("Поддержка", [cast.vera.id])


def text(browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def members(cast, group: int) -> dict[int, int]:
    with company(cast.romashka):
        query = select(GroupMember.operator_id, GroupMember.skill).where(GroupMember.group_id == group)
        return dict(db.session.execute(query).all())


def served(cast, group: int) -> set[int]:
    with company(cast.romashka):
        return set(db.session.scalars(select(GroupChannel.channel_id).where(GroupChannel.group_id == group)))


def audited(cast) -> list[tuple]:
    with company(cast.romashka):
        rows = db.session.scalars(select(AuditRecord).where(AuditRecord.subject_kind == "group").order_by(AuditRecord.id))
        return [(row.kind, row.actor_id, row.subject, row.before, row.after) for row in rows]


def test_a_group_is_made_renamed_and_deleted_and_all_of_it_is_told(anna, cast):
    assert "Групп пока нет" in text(anna, GROUPS)
    page = anna.post(GROUPS, data={"name": " Поддержка "}).location
    group = int(page.split("?")[0].rsplit("/", 1)[1])
    assert anna.post(f"{GROUPS}/{group}/name", data={"name": "Забота"}).status_code == 303
    assert "Забота" in text(anna, GROUPS)
    assert "Удалить группу «Забота»?" in text(anna, f"{GROUPS}/{group}/deletion")
    assert anna.post(f"{GROUPS}/{group}/deletion").status_code == 303
    assert "Забота" not in text(anna, GROUPS) and anna.get(f"{GROUPS}/{group}").status_code == 404
    me = cast.anna.id
    assert audited(cast) == [
        ("group_added", me, "Поддержка", {}, {"name": "Поддержка"}),
        ("group_changed", me, "Забота", {"name": "Поддержка"}, {"name": "Забота"}),
        ("group_deleted", me, "Забота", {"name": "Забота", "members": [], "channels": []}, {}),
    ]


@pytest.mark.parametrize(("name", "says"), [
    ("", "Дайте группе название"), ("x" * 61, "60"), ("ПОДДЕРЖКА", "Группа с таким названием уже есть"),
])
def test_a_wrong_name_is_explained_and_stays_typed(anna, cast, support, name, says):
    with company(cast.romashka):
        other = factories.group("Продажи")
    for address in (GROUPS, f"{GROUPS}/{other}/name"):
        answer = anna.post(address, data={"name": name})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422 and 'id="f-name-err"' in page and f'value="{name[:61]}"' in page
        assert says in page


def test_members_come_with_a_skill_and_go(anna, cast, support):
    at = f"{GROUPS}/{support}/members"
    assert anna.post(at, data={"operator_id": [cast.gleb.id, cast.galya.id], "skill": "70"}).status_code == 303
    assert anna.post(f"{at}/{cast.vera.id}", data={"skill": "90", "was": "50"}).status_code == 303
    assert members(cast, support) == {cast.vera.id: 90, cast.gleb.id: 70, cast.galya.id: 70}
    assert anna.post(f"{at}/{cast.galya.id}/removal").status_code == 303
    assert anna.post(f"{at}/{cast.galya.id}/removal").status_code == 303  # gone already
    assert members(cast, support) == {cast.vera.id: 90, cast.gleb.id: 70}
    last = audited(cast)[-1]
    assert last[3]["members"] == ["Вера Волкова (90)", "Галя Гусева (70)", "Глеб Громов (70)"]
    assert last[4]["members"] == ["Вера Волкова (90)", "Глеб Громов (70)"]
    assert len(audited(cast)) == 3
    listed = text(anna, GROUPS)
    assert "Вера Волкова (90), Глеб Громов (70)" in listed


@pytest.mark.parametrize("skill", ["0", "101", "", "много", "1.5", "-3", "²"])
def test_a_skill_is_from_one_to_a_hundred(anna, cast, support, skill):
    at = f"{GROUPS}/{support}/members"
    added = anna.post(at, data={"operator_id": cast.gleb.id, "skill": skill})
    page = added.get_data(as_text=True)
    assert added.status_code == 422 and 'id="f-skill-err"' in page and f'value="{cast.gleb.id}" checked' in page
    changed = anna.post(f"{at}/{cast.vera.id}", data={"skill": skill, "was": "50"})
    page = changed.get_data(as_text=True)
    assert changed.status_code == 422 and f'id="skill-{cast.vera.id}-err"' in page and f'value="{skill}"' in page
    assert members(cast, support) == {cast.vera.id: 50}


def test_nobody_chosen_is_said(anna, support):
    answer = anna.post(f"{GROUPS}/{support}/members", data={"skill": "50"})
    assert answer.status_code == 422 and "Выберите, кого добавить" in answer.get_data(as_text=True)


def test_two_who_change_one_list_do_not_undo_each_other(anna, cast, support):
    """Both have the page open with Вера in it; one makes her more skilled, the other takes her out or says another skill."""
    at = f"{GROUPS}/{support}/members/{cast.vera.id}"
    anna.post(at, data={"skill": "90", "was": "50"})
    late = anna.post(at, data={"skill": "10", "was": "50"})
    assert late.status_code == 409 and "Тем временем навык изменили на 90" in late.get_data(as_text=True)
    assert members(cast, support)[cast.vera.id] == 90
    anna.post(f"{at}/removal")
    late = anna.post(at, data={"skill": "10", "was": "90"})
    assert late.status_code == 409 and "уже нет в группе" in late.get_data(as_text=True)
    assert members(cast, support) == {}


def test_a_channel_that_somebody_else_ticked_meanwhile_stays(anna, cast, support):
    with company(cast.romashka):
        telegram, sales, mail = factories.channel(), factories.channel(name="Продажи"), factories.channel(name="Почта")
    at = f"{GROUPS}/{support}/channels"
    anna.post(at, data={"channel_id": [telegram]})
    anna.post(at, data={"channel_id": [telegram, mail], "was": [telegram]})
    anna.post(at, data={"channel_id": [sales], "was": [telegram]})  # saw only Telegram ticked
    assert served(cast, support) == {sales, mail}
    assert audited(cast)[-1][4] == {"channels": ["Продажи", "Почта"]}
    assert 'data-ch="tg"' in text(anna, GROUPS)


def test_who_is_blocked_or_deleted_is_not_offered_and_cannot_be_added(anna, cast, support):
    at = f"{GROUPS}/{support}"
    for person, column in ((cast.gleb, "blocked_at"), (cast.galya, "deleted_at")):
        assert person.full_name in text(anna, at)
        with company(cast.romashka):
            setattr(db.session.get(Operator, (cast.romashka, person.id)), column, db.func.now())
            db.session.commit()
        assert person.full_name not in text(anna, at)
        answer = anna.post(f"{at}/members", data={"operator_id": person.id, "skill": "50"})
        assert answer.status_code == 422 and members(cast, support) == {cast.vera.id: 50}


def test_operators_to_add_are_found_by_name_and_address(anna, cast, support):
    for q in ("гром", "gleb@", "глеб ГРОМОВ"):
        page = text(anna, f"{GROUPS}/{support}?q={q}")
        assert f'name="operator_id" value="{cast.gleb.id}"' in page
        assert f'name="operator_id" value="{cast.boris.id}"' not in page
    kept = text(anna, f"{GROUPS}/{support}?q=гром&operator_id={cast.boris.id}&skill=70")  # ticked before one searched on
    assert f'value="{cast.boris.id}" checked' in kept and f'value="{cast.gleb.id}">' in kept and 'value="70"' in kept
    assert "Ничего не найдено" in text(anna, f"{GROUPS}/{support}?q=никто")


def test_of_many_operators_some_are_offered_and_the_others_are_searched_for(anna, cast, support):
    with company(cast.romashka):
        many = [factories.operator(cast.vera.role_id, f"Яков{n:02}") for n in range(group_queries.MOST)]
    page = text(anna, f"{GROUPS}/{support}")
    assert page.count('name="operator_id"') == group_queries.MOST and "Показаны первые 30" in page
    assert f'value="{many[-1]}"' not in page
    assert f'value="{many[-1]}"' in text(anna, f"{GROUPS}/{support}?q=яков29")
    kept = text(anna, f"{GROUPS}/{support}?operator_id={many[-1]}")
    assert f'value="{many[-1]}" checked' in kept


def test_members_are_sorted_by_name_role_and_skill(anna, cast, support):
    with company(cast.romashka):
        in_transaction(lambda: groups.add_members(support, [cast.boris.id], 20))
        in_transaction(lambda: groups.add_members(support, [cast.anna.id], 90))
    orders = {"sort=name": "АБВ", "sort=name&order=desc": "ВБА", "sort=skill": "БВА", "sort=skill&order=desc": "АВБ",
              "sort=role": "АВБ", "sort=nonsense": "АБВ"}
    names = {"А": "Анна Антонова", "Б": "Борис Белов", "В": "Вера Волкова"}
    for query, order in orders.items():
        page = text(anna, f"{GROUPS}/{support}?{query}")
        page = page[:page.index('id="outside"')]
        assert "".join(sorted(names, key=lambda letter, page=page: page.index(names[letter]))) == order, query
        assert page.count("aria-sort") == 1


def test_groups_are_sorted_by_name_and_by_members(anna, cast, support):
    with company(cast.romashka):
        factories.group("Аптека")
    for query, first in (("", "Аптека"), ("?sort=name&order=desc", "Поддержка"), ("?sort=members", "Аптека"),
                         ("?sort=members&order=desc", "Поддержка")):
        page = text(anna, GROUPS + query)
        assert (page.index("Аптека") < page.index("Поддержка")) == (first == "Аптека"), query


def test_others_neither_see_nor_change_groups(as_, anna, cast, support):
    assert "Поддержка" in text(anna, GROUPS)
    for person in (cast.boris, cast.vera):
        browser = as_(person)
        assert browser.get(GROUPS).status_code == 403
        assert browser.post(f"{GROUPS}/{support}/members/{cast.vera.id}/removal").status_code == 403
    assert members(cast, support) == {cast.vera.id: 50}


def test_a_strangers_group_operator_and_channel_are_out_of_reach(as_, anna, cast, support):
    with company(cast.chuzhaya):
        foreign, channel = factories.group("Чужая группа", [cast.hariton.id]), factories.channel()
    assert "Чужая группа" in text(as_(cast.hariton), GROUPS) and "Чужая группа" not in text(anna, GROUPS)
    for what in ("", "/name", "/deletion"):
        assert anna.get(f"{GROUPS}/{foreign}{what}").status_code == 404
    assert anna.post(f"{GROUPS}/{foreign}/deletion").status_code == 404
    assert anna.post(f"{GROUPS}/{support}/members", data={"operator_id": cast.hariton.id, "skill": "5"}).status_code == 422
    assert anna.post(f"{GROUPS}/{support}/members/{cast.hariton.id}", data={"skill": "5"}).status_code == 404
    anna.post(f"{GROUPS}/{support}/channels", data={"channel_id": [channel]})
    assert members(cast, support) == {cast.vera.id: 50} and served(cast, support) == set()


@pytest.mark.own_database
def test_of_two_groups_of_one_name_made_at_once_there_is_one(stores, tmp_path):
    url = stores.clone()
    app = create_app(settings_for(url, stores.redis_url(), tmp_path))
    with app.app_context():
        cast = people.assemble()
    start, ended = threading.Barrier(6), []

    def add() -> None:
        with app.app_context(), company(cast.romashka):
            start.wait()
            try:
                in_transaction(lambda: groups.add("Поддержка"))
                ended.append("made")
            except Refused as no:
                ended.append(no.field)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context(), company(cast.romashka):
        assert sorted(ended) == ["made"] + ["name"] * 5
        assert len(db.session.scalars(select(OperatorGroup.id)).all()) == 1
        db.session.remove()
        db.engine.dispose()
    stores.drop(url)
