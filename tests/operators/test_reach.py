"""Whoever manages operators without being an administrator reaches no further than their own access."""

import pytest
from sqlalchemy import select

from c2d.core.db import db
from c2d.operators.models import OperatorChannel
from tests.operators.conftest import HERE, by_email, change, row
from tests.operators.test_managing import data, post
from tests.support import factories


def channels_of(id: int) -> set[int]:
    db.session.expire_all()
    return set(db.session.scalars(select(OperatorChannel.channel_id).where(OperatorChannel.operator_id == id)))


@pytest.fixture
def sales(manager) -> int:
    """Борис manages operators and serves «Продажи» alone: its id."""
    id = factories.channel(name="Продажи")
    db.session.add(OperatorChannel(operator_id=manager.id, channel_id=id))
    db.session.commit()
    return id


@pytest.mark.parametrize("way", ["invite", "password"])
def test_who_is_restricted_to_channels_adds_nobody_who_sees_more(as_, cast, manager, sales, way):
    form = {"email": "nina@romashka.example", "first_name": "Нина", "role_id": manager.role_id, "way": way,
            "password": "совсем новый пароль"}
    assert as_(manager).post(HERE, data=form).status_code in (200, 303)
    assert channels_of(by_email(form["email"]).id) == {sales}
    assert as_(cast.anna).post(HERE, data={**form, "email": "free@romashka.example"}).status_code in (200, 303)
    assert channels_of(by_email("free@romashka.example").id) == set()


def test_nor_lets_anybody_see_more(as_, cast, manager, sales):
    other, boris = factories.channel(name="Поддержка"), as_(manager)
    for wanted in ([], [other], [sales, other]):
        assert post(boris, cast.vera, "channels", channel=wanted).status_code == 403
    assert post(boris, cast.vera, "channels", channel=[sales]).status_code == 303
    assert channels_of(cast.vera.id) == {sales}
    assert post(as_(cast.anna), cast.vera, "channels", channel=[other]).status_code == 303


def test_nor_takes_over_the_account_of_somebody_who_sees_more(as_, cast, manager, sales):
    boris, stolen = as_(manager), data(cast.vera, email="vera2@romashka.example")
    assert post(boris, cast.vera, "data", **stolen).status_code == 403
    assert post(as_(cast.anna), cast.vera, "channels", channel=[sales]).status_code == 303
    assert post(boris, cast.vera, "data", **stolen).status_code == 303


def test_nobody_frees_somebody_with_more_rights(as_, cast, manager):
    boris = as_(manager)
    assert post(boris, cast.vera, "access", read_only=1, no_new_chats=1).status_code == 303
    assert post(boris, cast.vera, "access").status_code == 303
    change(manager, new_chats=False)
    assert post(boris, cast.vera, "access", no_new_chats=1).status_code == 303
    assert post(boris, cast.vera, "access").status_code == 403
    assert not row(cast.vera).new_chats


def test_ones_own_address_is_changed_where_the_password_is_asked_for(as_, cast, manager):
    for person in (manager, cast.anna):
        refused = post(as_(person), person, "data", **data(person, email="new@romashka.example"))
        assert refused.status_code == 422 and 'id="f-email-err"' in refused.text
        assert row(person).email == person.email
    assert post(as_(cast.anna), cast.boris, "data", **data(cast.boris, email="new@romashka.example")).status_code == 303
