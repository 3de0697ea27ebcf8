"""Leaving with open chats: what is asked, and what becomes of the chats."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from c2d.core.clock import now
from c2d.core.db import db, in_transaction
from c2d.core.events import EventRecord
from c2d.core.live import Viewer
from c2d.core.permissions import registry
from c2d.core.tenancy import company
from c2d.dialogs.models import Dialog
from c2d.operators import status_rules
from c2d.operators.models import Operator, OperatorStatus
from c2d.roles.models import RoleGrant
from c2d.sessions.models import LoginSession
from c2d.workspace import live
from tests.support import factories

STATUS, OUT = "/account/status", "/logout"


@pytest.fixture
def chats(cast) -> list[int]:
    """Four open chats of Вера, and one that she closed."""
    with company(cast.romashka):
        factories.dialog(operator_id=cast.vera.id, opened=False)
        return [factories.dialog(operator_id=cast.vera.id) for _ in range(4)]


@pytest.fixture
def vera(as_, cast):
    return as_(cast.vera)


def owners(cast, chats: list[int]) -> set[int | None]:
    with company(cast.romashka):
        db.session.expire_all()
        return set(db.session.scalars(select(Dialog.operator_id).where(Dialog.id.in_(chats))))


def status(person) -> str:
    with company(person.company_id):
        return db.session.scalar(select(Operator.status).where(Operator.id == person.id))


def hidden(page: str) -> dict:
    """The hidden fields of the question, as a browser would send them."""
    form = re.search(r'<form id="leaving".*?</form>', page, re.DOTALL)[0]
    return {m[1]: m[2] for m in re.finditer(r'type="hidden" name="(\w+)" value="([^"]*)"', form) if m[1] != "csrf_token"}


@pytest.mark.parametrize("htmx", [False, True], ids=["without scripts", "with scripts"])
def test_who_goes_offline_with_open_chats_is_asked_and_hands_them_to_a_colleague(vera, cast, chats, htmx):
    asked = vera.post(STATUS, data={"status": "offline"}, htmx=htmx)
    page = asked.get_data(as_text=True)
    assert asked.status_code == 200 and "Передать 4 открытых чата?" in page and "Новый статус: Офлайн" in page
    assert ("<html" in page) != htmx
    if htmx:  # in the same popover, where the status still stands as it is
        assert (asked.headers["HX-Retarget"], asked.headers["HX-Reswap"]) == ("#leaving", "outerHTML")
        assert re.search(r'<div hx-swap-oob="morph" id="my-status">.*?checked>[^<]*<i class="dot hue h-15">', page, re.DOTALL)
    assert status(cast.vera) == "online" and owners(cast, chats) == {cast.vera.id}
    assert f'value="operator:{cast.gleb.id}"' in page and f'value="operator:{cast.vera.id}"' not in page

    answered = vera.post(STATUS, data={**hidden(page), "to": f"operator:{cast.gleb.id}"}, htmx=htmx)
    assert answered.status_code == (200 if htmx else 303)
    if htmx:
        assert answered.get_data(as_text=True).strip() == '<div id="leaving" tabindex="-1" autofocus></div>'
    assert status(cast.vera) == "offline" and owners(cast, chats) == {cast.gleb.id}


@pytest.mark.parametrize(("to", "owner"), [("new", lambda cast: None), ("keep", lambda cast: cast.vera.id)])
def test_the_chats_go_to_new_or_stay(vera, cast, chats, to, owner):
    vera.post(STATUS, data={"status": "away", "to": to})
    assert status(cast.vera) == "away" and owners(cast, chats) == {owner(cast)}


def test_the_chats_go_to_a_group_that_has_somebody_else_in_it(vera, cast, chats):
    with company(cast.romashka):
        support, alone = factories.group("Поддержка", [cast.gleb.id, cast.vera.id]), factories.group("Одна", [cast.vera.id])
    page = vera.post(STATUS, data={"status": "away"}).get_data(as_text=True)
    assert f'value="group:{support}"' in page and f'value="group:{alone}"' not in page
    vera.post(STATUS, data={"status": "away", "to": f"group:{support}"})
    assert owners(cast, chats) == {cast.gleb.id}


def test_leaving_the_chats_with_oneself_is_one_button(vera, cast, chats):
    vera.post(STATUS, data={"status": "away", "to": "new", "keep": "1"})
    assert status(cast.vera) == "away" and owners(cast, chats) == {cast.vera.id}


@pytest.mark.parametrize("htmx", [False, True])
def test_nobody_of_that_name_leaves_everything_as_it_was(vera, cast, chats, htmx):
    for to in (f"operator:{cast.hariton.id}", f"operator:{cast.vera.id}", "group:99999", "nonsense"):
        answer = vera.post(STATUS, data={"status": "offline", "to": to}, htmx=htmx)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422 and 'id="leave-to-err"' in page and "Передать 4 открытых чата?" in page
    assert status(cast.vera) == "online" and owners(cast, chats) == {cast.vera.id}


def test_nothing_is_asked_where_nothing_is_to_decide(vera, cast):
    with company(cast.romashka):
        training = factories.status("Обучение", counts_online=True)
    assert vera.post(STATUS, data={"status": "offline"}).status_code == 303  # no chats
    vera.post(STATUS, data={"status": "online"})
    with company(cast.romashka):
        factories.dialog(operator_id=cast.vera.id)
    assert vera.post(STATUS, data={"status": training}).status_code == 303  # still there
    assert vera.post(STATUS, data={"status": "away"}).status_code == 200  # this one asks
    with company(cast.romashka):
        in_transaction(lambda: status_rules.change(**{**status_rules.current(), "warn_open_chats": False}))
    assert vera.post(STATUS, data={"status": "away"}).status_code == 303  # the company does not want it
    assert status(cast.vera) == "away"


def test_who_may_not_transfer_chats_is_not_asked_and_cannot(as_, cast):
    with company(cast.romashka):
        chat = factories.dialog(operator_id=cast.galya.id)
    galya = as_(cast.galya)
    assert galya.post(STATUS, data={"status": "away"}).status_code == 200
    with company(cast.romashka):
        db.session.execute(update(RoleGrant).where(
            RoleGrant.role_id == cast.galya.role_id, RoleGrant.permission == "chats.assign").values(allowed=False))
        db.session.commit()
    assert galya.post(STATUS, data={"status": "away", "to": "new"}).status_code == 403
    assert status(cast.galya) == "online" and owners(cast, [chat]) == {cast.galya.id}
    assert galya.post(STATUS, data={"status": "away"}).status_code == 303


def test_the_way_out_asks_too(vera, cast, chats):
    asked = vera.post(OUT)
    page = asked.get_data(as_text=True)
    assert asked.status_code == 200 and "Передать 4 открытых чата?" in page and "Выйти, оставив чаты за мной" in page
    assert vera.get("/chats").status_code == 200 and owners(cast, chats) == {cast.vera.id}
    assert vera.post(OUT, data={"to": "nonsense"}).status_code == 422
    answered = vera.post(OUT, data={"to": "new"})
    assert (answered.status_code, answered.location) == (303, "/login")
    assert vera.get("/chats").status_code == 303
    assert status(cast.vera) == "offline" and owners(cast, chats) == {None}


def test_one_may_go_out_and_keep_the_chats(vera, cast, chats):
    assert vera.post(OUT, data={"to": "new", "keep": "1"}).location == "/login"
    assert status(cast.vera) == "offline" and owners(cast, chats) == {cast.vera.id}


def test_who_works_on_another_device_as_well_is_not_asked(as_, vera, cast, chats):
    as_(cast.vera)
    assert vera.post(OUT).location == "/login"
    assert status(cast.vera) == "online" and owners(cast, chats) == {cast.vera.id}


def test_a_session_forgotten_elsewhere_keeps_nobody_online(as_, vera, cast, chats):
    with company(cast.romashka):
        mine = db.session.scalar(select(LoginSession.id).where(LoginSession.operator_id == cast.vera.id))
        as_(cast.vera)
        db.session.execute(update(LoginSession).where(
            LoginSession.operator_id == cast.vera.id, LoginSession.id != mine).values(last_seen_at=now() - timedelta(hours=1)))
        db.session.commit()
    assert "Передать 4 открытых чата?" in vera.post(OUT).get_data(as_text=True)
    vera.post(OUT, data={"to": "new"})
    assert status(cast.vera) == "offline"


def test_both_happen_or_nothing(vera, cast, chats, monkeypatch):
    def fails(*_):
        raise RuntimeError("in the middle")

    monkeypatch.setattr("c2d.workspace.leaving.hand_on", fails)
    with pytest.raises(RuntimeError):
        vera.post(STATUS, data={"status": "away", "to": "new"})
    assert status(cast.vera) == "online"


def test_a_new_status_shows_in_all_of_ones_own_windows_and_nobody_elses(vera, cast):
    with company(cast.romashka):
        lunch = factories.status("Обед", hue=29)
    vera.post(STATUS, data={"status": lunch})
    with company(cast.romashka):
        events = db.session.scalars(select(EventRecord).where(EventRecord.kind == "operator_status_changed")).all()
        viewers = [Viewer(p.company_id, p.id, 1, "ru", "Europe/Moscow", registry.granted("operator", {}))
                   for p in (cast.vera, cast.gleb)]
        [push] = live.statuses(events, viewers)
    assert push.topic == f"operator:{cast.vera.id}"
    html = push.render(viewers[0])  # outside of any company, as the hub does it
    assert re.search(r'<span hx-swap-oob="morph" id="rail-me" .*class="presence hue h-29"', html, re.DOTALL)
    assert re.search(rf'<option value="{lunch}" selected>Обед<', html) and "csrf" not in html


def test_a_renamed_status_shows_in_the_windows_of_everybody(as_, cast):
    with company(cast.romashka):
        away = db.session.scalar(select(OperatorStatus.id).where(OperatorStatus.key == "away"))
    as_(cast.anna).post(f"/settings/statuses/{away}", data={"name": "Чай", "hue": "5"})
    with company(cast.romashka):
        events = db.session.scalars(select(EventRecord).where(EventRecord.kind == "status_rules_changed")).all()
        viewers = [Viewer(p.company_id, p.id, 1, "ru", "Europe/Moscow", registry.granted("operator", {}))
                   for p in (cast.vera, cast.gleb)]
        pushes = live.choices(events, viewers)
    assert sorted(p.topic for p in pushes) == sorted(f"operator:{p.id}" for p in (cast.vera, cast.gleb))
    assert all("Чай" in push.render(viewers[0]) for push in pushes)
