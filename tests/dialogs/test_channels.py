"""Who may serve some channels only sees beyond their own chats those of these channels, wherever one looks."""

import re
from dataclasses import replace

import pytest

from c2d.core.db import db
from c2d.core.events import emit
from c2d.dialogs.models import Dialog
from c2d.messages.events import MessageReceived
from c2d.operators.models import OperatorChannel
from c2d.workspace import open_pages
from tests.messages.test_live import frames, viewer
from tests.support import factories


class Place:
    """New chats and somebody's chats, on a channel that is served and on a foreign one; and one's own on the latter."""

    def __init__(self, cast):
        self.served, self.foreign = factories.channel(name="Наш"), factories.channel(name="Чужой")
        self.new_served, self.new_foreign = self._chat(self.served), self._chat(self.foreign)
        self.glebs_served, self.glebs_foreign = self._chat(self.served, cast.gleb), self._chat(self.foreign, cast.gleb)
        self.veras, self.boriss = self._chat(self.foreign, cast.vera), self._chat(self.foreign, cast.boris)

    def _chat(self, channel: int, person=None) -> int:
        client = factories.client("Роза Канал")
        id = factories.dialog(client, channel, operator_id=person and person.id)
        factories.message(id, text="приветствие")
        return id

    def only(self, *people) -> None:
        db.session.add_all(OperatorChannel(operator_id=person.id, channel_id=self.served) for person in people)
        db.session.commit()


@pytest.fixture
def place(romashka, cast):
    return Place(cast)


def rows(page) -> set[int]:
    return {int(id) for id in re.findall(r'id="row-(\d+)"', page.text)}


def number(page, name: str) -> str:
    return re.search(rf'id="count-{name}"[^>]*>(\d*)', page.text).group(1)


def test_the_list_in_every_folder(as_, cast, place):
    vera, boris = as_(cast.vera), as_(cast.boris)
    assert place.new_foreign in rows(vera.get("/chats?folder=new"))
    assert place.glebs_foreign in rows(boris.get("/chats?folder=all"))
    place.only(cast.vera, cast.boris)
    assert rows(vera.get("/chats?folder=new")) == {place.new_served}
    assert rows(vera.get("/chats?folder=mine")) == {place.veras}
    assert rows(vera.get("/chats?folder=all")) == {place.new_served, place.veras}
    assert rows(boris.get("/chats?folder=all")) == {place.new_served, place.glebs_served, place.boriss}
    assert rows(boris.get(f"/chats?folder=all&operator={cast.gleb.id}")) == {place.glebs_served}
    assert rows(boris.get(f"/chats?folder=all&operator={cast.boris.id}")) == {place.boriss}
    assert rows(boris.get(f"/chats?folder=all&channel={place.foreign}")) == {place.boriss}
    for sort in ("oldest", "waiting"):
        assert place.glebs_foreign not in rows(boris.get(f"/chats?folder=all&sort={sort}"))


def test_closed_chats_too(as_, cast, place):
    for id in (place.glebs_served, place.glebs_foreign):
        db.session.get(Dialog, (cast.romashka, id)).state = "closed"
    db.session.commit()
    assert rows(as_(cast.boris).get("/chats?folder=closed")) == {place.glebs_served, place.glebs_foreign}
    place.only(cast.boris)
    assert rows(as_(cast.boris).get("/chats?folder=closed")) == {place.glebs_served}


def test_the_numbers_on_the_folders(as_, cast, place):
    vera = as_(cast.vera)
    assert number(vera.get("/chats"), "new") == "2"
    place.only(cast.vera)
    page = vera.get("/chats")
    assert number(page, "new") == "1" and number(page, "mine") == "1"


@pytest.mark.parametrize("q", ["роза канал", "приветствие"])
def test_the_search(as_, cast, place, q):
    boris = as_(cast.boris)
    assert place.glebs_foreign in rows(boris.get("/chats", query_string={"q": q}))
    place.only(cast.boris)
    assert rows(boris.get("/chats", query_string={"q": q})) == {place.new_served, place.glebs_served, place.boriss}


