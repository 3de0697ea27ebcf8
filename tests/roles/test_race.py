"""Several administrators at the same moment, each on a connection of their own."""

import threading

import pytest

from c2d.core.db import db, in_transaction
from c2d.core.errors import NotFound, Refused
from c2d.core.i18n import reading_as
from c2d.core.tenancy import company
from c2d.roles import custom, queries
from tests.support import factories

pytestmark = pytest.mark.own_database


@pytest.fixture
def together(own_place):
    """`together(work, …)` runs all of these at once in «Ромашка»; what each gave or raised comes back."""
    app, people, _url = own_place()

    def run(*work):
        start, ends = threading.Barrier(len(work)), [None] * len(work)

        def one(place: int) -> None:
            with app.app_context(), reading_as("ru", "UTC"), company(people.romashka):
                db.session.connection()
                start.wait(30)
                db.session.rollback()
                try:
                    ends[place] = in_transaction(work[place])
                except (Refused, NotFound) as no:
                    ends[place] = no
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=one, args=(place,)) for place in range(len(work))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return ends

    with app.app_context(), reading_as("ru", "UTC"), company(people.romashka):
        yield run, people


def own_roles() -> list[str]:
    db.session.rollback()
    return [role.name for role in queries.known() if role.custom]


def test_twelve_who_add_at_once_make_ten_roles(together):
    run, _people = together
    assert own_roles() == ["Стажер"]
    ends = run(*[lambda n=n: custom.add(f"Роль {n}") for n in range(12)])
    assert len(own_roles()) == 10
    assert sum(isinstance(end, int) for end in ends) == 9 and sum(isinstance(end, Refused) for end in ends) == 3


def test_one_name_at_once_is_one_role(together):
    run, _people = together
    ends = run(*[lambda n=n: custom.add("аудитор" if n % 2 else "АУДИТОР") for n in range(6)])
    assert sum(isinstance(end, int) for end in ends) == 1 and len(own_roles()) == 2


def test_rights_switched_at_once_are_all_there_with_the_base_that_follows(together):
    run, people = together
    role, rights = people.galya.role_id, ["chats.view_all", "chats.reply", "accounts", "blacklist", "tags.create"]
    ends = run(*[lambda right=right: custom.switch(role, right, True) for right in rights * 2])
    db.session.rollback()
    assert sum(end is True for end in ends) == 5 and sum(end is False for end in ends) == 5
    assert set(rights) <= queries.get(role).permissions and queries.get(role).base == "supervisor"


def test_two_roles_that_are_deleted_crosswise_leave_nobody_without_a_role(together):
    run, people = together
    other = in_transaction(lambda: custom.add("Аудитор"))
    factories.operator(other, "Нина")
    ends = run(lambda: custom.delete(people.galya.role_id, other), lambda: custom.delete(other, people.galya.role_id))
    assert len(own_roles()) == 1 and sum(isinstance(end, Refused) for end in ends) == 1
    assert sum(role.people for role in queries.known()) == 6
