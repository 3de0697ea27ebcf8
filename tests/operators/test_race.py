"""Many at the same moment, over a database of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from c2d import create_app
from c2d.core.db import db
from c2d.core.tenancy import company
from c2d.dialogs.models import Dialog
from c2d.operators.models import Operator
from tests.operators.conftest import HERE, change, seats
from tests.support import cast as cast_module
from tests.support import factories
from tests.support.browser import Browser, sign_in
from tests.support.stage import settings_for

pytestmark = pytest.mark.own_database


@pytest.fixture
def place(stores, tmp_path):
    """(app, cast, enter): `enter(person)` is a browser in which the person is signed in."""
    url = stores.clone()
    app = create_app(settings_for(url, stores.redis_url(), tmp_path))
    app.test_client_class = Browser

    def enter(person) -> Browser:
        browser = app.test_client()
        with app.app_context():
            sign_in(browser, person)
        return browser

    with app.app_context():
        people = cast_module.assemble()
    yield app, people, enter
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    stores.drop(url)


def together(*calls) -> list[int]:
    """The status of each, all begun at the same moment."""
    gate = Barrier(len(calls))

    def run(call) -> int:
        gate.wait()
        return call().status_code

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def ask(place, work):
    app, people, _enter = place
    with app.app_context(), company(people.romashka):
        found = work()
        db.session.remove()
    return found


def test_of_ten_who_are_added_at_the_same_moment_as_many_pass_as_there_are_seats(place):
    _app, people, enter = place
    ask(place, lambda: seats(7))
    browsers = [enter(people.anna) for _ in range(10)]
    codes = together(*[
        lambda n=n, b=b: b.post(HERE, data={"email": f"p{n}@new.example", "first_name": "П", "role_id": people.vera.role_id})
        for n, b in enumerate(browsers)])
    assert sorted(codes) == [200] * 3 + [422] * 7
    assert ask(place, lambda: Operator.query.filter(Operator.email.like("%@new.example")).count()) == 3


def test_of_ten_who_are_restored_at_the_same_moment_as_many_come_back_as_there_are_seats(place):
    _app, people, enter = place
    gone = (people.boris, people.vera, people.gleb, people.galya)
    ask(place, lambda: [change(person, blocked_at=db.func.now()) for person in gone])
    ask(place, lambda: seats(2))
    browsers = [enter(people.anna) for _ in gone]
    codes = together(*[lambda p=p, b=b: b.post(f"{HERE}/{p.id}/restoration") for p, b in zip(gone, browsers, strict=True)])
    assert sorted(codes) == [303, 303, 422, 422]


@pytest.mark.parametrize("what", ["blocking", "deletion", "role", "access"])
def test_two_administrators_cannot_remove_each_other(place, what):
    _app, people, enter = place
    ask(place, lambda: change(people.boris, role_id=people.anna.role_id))
    anna, boris = enter(people.anna), enter(people.boris)
    body = {"to": "new", "role_id": people.vera.role_id, "read_only": 1}
    together(lambda: anna.post(f"{HERE}/{people.boris.id}/{what}", data=body),
             lambda: boris.post(f"{HERE}/{people.anna.id}/{what}", data=body))

    def active() -> int:
        found = Operator.query.filter_by(role_id=people.anna.role_id, blocked_at=None, deleted_at=None, read_only=False)
        return found.count()

    assert ask(place, active) == 1


def test_who_is_blocked_at_the_moment_they_get_a_chat_does_not_keep_it(place):
    _app, people, enter = place
    for _round in range(6):
        chat, new = ask(place, lambda: (factories.dialog(operator_id=people.vera.id), factories.dialog()))
        anna, vera, gleb = enter(people.anna), enter(people.vera), enter(people.gleb)
        together(lambda b=anna: b.post(f"{HERE}/{people.gleb.id}/blocking", data={"to": "new"}),
                 lambda b=vera, c=chat: b.post(f"/chats/{c}/assignment", data={"operator_id": people.gleb.id}),
                 lambda b=gleb, c=new: b.post(f"/chats/{c}/taking"))
        owners = ask(place, lambda: {d.operator_id for d in Dialog.query.filter_by(state="open")})
        assert people.gleb.id not in owners
        ask(place, lambda: change(people.gleb, blocked_at=None))


def test_of_two_who_accept_one_invitation_one_comes_in(place):
    app, people, enter = place
    shown = enter(people.anna).post(HERE, data={"email": "n@new.example", "first_name": "Н", "role_id": people.vera.role_id})
    link = shown.text.split("http://localhost")[1].split("<")[0]
    guests = [app.test_client() for _ in range(4)]
    codes = together(*[lambda g=g: g.post(link, data={"first_name": "Н", "password": "ромашка цветёт"}) for g in guests])
    assert sorted(codes) == [303, 410, 410, 410]


def test_of_ten_who_sign_in_at_the_same_moment_as_many_pass_as_may_be_in(place):
    app, people, enter = place
    anna = enter(people.anna)
    for n in range(6):
        anna.post(HERE, data={"email": f"p{n}@new.example", "first_name": "П", "role_id": people.vera.role_id,
                              "way": "password", "password": "ромашка цветёт"})
    ask(place, lambda: seats(2, "authorised"))
    guests = [app.test_client() for _ in range(6)]
    codes = together(*[lambda n=n, g=g: g.post("/login", data={"email": f"p{n}@new.example", "password": "ромашка цветёт"})
                       for n, g in enumerate(guests)])
    assert sorted(codes) == [303, 303, 422, 422, 422, 422]
