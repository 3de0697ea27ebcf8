"""Taking, giving, closing, reopening, reading: who may, and what it leaves behind."""

import pytest
from sqlalchemy import select, update

from c2d.core.db import db
from c2d.core.events import EventRecord
from c2d.core.tenancy import company_id
from c2d.dialogs.models import Dialog, Request
from c2d.operators.models import Operator
from tests.support import factories


def dialog(id: int) -> Dialog:
    db.session.expire_all()
    return db.session.get(Dialog, (company_id(), id))


def kinds() -> list[str]:
    return list(db.session.scalars(select(EventRecord.kind).order_by(EventRecord.seq)))


@pytest.fixture
def new(romashka):
    return factories.dialog(unread=1)


@pytest.fixture
def veras(romashka, cast):
    return factories.dialog(operator_id=cast.vera.id, unread=2)


def test_the_first_to_take_a_chat_has_it_and_the_second_learns_who(as_, cast, new):
    assert as_(cast.vera).post(f"/chats/{new}/taking", htmx=True).status_code == 204
    late = as_(cast.gleb).post(f"/chats/{new}/taking", htmx=True)
    assert late.status_code == 409 and "Вера Волкова" in late.text
    assert as_(cast.vera).post(f"/chats/{new}/taking", htmx=True).status_code == 204
    row = dialog(new)
    assert row.operator_id == cast.vera.id and kinds() == ["dialog_assigned"]
    assert db.session.get(Request, (company_id(), row.request_id)).operator_id == cast.vera.id


def test_the_log_says_that_a_chat_was_taken(as_, cast, new):
    vera = as_(cast.vera)
    vera.post(f"/chats/{new}/taking")
    assert "Вера Волкова" in vera.get(f"/chats/{new}/messages", htmx=True).text


def test_a_chat_is_given_to_a_colleague_and_gone_from_ones_own_list(as_, cast, veras):
    vera = as_(cast.vera)
    assert "Глеб Громов" in vera.get(f"/chats/{veras}/assignment", htmx=True).text
    answer = vera.post(f"/chats/{veras}/assignment", data={"operator_id": cast.gleb.id}, htmx=True)
    assert answer.headers["HX-Redirect"] == "/chats"
    assert dialog(veras).operator_id == cast.gleb.id
    assert vera.get(f"/chats/{veras}").status_code == 404
    assert as_(cast.gleb).get(f"/chats/{veras}").status_code == 200


def test_a_chat_goes_back_to_the_new_ones(as_, cast, veras):
    answer = as_(cast.vera).post(f"/chats/{veras}/assignment", data={"operator_id": "new"}, htmx=True)
    assert answer.status_code == 204 and "closeModal" in answer.headers["HX-Trigger"]
    assert dialog(veras).operator_id is None and kinds() == ["dialog_returned"]


def test_a_chat_is_not_given_to_somebody_who_cannot_have_it(as_, cast, veras):
    db.session.execute(update(Operator).where(Operator.id == cast.gleb.id).values(read_only=True))
    db.session.commit()
    for nobody in (cast.gleb.id, cast.hariton.id, 999_999, "", "x"):
        answer = as_(cast.vera).post(f"/chats/{veras}/assignment", data={"operator_id": nobody}, htmx=True)
        assert answer.status_code == 422 and "Выберите коллегу" in answer.text
    assert dialog(veras).operator_id == cast.vera.id and kinds() == []


def test_closing_ends_the_request_and_reopening_starts_another(as_, cast, veras):
    vera, first = as_(cast.vera), dialog(veras).request_id
    for _ in range(2):
        assert vera.post(f"/chats/{veras}/closure", htmx=True).status_code == 204
    row = dialog(veras)
    assert row.state == "closed" and row.unread == 0
    assert db.session.get(Request, (company_id(), first)).closed_by == cast.vera.id
    for _ in range(2):
        assert vera.post(f"/chats/{veras}/reopening", htmx=True).status_code == 204
    row = dialog(veras)
    assert row.state == "open" and row.request_id != first
    assert kinds() == ["request_closed", "dialog_reopened", "request_opened"]


def test_only_its_own_operator_has_read_a_chat(as_, cast, veras):
    as_(cast.boris).post(f"/chats/{veras}/reading", htmx=True)
    assert dialog(veras).unread == 2
    for _ in range(2):
        assert as_(cast.vera).post(f"/chats/{veras}/reading", htmx=True).status_code == 204
    assert dialog(veras).unread == 0 and kinds() == ["dialog_read"]
    as_(cast.vera).post(f"/chats/{veras}/unread-mark", htmx=True)
    assert dialog(veras).unread == 1


def test_only_the_page_of_its_own_operator_reports_reading(as_, cast, veras):
    assert f'hx-post="/chats/{veras}/reading"' in as_(cast.vera).get(f"/chats/{veras}").text
    assert "/reading" not in as_(cast.boris).get(f"/chats/{veras}").text


ACTIONS = ("assignment", "closure", "reopening", "unread-mark", "reading", "draft", "notes", "messages")


@pytest.mark.parametrize("action", ACTIONS)
def test_a_chat_that_one_may_not_see_cannot_be_changed(as_, cast, veras, action):
    before = dialog(veras).__dict__ | {"_sa_instance_state": None}
    for person in (cast.gleb, cast.hariton):
        answer = as_(person).post(f"/chats/{veras}/{action}", data={"text": "x", "operator_id": cast.gleb.id})
        assert answer.status_code == 404
    assert dialog(veras).__dict__ | {"_sa_instance_state": None} == before and kinds() == []


@pytest.mark.parametrize("action", [*ACTIONS, "taking"])
def test_who_may_only_read_changes_nothing(as_, cast, veras, action):
    db.session.execute(update(Operator).where(Operator.id == cast.vera.id).values(read_only=True))
    db.session.commit()
    vera = as_(cast.vera)
    assert vera.post(f"/chats/{veras}/{action}", data={"text": "x"}).status_code == 403
    assert vera.get(f"/chats/{veras}").status_code == 200 and kinds() == []
