"""Rights that change while pages are open: the very next request and the very next push obey."""

import select
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from c2d.core.db import db, in_transaction
from c2d.core.events import emit
from c2d.core.i18n import reading_as
from c2d.core.live import Viewer, rights
from c2d.core.tenancy import company
from c2d.messages.events import MessageReceived
from c2d.roles import custom
from tests.operators.conftest import change
from tests.support import factories, running
from tests.support.browser import sign_in
from tests.support.pages import Page

pytestmark = pytest.mark.own_database
NOBODY = "redis://127.0.0.1:1/0"


class Desk:
    """Somebody with an open page on a real web process, and everything that the page was sent."""

    def __init__(self, town, person, dialog: int):
        self.browser = town.app.test_client()
        sign_in(self.browser, person)
        self.heard = ""
        name = town.app.config["SESSION_COOKIE_NAME"]
        self.page = Page(town.port, f"{name}={self.browser.get_cookie(name).value}", heard=self._hear)
        self.page.hello(dialog=dialog)
        self.until('data-seq="')

    def until(self, words: str) -> str:
        """Everything heard since the last call, once these words are there."""
        deadline = time.monotonic() + 30
        while words not in self.heard:
            assert time.monotonic() < deadline and not self.page.ended, f"no {words} in {self.heard[-500:]}"
            if select.select([self.page.socket], [], [], 0.2)[0]:
                self.page.ready()
        heard, self.heard = self.heard, ""
        return heard

    def _hear(self, _page, text) -> None:
        self.heard += text.decode() if isinstance(text, bytes) else text


class Town:
    def __init__(self, app, cast, url: str, redis_url: str, folder):
        self.app, self.cast = app, cast
        self.instance = running.Instance(folder, url, redis_url, {"SECRET_KEY": app.config["SECRET_KEY"]})
        self.instance.begin("web")
        self.port = self.instance.port

    def write(self, dialog: int, text: str) -> None:
        message = factories.message(dialog, text)
        emit(MessageReceived(dialog_id=dialog, message_id=message))
        db.session.commit()


@pytest.fixture(params=["with Redis"])
def town(request, own_place, stores, tmp_path):
    redis_url = stores.redis_url() if request.param == "with Redis" else NOBODY
    app, people, url = own_place(redis_url)
    with app.app_context(), reading_as("ru", "UTC"), company(people.romashka):
        place = Town(app, people, url, redis_url, tmp_path)
        try:
            yield place
        finally:
            place.instance.end("web")


@pytest.mark.parametrize("town", ["with Redis", "without Redis"], indirect=True)
def test_a_right_that_is_taken_away_holds_for_the_next_push_and_the_next_request(town):
    cast = town.cast
    veras, own = (factories.dialog(operator_id=person.id) for person in (cast.vera, cast.boris))
    boris = Desk(town, cast.boris, veras)
    town.write(veras, "первое")
    boris.until("первое")
    assert boris.browser.get(f"/chats/{veras}").status_code == 200

    in_transaction(lambda: custom.switch(cast.boris.role_id, "chats.view_all", False))
    assert boris.browser.get(f"/chats/{veras}").status_code == 404
    boris.until('id="resync"')  # the page fetches what it shows
    town.write(veras, "тайное")
    town.write(own, "свое")
    assert "тайное" not in boris.until("свое")

    in_transaction(lambda: custom.switch(cast.boris.role_id, "chats.view_all", True))
    boris.until('id="resync"')
    town.write(veras, "снова видно")
    boris.until("снова видно")


def test_a_right_and_a_message_of_the_same_moment_come_in_their_order(town):
    cast = town.cast
    veras, own = (factories.dialog(operator_id=person.id) for person in (cast.vera, cast.boris))
    boris = Desk(town, cast.boris, veras)

    def both() -> None:
        custom.switch(cast.boris.role_id, "chats.view_all", False)
        emit(MessageReceived(dialog_id=veras, message_id=message))

    message = factories.message(veras, "тайное")
    in_transaction(both)
    town.write(own, "свое")
    assert "тайное" not in boris.until("свое")


def test_an_open_page_looks_with_the_eyes_of_the_role_too(town):
    cast = town.cast
    veras, own = (factories.dialog(operator_id=person.id) for person in (cast.vera, cast.anna))
    anna = Desk(town, cast.anna, veras)
    assert anna.browser.post(f"/settings/roles/{cast.galya.role_id}/preview").status_code == 303
    anna.until('id="resync"')
    town.write(veras, "чужое")
    town.write(own, "свое")
    assert "чужое" not in anna.until("свое")
    assert anna.browser.post("/account/preview/end").status_code == 303
    anna.until('id="resync"')
    town.write(veras, "видно")
    anna.until("видно")


def test_who_loses_a_role_that_is_deleted_gets_the_rights_of_the_other(town):
    cast = town.cast
    glebs, own = (factories.dialog(operator_id=person.id) for person in (cast.gleb, cast.galya))
    galya = Desk(town, cast.galya, own)
    town.write(glebs, "не для нее")
    town.write(own, "для нее")
    assert "не для нее" not in galya.until("для нее")
    in_transaction(lambda: custom.delete(cast.galya.role_id, cast.boris.role_id))
    galya.until('id="resync"')
    town.write(glebs, "теперь и это")
    galya.until("теперь и это")


def test_nobody_is_told_that_somebody_types_who_may_only_look(town):
    cast = town.cast
    chat = factories.dialog(operator_id=cast.vera.id)
    change(cast.boris, read_only=True)
    vera, boris, anna, other = (Desk(town, person, chat) for person in (cast.vera, cast.boris, cast.anna, cast.anna))
    other.page.say({"type": "typing", "dialog": chat})
    vera.until("Анна А. печатает")
    boris.page.say({"type": "typing", "dialog": chat})
    assert anna.browser.post(f"/settings/roles/{cast.boris.role_id}/preview").status_code == 303
    anna.until('id="resync"')
    anna.page.say({"type": "typing", "dialog": chat})
    town.write(chat, "позже")
    assert "печатает" not in vera.until("позже")


def test_who_is_no_administrator_any_more_hears_nothing_that_is_for_administrators():
    anna = Viewer(1, 2, 3, "ru", "UTC", administrator=True)
    fresh = replace(anna, administrator=False, quiet=True)
    hub = SimpleNamespace(wiring=SimpleNamespace(refresh_viewer=lambda viewer: fresh))
    rights.ask_again(hub, SimpleNamespace(viewer=anna, rights=0, greeted=False))
    assert anna == fresh
