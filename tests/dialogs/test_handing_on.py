"""What becomes of the open chats of somebody who goes."""

import pytest
from sqlalchemy import select

from c2d.core.db import db, in_transaction
from c2d.core.errors import Refused
from c2d.core.events import EventRecord
from c2d.core.tenancy import company_id
from c2d.dialogs.handing_on import hand_on
from c2d.dialogs.models import Dialog, Request
from c2d.operators.models import GroupMember, Operator, OperatorChannel, OperatorGroup
from tests.support import factories


@pytest.fixture
def chats(romashka, cast):
    """Three open chats of Вера, and one that she closed."""
    factories.dialog(operator_id=cast.vera.id, opened=False)
    return [factories.dialog(operator_id=cast.vera.id) for _ in range(3)]


def group(**skills: int) -> int:
    row = OperatorGroup(name="Поддержка")
    db.session.add(row)
    db.session.flush()
    db.session.add_all(GroupMember(group_id=row.id, operator_id=int(id[1:]), skill=skill) for id, skill in skills.items())
    db.session.commit()
    return row.id


def change(person, **values) -> None:
    row = db.session.get(Operator, (company_id(), person.id))
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()


def owners(chats: list[int]) -> list[int | None]:
    db.session.expire_all()
    return [db.session.get(Dialog, (company_id(), id)).operator_id for id in chats]


def move(person, to: str) -> int:
    return in_transaction(lambda: hand_on(person.id, to))


def test_the_open_chats_go_to_new_and_the_closed_one_stays(chats, cast):
    assert move(cast.vera, "new") == 3 and owners(chats) == [None] * 3
    assert db.session.scalars(select(Dialog.operator_id).where(Dialog.state == "closed")).one() == cast.vera.id
    assert list(db.session.scalars(select(EventRecord.kind))) == ["dialog_returned"] * 3
    assert set(db.session.scalars(select(Request.operator_id))) == {None}


def test_the_open_chats_go_to_a_colleague_who_is_told_about_each(chats, cast):
    assert move(cast.vera, f"operator:{cast.gleb.id}") == 3 and owners(chats) == [cast.gleb.id] * 3
    facts = list(db.session.scalars(select(EventRecord)))
    assert {(f.kind, f.particulars["to_name"], f.particulars["from_id"]) for f in facts} == {
        ("dialog_assigned", "Глеб Громов", cast.vera.id)}
    assert set(db.session.scalars(select(Request.operator_id))) == {cast.gleb.id}


def test_a_group_shares_the_chats_by_who_has_the_fewest(chats, cast):
    busy = factories.dialog(operator_id=cast.gleb.id)
    id = group(**{f"_{cast.gleb.id}": 90, f"_{cast.galya.id}": 10, f"_{cast.vera.id}": 100})
    move(cast.vera, f"group:{id}")
    assert owners(chats) == [cast.galya.id, cast.gleb.id, cast.galya.id] and owners([busy]) == [cast.gleb.id]


def test_who_is_online_comes_before_who_has_fewer(chats, cast):
    factories.dialog(operator_id=cast.gleb.id)
    change(cast.galya, status="offline")
    move(cast.vera, f"group:{group(**{f'_{cast.gleb.id}': 1, f'_{cast.galya.id}': 100})}")
    assert owners(chats) == [cast.gleb.id] * 3


def test_nobody_gets_more_from_a_group_than_their_limit_nor_a_channel_they_do_not_serve(chats, cast):
    other = factories.channel(name="Другой")
    change(cast.gleb, dialog_limit=1)
    db.session.add(OperatorChannel(operator_id=cast.galya.id, channel_id=other))
    db.session.commit()
    move(cast.vera, f"group:{group(**{f'_{cast.gleb.id}': 50, f'_{cast.galya.id}': 50})}")
    assert owners(chats) == [cast.gleb.id, None, None]


def test_a_group_of_nobody_gives_the_chats_back(chats, cast):
    change(cast.gleb, read_only=True)
    move(cast.vera, f"group:{group(**{f'_{cast.gleb.id}': 50})}")
    assert owners(chats) == [None] * 3


def test_chats_are_kept_when_that_is_chosen(chats, cast):
    assert move(cast.vera, "keep") == 0 and owners(chats) == [cast.vera.id] * 3


def test_a_choice_of_nobody_is_refused_and_moves_nothing(chats, cast):
    change(cast.boris, read_only=True)
    for to in ("", "operator:", f"operator:{cast.hariton.id}", f"operator:{cast.boris.id}", f"operator:{cast.vera.id}",
               "group:999", "operator:٣", "all"):
        with pytest.raises(Refused):
            move(cast.vera, to)
    assert owners(chats) == [cast.vera.id] * 3


def test_a_closed_chat_of_somebody_who_is_gone_opens_for_everybody(as_, cast, chats):
    closed = db.session.scalars(select(Dialog.id).where(Dialog.state == "closed")).one()
    change(cast.vera, deleted_at=db.func.now())
    assert as_(cast.boris).post(f"/chats/{closed}/reopening", htmx=True).status_code == 204
    assert owners([closed]) == [None]
