"""Who writes: people under several ids, numbers that change hands, and one spelling of every number."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2d.channels.contract import Peer
from c2d.channels.transports import TRANSPORTS
from c2d.clients import identity
from c2d.clients.models import Alias, Client, Email, Phone
from c2d.core import emails, phones
from c2d.core.db import db
from c2d.core.events import EventRecord
from tests.support import factories

WHATSAPP, TELEGRAM = TRANSPORTS["wa_cloud"], TRANSPORTS["telegram"]


def known(*peers: Peer, transport=WHATSAPP) -> list[int]:
    """The ids of the clients behind these peers."""
    found = identity.find_or_create(transport, "", peers)
    db.session.commit()
    return [found[peer.external_id].id for peer in peers]


def client(id: int) -> Client:
    db.session.expire_all()
    return db.session.query(Client).filter_by(id=id).one()


def numbers(id: int) -> list[tuple]:
    rows = db.session.query(Phone).filter_by(card_id=client(id).card_id).order_by(Phone.position, Phone.id)
    return [(row.source, row.raw, row.number, row.client_id) for row in rows]


def test_a_person_without_a_number_is_a_client_all_the_same(romashka):
    [id] = known(Peer(external_id="RU.13491208655302741918", username="pavel_n", name="Павел"))
    assert client(id).phone is None
    assert numbers(id) == [("[wa]", "RU.13491208655302741918", None, id)]


def test_a_client_known_by_number_keeps_their_id_when_the_provider_names_a_better_one(romashka):
    [before] = known(Peer(external_id="79161234567", phone="79161234567"))
    [after] = known(Peer(external_id="RU.1a", phone="79161234567", known_ids=("79161234567",)))
    assert after == before and client(after).external_id == "RU.1a"
    assert known(Peer(external_id="79161234567", phone="79161234567")) == [before]
    assert numbers(after) == [("[wa]", "79161234567", "+79161234567", after)]


def test_a_number_that_comes_with_another_persons_id_is_another_client(romashka):
    [first] = known(Peer(external_id="RU.1a", phone="79161234567", known_ids=("79161234567",)))
    [second] = known(Peer(external_id="RU.2b", phone="79161234567", known_ids=("79161234567",)))
    assert first != second
    assert known(Peer(external_id="79161234567")) == [second]  # the number is theirs now


def test_two_ids_of_one_person_in_one_batch_are_one_client(romashka):
    known(Peer(external_id="RU.1a", known_ids=("79161234567",)))
    ids = known(Peer(external_id="RU.1a", known_ids=("79161234567",)), Peer(external_id="79161234567"))
    assert len(set(ids)) == 1


def test_a_changed_number_keeps_the_client_and_both_numbers(romashka):
    [id] = known(Peer(external_id="RU.1a", phone="79161234567", known_ids=("79161234567",)))
    dialog = factories.dialog(id)
    identity.moved(WHATSAPP, "", "79161234567", Peer(external_id="RU.2b", phone="79260001122", known_ids=("79260001122",)))
    db.session.commit()
    assert client(id).external_id == "RU.2b" and client(id).phone == "79260001122"
    assert [number for _, _, number, _ in numbers(id)] == ["+79161234567", "+79260001122"]
    told = db.session.query(EventRecord).filter_by(kind="client_moved").one()
    assert told.dialog_id == dialog and told.journal
    assert told.particulars["old"] == "+7 916 123-45-67" and told.particulars["new"] == "+7 926 000-11-22"
    # who comes with the old number now is somebody else
    assert known(Peer(external_id="79161234567", phone="79161234567")) != [id]
    assert {row.external_id for row in db.session.query(Alias).filter_by(client_id=id)} == {"79260001122"}


def test_a_number_that_is_anothers_already_joins_nobody(romashka):
    [mover], [owner] = known(Peer(external_id="79161234567", phone="79161234567")), known(
        Peer(external_id="79260001122", phone="79260001122"))
    factories.dialog(mover)
    identity.moved(WHATSAPP, "", "79161234567", Peer(external_id="79260001122", phone="79260001122"))
    db.session.commit()
    assert client(mover).card_id != client(owner).card_id and client(mover).external_id == "79161234567"
    assert "+79260001122" in [number for _, _, number, _ in numbers(mover)]
    assert db.session.query(EventRecord).filter_by(kind="client_moved").one().particulars["other_client_id"] == owner


def test_the_move_of_somebody_unknown_changes_nothing(romashka):
    identity.moved(WHATSAPP, "", "79161234567", Peer(external_id="79260001122"))
    assert db.session.query(EventRecord).filter_by(kind="client_moved").count() == 0


def test_a_number_told_later_is_added_and_a_second_one_too(romashka):
    [id] = known(Peer(external_id="RU.1a", name="Павел"))
    known(Peer(external_id="RU.1a", phone="79161234567"))
    assert client(id).phone == "79161234567"
    known(Peer(external_id="RU.1a", phone="+7 (916) 123-45-67"))
    known(Peer(external_id="RU.1a", phone="79260001122"))
    assert [number for _, _, number, _ in numbers(id)] == [None, "+79161234567", "+79260001122"]


def test_a_letter_brings_its_address(romashka):
    [id] = known(Peer(external_id="Pavel@Example.ORG", name="Павел"), transport=TRANSPORTS["email"])
    row = db.session.query(Email).filter_by(card_id=client(id).card_id).one()
    assert (row.raw, row.address, row.client_id) == ("Pavel@Example.ORG", "pavel@example.org", id) and numbers(id) == []


def test_an_operators_login_is_not_overwritten(romashka):
    [id] = known(Peer(external_id="707", username="pavel", name="Павел"), transport=TELEGRAM)
    card = client(id).card
    card.login = "договор 17"
    db.session.commit()
    known(Peer(external_id="707", username="pavel_n", name="Павел Н."), transport=TELEGRAM)
    assert client(id).card.login == "договор 17" and client(id).card.name == "Павел Н."
    assert "pavel_n" in client(id).card.search and "договор 17" in client(id).card.search


def test_many_renamed_clients_cost_no_statements_each_for_the_search(romashka, statements):
    costs = []
    for size in (2, 6):
        peers = [Peer(external_id=f"70{size}{n}", name="Было") for n in range(size)]
        known(*peers, transport=TELEGRAM)
        statements.clear()
        known(*(Peer(external_id=peer.external_id, name="Стало") for peer in peers), transport=TELEGRAM)
        costs.append(sum("search" in statement or "FOR UPDATE" in statement for statement in statements))
    assert costs[0] == costs[1]


@given(st.text(max_size=60))
def test_nothing_typed_as_a_number_or_an_address_raises(text):
    for country in ("RU", "KZ", "DE"):
        for abroad in (False, True):
            found = phones.normalise(text, country, abroad)
            assert found is None or (found.startswith("+") and found[1:].isdecimal() and phones.readable(found))
    address = emails.normalise(text)
    assert address is None or (address == address.lower() and address == emails.normalise(address))


MOBILES = st.integers(9_000_000_000, 9_999_999_999).map(str).filter(
    lambda n: phonenumbers.is_valid_number(phonenumbers.parse("+7" + n, None)))


@given(MOBILES, st.sampled_from([
    "+7{}", "8{}", "7{}", "+7 ({0:.3}) {1} {2}-{3}", "8-{0:.3}-{1}-{2}-{3}", "8 ({0:.3}) {1}{2}{3}", " +7.{0:.3}.{1}.{2}.{3} ",
    "007{}", "{}", "тел. 8 {0:.3} {1} {2} {3}",
]))
def test_a_number_is_the_same_in_any_spelling(mobile, spelling):
    typed = spelling.format(mobile, mobile[3:6], mobile[6:8], mobile[8:])
    assert phones.normalise(typed) == "+7" + mobile


@pytest.mark.parametrize(("typed", "number"), [
    ("551187654321", "+5511987654321"), ("5215512345678", "+525512345678"), ("4951234567", "+4951234567"),
    ("79161234567", "+79161234567"), ("89161234567", "+79161234567"),
])
def test_messengers_numbers_begin_with_the_country(typed, number):
    assert phones.normalise(typed, "RU", abroad=True) == number


@pytest.mark.parametrize(("typed", "address"), [
    (" Pavel@Example.ORG ", "pavel@example.org"), ("почта@Пример.РФ", "почта@xn--e1afmkfd.xn--p1ai"),
    ("почта@xn--e1afmkfd.xn--p1ai", "почта@xn--e1afmkfd.xn--p1ai"), ("не адрес", None), ("", None), ("a@b@c.ru", None),
])
def test_an_address_has_one_form(typed, address):
    assert emails.normalise(typed) == address
