"""What is written while a card is being linked into another one comes to the card that stands for it then."""

import time
from threading import Thread

import pytest

from c2d import create_app
from c2d.channels.contract import Peer
from c2d.channels.transports import TRANSPORTS
from c2d.clients import card, choosing, contacts, duplicates, identity, linking
from c2d.clients.models import Client, ClientCard, Distinction, Phone
from c2d.core.alone import hang_up
from c2d.core.db import db, in_transaction
from c2d.core.sql import platform
from c2d.core.tenancy import all_companies, company, company_id
from c2d.dialogs.models import Dialog
from tests.support import factories
from tests.support.card_model import asking
from tests.support.cast import assemble
from tests.support.stage import settings_for

TELEGRAM = TRANSPORTS["telegram"]
# within a transaction PostgreSQL shows the same moment again and again, until it is told to look anew
_look_anew = platform("SELECT pg_stat_clear_snapshot()")
_waiting = platform("""
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'""")


@pytest.fixture
def others(stores, tmp_path):
    """(app, cast, clients) in a database that two connections may use: Павел, the same Павел once more, and Ада."""
    url = stores.clone()
    app = create_app(settings_for(url, stores.redis_url(), tmp_path))
    with app.app_context():
        people = assemble()
        with company(people.romashka):
            clients = [factories.client(name, external_id=f"70700{n}") for n, name in enumerate(("Павел", "Паша", "Ада"))]
            for client in clients:
                factories.dialog(client)
            db.session.remove()
        yield app, people, clients
        db.engine.dispose()
        hang_up()
    stores.drop(url)


def during_a_link(app, person, kept: int, absorbed: int, work) -> None:
    """Do the work of somebody else while the second client's card is being linked into the first one's."""
    failed = []

    def other() -> None:
        with app.app_context(), asking(app, person):
            try:
                in_transaction(work)
            except Exception as error:  # noqa: BLE001 told in the test's own thread
                failed.append(error)
            db.session.remove()

    with app.app_context(), asking(app, person):
        one, two = linking.pair(kept, absorbed)
        linking.link(kept, absorbed, choosing.joined(choosing.to_link(one, two, {}), {}), (one["version"], two["version"]))
        thread = Thread(target=other)
        thread.start()
        until = time.monotonic() + 10
        with all_companies("waiting for the other one"):
            while not _waiting.value() and thread.is_alive() and time.monotonic() < until:
                thread.join(0.02)
                _look_anew.run()
        db.session.commit()
        thread.join(10)
        db.session.remove()
    if failed:
        raise failed[0]


def meet(*peers: Peer) -> None:
    identity.find_or_create(TELEGRAM, "", peers)


@pytest.mark.parametrize("change", ["comment", "phone", "login", "told phone", "own phone", "moved"])
def test_a_change_that_meets_a_link_is_on_the_joint_card(others, change):
    app, people, (kept, absorbed, ada) = others
    changes = {
        "comment": lambda: card.change(absorbed, "comment", "Звонить после 18", 1, ""),
        "phone": lambda: contacts.add(absorbed, "phones", "+7 916 123-45-67"),
        "login": lambda: meet(Peer(external_id="707001", name="Паша", username="pasha_n")),
        "told phone": lambda: meet(Peer(external_id="707001", name="Паша", phone="+79161234567")),
        "own phone": lambda: identity.owns_phone(
            TELEGRAM, identity.find(TELEGRAM, "", ["707001"])["707001"], "+79161234567"),
        "moved": lambda: identity.moved(TELEGRAM, "", "707001", Peer(external_id="808001", phone="+79161234567")),
    }
    during_a_link(app, people.boris, kept, absorbed, changes[change])
    with app.app_context(), company(people.romashka):
        joint = db.session.get(Client, (company_id(), kept)).card_id
        found = db.session.get(ClientCard, (company_id(), joint))
        if change == "comment":
            assert found.comment == "Звонить после 18"
        elif change == "login":
            assert found.login == "pasha_n"
        else:
            assert db.session.query(Phone).filter_by(number="+79161234567").one().card_id == joint
            assert "9161234567" in found.search
        gone = db.session.query(ClientCard).filter(ClientCard.absorbed_by_id.is_not(None)).one()
        assert (gone.name, gone.login, gone.comment) == ("", "", "")
        db.session.remove()


def test_who_is_told_apart_while_being_linked_stays_told_apart(others):
    app, people, (kept, absorbed, ada) = others
    during_a_link(app, people.boris, kept, absorbed, lambda: duplicates.tell_apart(absorbed, ada, people.boris.id))
    with app.app_context(), company(people.romashka):
        cards = sorted(db.session.get(Client, (company_id(), id)).card_id for id in (kept, ada))
        said = db.session.query(Distinction).one()
        assert [said.card_id, said.other_card_id] == cards
        db.session.remove()


def test_a_client_who_changes_their_name_is_called_so_in_every_row(romashka):
    """A name that nobody edited follows the messenger, in the rows of the chats linked to it too."""
    meet(Peer(external_id="707", name="Павел"))
    one = identity.find(TELEGRAM, "", ["707"])["707"]
    other = factories.client("Павел", external_id="708")
    db.session.get(Client, (company_id(), other)).card_id = one.card_id
    db.session.commit()
    dialogs = [factories.dialog(one.id), factories.dialog(other)]
    meet(Peer(external_id="707", name="Павел Н."))
    db.session.commit()
    db.session.expire_all()
    assert [db.session.get(Dialog, (company_id(), id)).name for id in dialogs] == ["Павел Н."] * 2
