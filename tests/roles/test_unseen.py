"""Who sees only their own chats learns nothing of the others: lists, numbers, searches, filters, sockets."""

import re
from dataclasses import replace

import pytest

from c2d.core.db import db
from c2d.core.live import Viewer
from c2d.core.permissions import registry
from c2d.core.tenancy import company
from c2d.dialogs import live as dialogs_live
from c2d.workspace import open_pages
from tests.messages.test_live import frames, received
from tests.support import factories, routes
from tests.support.cast import Person
from tests.support.world import CANARY, build_in

# what of a world belongs to its chats; the rest (channels, tags, fields, roles) is the company's
OF_CHATS = [f"{CANARY} {word}" for word in ("client", "hello", "note", "answer", "login", "comment", "value", "reason")]
QUERIES = ["", f"?q={CANARY}", "?q=9123456789", "?folder=all", "?folder=new", "?folder=closed", "?folder=new&unread=1",
           "?folder=all&operator={gleb}", "?folder=all&sort=waiting", "?q={client}", "?address=79123456789"]


@pytest.fixture
def nina(cast):
    """Every right there is, but for chats that are not one's own."""
    rights = {permission.name for permission in registry.all() if not permission.beyond_own}
    assert {"chats.view_all", "chats.view_new"} == {p.name for p in registry.all()} - rights
    from_role = factories_in(cast, lambda: factories.role("Только свои", *rights))
    id = factories_in(cast, lambda: factories.operator(from_role, "Нина"))
    return Person(id, cast.romashka, "", "Нина", "", from_role)


@pytest.fixture
def worlds(cast):
    """Глеб's chat, and one that nobody has taken."""
    glebs = build_in(cast.romashka, cast.gleb)
    new = build_in(cast.romashka, cast.gleb)
    factories_in(cast, lambda: factories.give(new.dialog_id, None))
    return glebs, new


def factories_in(cast, make):
    with company(cast.romashka):
        made = make()
        db.session.remove()
    return made


def walk(browser, cast, worlds) -> list[str]:
    """The addresses that show something of the chats."""
    found = []
    for rule in routes.rules(browser.application):
        if "GET" not in rule.methods:
            continue
        places = [routes.path(rule, {name: world.value(name) for name in rule.arguments}) for world in worlds]
        tries = places if rule.arguments else [rule.rule + query for query in QUERIES]
        for address in tries:
            address = address.format(gleb=cast.gleb.id, client=worlds[0].client_id)
            text = browser.get(address).text
            if any(word in text for word in OF_CHATS):
                found.append(address)
    return found


def test_no_address_shows_a_chat_of_others(as_, cast, nina, worlds):
    shown = walk(as_(cast.boris), cast, worlds)
    assert f"/chats/{worlds[0].dialog_id}" in shown and "/chats?folder=new" in shown and f"/chats?q={CANARY}" in shown
    assert walk(as_(nina), cast, worlds) == []


def test_who_sees_new_chats_sees_those_and_no_colleagues(as_, cast, worlds):
    glebs, new = worlds
    vera = as_(cast.vera)
    assert vera.get(f"/chats/{new.dialog_id}").status_code == 200
    assert vera.get(f"/chats/{glebs.dialog_id}").status_code == 404
    rows = vera.get("/chats?folder=all", htmx=True).text
    assert f'id="row-{new.dialog_id}"' in rows and f'id="row-{glebs.dialog_id}"' not in rows


def test_no_number_counts_the_chats_of_others(as_, cast, nina, worlds):
    own = build_in(cast.romashka, nina)
    boris, page = as_(cast.boris).get("/chats").text, as_(nina).get("/chats").text
    assert 'id="count-new">1<' in boris and 'id="folder-new"' in boris
    assert "count-new" not in page and "folder-new" not in page and 'id="count-mine">1<' in page
    assert "Глеб" in boris and "Глеб" not in page  # the filter by operator
    for browser, told in ((as_(cast.boris), True), (as_(nina), False)):
        modal = browser.get(f"/chats/{own.dialog_id}/assignment", htmx=True).text
        assert bool(re.search(r"Без оператора · 1 открытый чат", modal)) is told and "Новые чаты" in modal


def test_no_topic_of_a_socket_brings_a_chat_of_others(cast, nina, worlds, romashka):
    glebs, new = worlds
    rights = {permission.name for permission in registry.all() if not permission.beyond_own}
    hers = Viewer(cast.romashka, nina.id, 1, "ru", "UTC", frozenset(rights), glebs.dialog_id, "folder=all")
    his = replace(hers, operator_id=cast.boris.id, permissions=registry.granted("supervisor", {}))
    for topic in (f"dialog:{glebs.dialog_id}", f"dialog:{new.dialog_id}", f"card:{glebs.card_id}", f"card:{new.card_id}"):
        assert open_pages.authorise(his, topic) and not open_pages.authorise(hers, topic)
    assert not open_pages.authorise(hers, f"operator:{cast.gleb.id}")
    for world in worlds:
        received(world.dialog_id, "тайна")
    seen, unseen = frames(his, hers)
    assert "тайна" in seen and "тайна" not in unseen and CANARY not in unseen and "count-new" not in unseen
    [typing] = dialogs_live.transient({"t": "typing", "dialog": glebs.dialog_id, "operator": cast.gleb.id})
    assert typing.key(his) and typing.key(hers) is None
