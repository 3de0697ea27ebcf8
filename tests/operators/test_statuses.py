import threading

import pytest
from sqlalchemy import select

from c2d import create_app
from c2d.core.audit import AuditRecord
from c2d.core.db import db, in_transaction
from c2d.core.errors import Refused
from c2d.core.events import EventRecord
from c2d.core.tenancy import company, company_id
from c2d.operators import status_list, status_rules
from c2d.operators.models import Operator, OperatorStatus, StatusSpan
from c2d.operators.queries import colleagues
from c2d.operators.statuses import come_online, set_status
from c2d.roles.models import RoleGrant
from tests.support import cast as people
from tests.support import factories
from tests.support.stage import settings_for


def spans(person) -> list[tuple[str, bool]]:
    query = select(StatusSpan).where(StatusSpan.operator_id == person.id).order_by(StatusSpan.id)
    return [(span.status, span.ended_at is None) for span in db.session.scalars(query)]


def stored(person) -> Operator:
    query = select(Operator).where(Operator.id == person.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def told() -> list[EventRecord]:
    return list(db.session.scalars(
        select(EventRecord).where(EventRecord.kind == "operator_status_changed").order_by(EventRecord.seq)))


def id_of(key: str) -> int:
    return db.session.scalar(select(OperatorStatus.id).where(OperatorStatus.key == key))


def choose(person, status: int | str) -> None:
    in_transaction(lambda: set_status(person.id, status))


def test_each_stretch_of_a_status_is_kept_and_told(romashka, cast):
    for status in ("away", "away", "offline", "online"):
        choose(cast.vera, status)
    assert spans(cast.vera) == [("away", False), ("offline", False), ("online", True)]
    assert [(e.particulars["old"], e.particulars["new"]) for e in told()[-3:]] == [
        ("online", "away"), ("away", "offline"), ("offline", "online")]
    assert (told()[-1].particulars["old_id"], told()[-1].particulars["new_id"]) == (id_of("offline"), id_of("online"))


def test_a_status_of_the_companys_own_counts_as_what_the_company_says(romashka, cast):
    lunch, training = factories.status("Обед"), factories.status("Обучение", counts_online=True)
    for status, counts in ((lunch, "away"), (training, "online"), (str(lunch), "away")):
        choose(cast.vera, status)
        assert (stored(cast.vera).status, stored(cast.vera).status_id) == (counts, int(status))
    assert [s for s, _ in spans(cast.vera)] == ["away", "online", "away"]
    kept = db.session.scalars(select(StatusSpan.status_id).where(StatusSpan.operator_id == cast.vera.id)).all()
    assert sorted(kept) == sorted([lunch, training, lunch])


def test_an_unknown_an_archived_and_a_strangers_status_are_refused(romashka, cast):
    own = factories.status("Обед")
    choose(cast.vera, own)
    in_transaction(lambda: status_list.archive(own))
    with company(cast.chuzhaya):
        foreign = factories.status("Чужой")
    for status in ("asleep", "", "0", own, foreign, "9" * 30, "²"):
        with pytest.raises(Refused):
            choose(cast.vera, status)


def test_a_strangers_status_cannot_be_set(romashka, cast):
    choose(cast.hariton, "away")
    assert spans(cast.hariton) == []


def test_signing_in_wakes_who_was_offline_and_leaves_a_break_alone(romashka, cast):
    for status, then in (("offline", "online"), ("away", "away")):
        choose(cast.vera, status)
        in_transaction(lambda: come_online(cast.vera.id))
        assert stored(cast.vera).status == then


def test_a_company_may_let_people_choose_after_signing_in(romashka, cast):
    rules = {**status_rules.current(), "online_at_login": False}
    in_transaction(lambda: status_rules.change(**rules))
    choose(cast.vera, "offline")
    in_transaction(lambda: come_online(cast.vera.id))
    assert stored(cast.vera).status == "offline"


def test_colleagues_come_with_their_open_dialogs_who_is_online_first(romashka, cast):
    factories.dialog(operator_id=cast.vera.id)
    factories.dialog(operator_id=cast.vera.id)
    factories.dialog(operator_id=cast.vera.id, opened=False)
    choose(cast.anna, "offline")
    found = colleagues()
    assert [(c.full_name, c.open_dialogs) for c in found] == [
        ("Борис Белов", 0), ("Вера Волкова", 2), ("Галя Гусева", 0), ("Глеб Громов", 0), ("Анна Антонова", 0)]
    assert (found[1].short_name, found[1].initials, found[-1].presence) == ("Вера В.", "ВВ", "off")


def test_colleagues_are_shown_with_the_companys_name_and_colour_of_their_status(as_, cast):
    with company(cast.romashka):
        choose(cast.gleb, factories.status("Обед", hue=29))
        chat = factories.dialog(operator_id=cast.vera.id)
    page = as_(cast.vera).get(f"/chats/{chat}/assignment").get_data(as_text=True)
    line = page[page.index("Глеб Громов") - 200:][:400]
    assert "Обед ·" in line and 'class="presence hue h-29"' in line


def test_what_a_status_counts_as_changes_for_those_who_are_in_it(romashka, cast):
    lunch = factories.status("Обед", hue=29)
    choose(cast.vera, lunch)
    choose(cast.gleb, "away")
    in_transaction(lambda: status_list.change(lunch, "Обед", 29, True, False))
    assert (stored(cast.vera).status, stored(cast.gleb).status) == ("online", "away")
    assert spans(cast.vera) == [("away", False), ("online", True)]
    last = told()[-1].particulars
    assert (last["operator_id"], last["old"], last["new"], last["old_id"], last["new_id"]) == (
        cast.vera.id, "away", "online", lunch, lunch)


def test_whoever_is_in_an_archived_status_goes_to_the_break(romashka, cast):
    lunch = factories.status("Обед", counts_online=True)
    choose(cast.vera, lunch)
    in_transaction(lambda: status_list.archive(lunch))
    assert (stored(cast.vera).status, stored(cast.vera).status_id) == ("away", id_of("away"))
    assert lunch not in [s.id for s in status_list.to_choose()]
    in_transaction(lambda: status_list.restore(lunch))
    assert status_list.to_choose()[-1].id == lunch


def test_the_three_that_everybody_has_can_be_renamed_and_never_archived(romashka):
    for key in ("online", "away", "offline"):
        with pytest.raises(Refused):
            in_transaction(lambda key=key: status_list.archive(id_of(key)))
    in_transaction(lambda: status_list.change(id_of("away"), "Чай", 5, False, False))
    assert [s.label for s in status_list.to_choose()] == ["Онлайн", "Чай", "Офлайн"]
    in_transaction(lambda: status_list.change(id_of("away"), "", 5, False, False))
    assert [s.label for s in status_list.to_choose()] == ["Онлайн", "Перерыв", "Офлайн"]


def test_offline_never_counts_as_online_and_online_always_does(romashka):
    in_transaction(lambda: status_list.change(id_of("offline"), "Дома", 15, True, True))
    in_transaction(lambda: status_list.change(id_of("online"), "Тут", 15, False, False))
    online, _away, offline = status_list.to_choose()
    assert (offline.label, offline.counts_online, offline.for_assignment, offline.dot) == ("Дома", False, False, "off")
    assert online.counts_online and not online.for_assignment


@pytest.mark.parametrize("name", ["обед", "ONLINE", "перерыв"])
def test_two_statuses_of_one_name_are_refused(romashka, name):
    factories.status("Обед")
    with pytest.raises(Refused) as no:
        in_transaction(lambda: status_list.add(name, 5, False, False))
    assert no.value.field == "name"


def test_the_order_is_changed_step_by_step(romashka):
    lunch = factories.status("Обед")
    in_transaction(lambda: status_list.reorder(lunch, -1))
    in_transaction(lambda: status_list.reorder(id_of("online"), -1))  # the first one stays the first
    assert [s.label for s in status_list.to_choose()] == ["Онлайн", "Перерыв", "Обед", "Офлайн"]


# --- the screen

@pytest.fixture
def anna(as_, cast):
    return as_(cast.anna)


def test_an_administrator_makes_a_status_and_it_can_be_chosen(anna, cast):
    answer = anna.post("/settings/statuses", data={"name": " Обед ", "hue": "29", "counts_online": "1"})
    assert (answer.status_code, answer.location) == (303, "/settings/statuses?saved=1")
    page = anna.get("/settings/statuses").get_data(as_text=True)
    assert "Обед" in page and 'class="dot hue h-29"' in page
    window = anna.get("/account/window").get_data(as_text=True)
    assert "Обед" in window and "<select" in window  # more than three do not fit beside each other
    with company(cast.romashka):
        [row] = db.session.scalars(select(AuditRecord).where(AuditRecord.kind == "status_rules_changed")).all()
    assert (row.actor_id, row.subject, row.subject_kind) == (cast.anna.id, "Обед", "status")
    assert row.after["counts_online"] is True


@pytest.mark.parametrize(("form", "field"), [
    ({"name": "", "hue": "29"}, "name"), ({"name": "х" * 41, "hue": "29"}, "name"), ({"name": "Обед", "hue": "36"}, "hue"),
    ({"name": "Обед"}, "hue"), ({"name": "ПЕРЕРЫВ", "hue": "2"}, "name"),
])
def test_a_wrong_status_is_explained_beside_its_field_and_typed_text_stays(anna, form, field):
    answer = anna.post("/settings/statuses", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and f'id="f-{field}-err"' in page and f'href="#f-{field}"' in page
    assert form["name"][:40] in page


def test_the_rules_are_kept_and_told(anna, cast):
    anna.post("/settings/statuses/rules", data={"idle_offline_minutes": "30", "warn_open_chats": "1"})
    with company(cast.romashka):
        assert status_rules.current() == {"idle_offline_minutes": 30, "online_at_login": False, "warn_open_chats": True}
        [row] = db.session.scalars(select(AuditRecord).where(AuditRecord.kind == "status_rules_changed")).all()
    assert (row.before, row.after) == ({"idle_offline_minutes": 0, "online_at_login": True},
                                       {"idle_offline_minutes": 30, "online_at_login": False})


@pytest.mark.parametrize("typed", ["-1", "721", "час", "", "1.5", "²"])
def test_a_wrong_number_of_minutes_is_said_beside_the_field(anna, cast, typed):
    answer = anna.post("/settings/statuses/rules", data={"idle_offline_minutes": typed})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'id="f-idle_offline_minutes-err"' in page and f'value="{typed}"' in page
    with company(cast.romashka):
        assert status_rules.current()["idle_offline_minutes"] == 0


def test_only_who_has_the_section_changes_statuses(as_, anna, cast):
    assert anna.get("/settings/statuses").status_code == 200
    boris = as_(cast.boris)
    assert boris.get("/settings/statuses").status_code == 403
    assert boris.post("/settings/statuses", data={"name": "Обед", "hue": "5"}).status_code == 403
    assert "Обед" not in anna.get("/settings/statuses").get_data(as_text=True)
    with company(cast.romashka):
        db.session.add(RoleGrant(role_id=cast.boris.role_id, permission="statuses", allowed=True))
        db.session.commit()
    assert as_(cast.boris).get("/settings/statuses").status_code == 200


def test_a_strangers_status_is_not_found(anna, cast):
    with company(cast.chuzhaya):
        foreign = factories.status("Чужой")
    with company(cast.romashka):
        own = factories.status("Свой")
    assert anna.get(f"/settings/statuses/{own}").status_code == 200
    assert anna.get(f"/settings/statuses/{foreign}").status_code == 404
    for what in ("", "/archive", "/restoration", "/place"):
        assert anna.post(f"/settings/statuses/{foreign}{what}", data={"name": "Мой", "hue": "5"}).status_code == 404


# --- at the same time

@pytest.fixture
def place(stores, tmp_path):
    """The cast on a database of their own, for several transactions at once."""
    url = stores.clone()
    app = create_app(settings_for(url, stores.redis_url(), tmp_path))
    with app.app_context():
        yield app, people.assemble()
        db.session.remove()
        db.engine.dispose()
    stores.drop(url)


def together(app, company_of: int, works: list) -> None:
    start = threading.Barrier(len(works))

    def run(work) -> None:
        with app.app_context(), company(company_of):
            start.wait()
            try:
                in_transaction(work, tries=20)
            except Refused:
                pass
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.own_database
def test_simultaneous_changes_leave_one_open_span_and_no_overlap(place):
    app, cast = place
    with company(cast.romashka):
        lunch = factories.status("Обед")
        statuses = ["away", "online", lunch, "offline"] * 3
        works = [lambda status=status: set_status(cast.vera.id, status) for status in statuses]
        for _ in range(4):
            together(app, cast.romashka, [*works, lambda: status_list.change(lunch, "Обед", 3, True, False),
                                          lambda: status_list.change(lunch, "Обед", 3, False, False)])
        found = db.session.scalars(select(StatusSpan).where(StatusSpan.operator_id == cast.vera.id)
                                   .order_by(StatusSpan.started_at, StatusSpan.id)).all()
        assert len(found) > 4 and [s.ended_at is None for s in found].count(True) == 1
        assert all(a.ended_at <= b.started_at for a, b in zip(found, found[1:], strict=False))
        assert found[-1].ended_at is None and found[-1].status_id == stored(cast.vera).status_id
        assert found[-1].status == stored(cast.vera).status
        assert len(found) == len(told())


@pytest.mark.own_database
def test_a_status_that_is_archived_just_now_is_nobodys(place):
    app, cast = place
    with company(cast.romashka):
        for n in range(6):
            lunch = factories.status(f"Обед {n}")
            together(app, cast.romashka, [lambda lunch=lunch: status_list.archive(lunch),
                                          lambda lunch=lunch: set_status(cast.vera.id, lunch),
                                          lambda lunch=lunch: set_status(cast.gleb.id, lunch)])
            assert db.session.scalars(select(Operator.id).where(Operator.status_id == lunch)).all() == []


@pytest.mark.own_database
def test_no_more_than_twenty_fit_however_many_add_one(place):
    app, cast = place
    with company(cast.romashka):
        for n in range(14):
            factories.status(f"Статус {n}")
        together(app, cast.romashka, [lambda n=n: status_list.add(f"Ещё {n}", 5, False, False) for n in range(8)])
        assert company_id() and len(status_list.to_choose()) == status_list.MOST