def test_the_chat_its_messages_and_the_card(as_, cast, place):
    boris = as_(cast.boris)
    foreign = db.session.get(Dialog, (cast.romashka, place.glebs_foreign)).client_id
    addresses = [f"/chats/{place.glebs_foreign}", f"/chats/{place.glebs_foreign}/messages", f"/clients/{foreign}/card",
                 f"/chats/{place.glebs_foreign}/assignment"]
    for address in addresses:
        assert boris.get(address).status_code == 200, address
    place.only(cast.boris)
    for address in addresses:
        assert boris.get(address).status_code == 404, address
    assert boris.get(f"/chats/{place.glebs_served}").status_code == 200
    assert boris.get(f"/chats/{place.boriss}").status_code == 200


def test_a_chat_of_a_foreign_channel_cannot_be_taken(as_, cast, place):
    place.only(cast.vera)
    vera = as_(cast.vera)
    assert vera.post(f"/chats/{place.new_foreign}/taking", htmx=True).status_code == 404
    assert vera.post(f"/chats/{place.glebs_foreign}/taking", htmx=True).status_code == 404
    assert db.session.get(Dialog, (cast.romashka, place.new_foreign)).operator_id is None
    assert vera.post(f"/chats/{place.new_served}/taking", htmx=True).status_code == 204
    assert vera.post(f"/chats/{place.veras}/taking", htmx=True).status_code == 204


def test_who_gives_away_their_own_chat_of_a_foreign_channel_sees_it_no_more(as_, cast, place):
    place.only(cast.boris)
    boris = as_(cast.boris)
    answer = boris.post(f"/chats/{place.boriss}/assignment", data={"operator_id": cast.gleb.id}, htmx=True)
    assert answer.headers["HX-Redirect"] == "/chats" and boris.get(f"/chats/{place.boriss}").status_code == 404


def test_open_pages_are_sent_nothing_of_it(cast, place):
    for id in (place.glebs_served, place.glebs_foreign):
        emit(MessageReceived(dialog_id=id, message_id=factories.message(id, "только что")))
    db.session.commit()
    free, bound = viewer(cast.boris, "supervisor", place.glebs_foreign), viewer(cast.boris, "supervisor", place.glebs_foreign)
    [all_of_it, some] = frames(free, replace(bound, channel_ids=(place.served,)))
    assert f"row-{place.glebs_foreign}" in all_of_it and f"log-{place.glebs_foreign}-ol" in all_of_it
    assert f"log-{place.glebs_foreign}-ol" not in some and f'afterbegin:#rows" id="row-{place.glebs_foreign}"' not in some
    assert f"row-{place.glebs_served}" in some


def test_the_number_of_new_chats_is_pushed_for_each_reader(as_, cast, place):
    as_(cast.gleb).post(f"/chats/{place.glebs_served}/assignment", data={"operator_id": "new"})
    bound = replace(viewer(cast.boris, "supervisor"), channel_ids=(place.served,))
    free, some = frames(viewer(cast.boris, "supervisor"), bound)
    assert re.search(r'id="count-new"[^>]*>3', free) and re.search(r'id="count-new"[^>]*>2', some)


def test_a_socket_listens_to_no_foreign_chat(cast, place):
    free = viewer(cast.boris, "supervisor")
    bound = replace(free, channel_ids=(place.served,))
    card = db.session.get(Dialog, (cast.romashka, place.glebs_foreign)).card_id
    for topic in (f"dialog:{place.glebs_foreign}", f"card:{card}"):
        assert open_pages.authorise(free, topic) and not open_pages.authorise(bound, topic), topic
    assert open_pages.authorise(bound, f"dialog:{place.glebs_served}")
    assert open_pages.authorise(bound, f"dialog:{place.boriss}")


def test_the_restriction_works_at_once_and_is_taken_back_with_the_last_channel(as_, cast, place):
    anna, vera = as_(cast.anna), as_(cast.vera)
    anna.post(f"/settings/operators/{cast.vera.id}/channels", data={"channel": [place.served]})
    assert rows(vera.get("/chats?folder=new")) == {place.new_served}
    anna.post(f"/settings/operators/{cast.vera.id}/channels")
    assert rows(vera.get("/chats?folder=new")) == {place.new_served, place.new_foreign}


def test_without_a_restriction_the_list_asks_for_no_channel(as_, cast, place, statements):
    as_(cast.boris).get("/chats?folder=all")
    assert not any("channel_id = ANY" in text and "sort_at" in text for text in statements)
