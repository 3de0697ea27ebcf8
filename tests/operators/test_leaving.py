"""Blocking, deleting and coming back."""

import pytest
from sqlalchemy import select

from c2d.core.db import db
from c2d.core.events import EventRecord
from c2d.dialogs.models import Dialog
from c2d.operators.models import OperatorGroup
from c2d.sessions import termination
from c2d.sessions.models import LoginSession
from tests.operators.conftest import HERE, by_email, change, newest, row, seats
from tests.support import factories


def leave(browser, person, how: str, to: str = "new", htmx: bool = False):
    return browser.post(f"{HERE}/{person.id}/{how}", data={"to": to}, htmx=htmx)


def owner(chat: int) -> int | None:
    return db.session.scalars(select(Dialog.operator_id).where(Dialog.id == chat)).one()


@pytest.fixture
def chat(romashka, cast):
    return factories.dialog(operator_id=cast.vera.id)


def test_the_dialog_asks_what_becomes_of_the_open_chats(as_, cast, chat):
    db.session.add(OperatorGroup(name="Поддержка"))
    db.session.commit()
    modal = as_(cast.anna).get(f"{HERE}/{cast.vera.id}/departure?how=block", htmx=True).text
    assert "1 открытый чат" in modal and "Глеб Громов" in modal and "Поддержка" in modal and "В новые" in modal
    assert f'value="operator:{cast.vera.id}"' not in modal
    assert "Открытых чатов нет" in as_(cast.anna).get(f"{HERE}/{cast.gleb.id}/departure?how=delete").text


@pytest.mark.parametrize("how", ["blocking", "deletion"])
def test_who_goes_is_out_on_every_device_and_the_chats_go_where_was_said(as_, cast, chat, how):
    vera, other = as_(cast.vera), as_(cast.vera)
    assert vera.get("/chats").status_code == 200
    answer = leave(as_(cast.anna), cast.vera, how, f"operator:{cast.gleb.id}", htmx=True)
    assert answer.status_code == 204 and answer.headers["HX-Redirect"].startswith(f"{HERE}/{cast.vera.id}")
    assert vera.get("/chats").status_code == other.get("/chats").status_code == 303
    reasons = db.session.scalars(select(LoginSession.end_reason).where(LoginSession.operator_id == cast.vera.id))
    assert set(reasons) == {how.replace("blocking", "blocked").replace("deletion", "deleted")}
    assert owner(chat) == cast.gleb.id
    assert newest().after["chats"] == f"operator:{cast.gleb.id}" and newest().subject == "Вера Волкова"
    found = list(db.session.scalars(select(EventRecord.kind).order_by(EventRecord.seq)))
    assert found.count("dialog_assigned") == 1 and found.count("session_terminated") == 2


def test_open_sockets_are_closed_only_once_the_block_is_certain(as_, cast, romashka, monkeypatch):
    said = []
    monkeypatch.setattr(termination.live, "control", said.append)
    as_(cast.vera)
    leave(as_(cast.anna), cast.vera, "blocking", "group:1")
    assert said == []
    leave(as_(cast.anna), cast.vera, "blocking")
    assert [notice["t"] for notice in said] == ["session-ended"]


def test_a_block_of_somebody_who_may_not_have_them_changes_nothing_at_all(as_, cast, chat):
    vera = as_(cast.vera)
    for to in (f"operator:{cast.hariton.id}", f"operator:{cast.vera.id}", "keep", "group:1", "x"):
        refused = leave(as_(cast.anna), cast.vera, "blocking", to)
        assert refused.status_code == 422 and "кому передать" in refused.text
    assert row(cast.vera).blocked_at is None and owner(chat) == cast.vera.id and vera.get("/chats").status_code == 200


def test_blocking_twice_is_harmless(as_, cast, romashka):
    anna = as_(cast.anna)
    assert leave(anna, cast.vera, "blocking").status_code == leave(anna, cast.vera, "blocking").status_code == 303
    assert list(db.session.scalars(select(EventRecord.kind))).count("operator_blocked") == 1


def test_a_block_frees_the_seat_and_lifting_it_needs_one(as_, cast, romashka):
    seats(4)
    anna = as_(cast.anna)
    assert anna.get(HERE + "/new").text.count("Все места заняты") > 0
    leave(anna, cast.vera, "blocking")
    made = anna.post(HERE, data={"email": "new@romashka.example", "first_name": "Нина", "role_id": cast.vera.role_id})
    assert made.status_code == 200 and by_email("new@romashka.example")
    refused = anna.post(f"{HERE}/{cast.vera.id}/restoration")
    assert refused.status_code == 422 and "4 из 4" in refused.text and row(cast.vera).blocked_at
    seats(5)
    assert anna.post(f"{HERE}/{cast.vera.id}/restoration").status_code == 303
    assert row(cast.vera).blocked_at is None and newest().kind == "operator_restored"


def test_a_deleted_operator_keeps_the_name_in_old_chats_and_frees_the_address(as_, cast, chat):
    anna = as_(cast.anna)
    factories.message(chat, text="Добрый день", kind="out", operator_id=cast.vera.id)
    leave(anna, cast.vera, "deletion")
    assert "Вера" in anna.get(f"/chats/{chat}/messages", htmx=True).text
    again = anna.post(HERE, data={"email": cast.vera.email, "first_name": "Другая Вера", "role_id": cast.vera.role_id})
    assert again.status_code == 200
    refused = anna.post(f"{HERE}/{cast.vera.id}/restoration")
    assert refused.status_code == 422 and "уже зарегистрирован" in refused.text
    leave(anna, by_email_of_new(cast), "deletion")
    assert anna.post(f"{HERE}/{cast.vera.id}/restoration").status_code == 303


def by_email_of_new(cast):
    return next(o for o in db.session.scalars(select(type(row(cast.anna)))) if o.first_name == "Другая Вера")


def test_nobody_shuts_themselves_out_nor_the_last_administrator(as_, cast, manager):
    for how in ("blocking", "deletion"):
        assert leave(as_(cast.anna), cast.anna, how).status_code == 422
        assert leave(as_(manager), manager, how).status_code == 422
    change(cast.gleb, role_id=cast.anna.role_id)
    assert leave(as_(cast.anna), cast.gleb, "blocking").status_code == 303
    assert row(cast.anna).blocked_at is None


def test_who_is_gone_is_no_colleague_to_give_chats_to(as_, cast, chat):
    leave(as_(cast.anna), cast.gleb, "blocking")
    refused = as_(cast.vera).post(f"/chats/{chat}/assignment", data={"operator_id": cast.gleb.id}, htmx=True)
    assert refused.status_code == 422 and owner(chat) == cast.vera.id
