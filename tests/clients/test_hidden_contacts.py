"""Who may not see phones and e-mails finds them nowhere: in no page, no push, no search."""

import re
from dataclasses import dataclass, replace
from itertools import product

import pytest

from c2d.blacklist import live as blacklist_live
from c2d.clients import link_live
from c2d.clients.events import ClientMoved
from c2d.clients.models import Client, ClientCard, Email, Phone
from c2d.core.db import db
from c2d.core.events import emit
from c2d.core.permissions import registry
from c2d.core.tenancy import company_id
from c2d.core.veil import CONTACTS
from c2d.dialogs.models import Dialog
from c2d.messages.events import MessageReceived
from tests.messages import test_live
from tests.messages.test_live import viewer
from tests.support import factories, routes
from tests.support.world import World, build_in

PHONE, WHATSAPP, NAME, TITLE, SHARED = "+79165550143", "79165550188", "+7 916 555-01-77", "8 (916) 555 01 66", "+79165550122"
LOCAL = "kanareyka-pochta"
SECRETS = {"phone": "5550143", "whatsapp": "5550188", "name": "5550177", "title": "5550166", "shared": "5550122",
           "second": "5550155", "email": LOCAL}
QUERIES = (
    "", "?new=1", "?view=1", "?all=1", "?told=1", "?tab=history", "?folder=all", "?folder=new", "?since=0", "?saved=1",
    "?q=555014", "?q=55501", "?q=916&folder=all", "?q=kanareyka", "?q=mail.example", "?address=%2B79165550143",
    "?address={client}", "?q=canary", "?with={other}", "?with={other}&chosen=1&pick=name.a&pick=phone-0.a&pick=email-0.a",
)


@dataclass(frozen=True)
class Scene:
    world: World
    other: int  # another client with the same phone

    @property
    def client(self) -> int:
        return self.world.client_id


def leaks(text: str) -> set[str]:
    """Which of the secrets a text holds, however they are written."""
    squeezed = re.sub(r"[\s()+.\u00a0-]|%2B|%20", "", text)
    return {name for name, secret in SECRETS.items() if (secret.replace("-", "") if name == "email" else secret) in squeezed}


@pytest.fixture
def scene(cast, as_, romashka):
    """Everything that can hold a number or an address holds one, in a chat of Галя's, whose role has every right."""
    world = build_in(cast.romashka, cast.galya)
    client = db.session.get(Client, (company_id(), world.client_id))
    client.transport, client.external_id, client.phone, client.username = "whatsapp", WHATSAPP, WHATSAPP, None
    client.name = NAME
    card = db.session.get(ClientCard, (company_id(), client.card_id))
    card.title, card.login = TITLE, f"{LOCAL}@mail.example"
    dialog = db.session.get(Dialog, (company_id(), world.dialog_id))
    dialog.transport = "whatsapp"
    db.session.add(Phone(card_id=card.id, raw=PHONE, number=PHONE, position=7))
    db.session.add(Email(card_id=card.id, raw=f"{LOCAL}@mail.example", address=f"{LOCAL}@mail.example", position=-1))
    db.session.commit()
    anna = as_(cast.anna)
    said = {"name": NAME, "comment": "canary comment 4455"}
    for field, value in said.items():
        assert anna.post(f"/clients/{world.client_id}/fields/{field}", data={"value": value}, htmx=True).status_code == 200
    anna.post(f"/clients/{world.client_id}/phones", data={"value": "+7 495 555-01-55"})
    anna.post(f"/clients/{world.client_id}/emails", data={"value": f"{LOCAL}-2@mail.example"})
    content = {"contact": {"name": NAME, "phone": SHARED}}
    message = factories.message(world.dialog_id, "canary card", content=content)
    emit(MessageReceived(dialog_id=world.dialog_id, client_id=world.client_id, message_id=message))
    emit(ClientMoved(dialog_id=world.dialog_id, client_id=world.client_id, card_id=world.card_id, old=PHONE,
                     new=f"{LOCAL}@mail.example"))
    other = factories.client("canary other", phone=PHONE)
    factories.dialog(other, operator_id=cast.galya.id)
    factories.blocked(factories.card_of(other))
    db.session.commit()
    for right in registry.all():
        factories.right(cast.galya.role_id, right.name, right.name != CONTACTS)
    return Scene(world, other)


def walk(app, browser, scene: Scene, queries=QUERIES, ways=(False, True)) -> dict[str, set[str]]:
    """What each address shows of the secrets, as a page and as a fragment; what was typed does not count."""
    found = {}
    for rule in routes.rules(app):
        if "GET" not in rule.methods:
            continue
        values = {name: scene.world.value(name) for name in rule.arguments}
        parts = [{"part": part} for part in ("phones", "emails")] if "part" in values else [{}]
        fields = [{"field": field} for field in ("name", "title", "login", "comment")] if "field" in values else [{}]
        addresses = [routes.path(rule, values | more) for more in (*parts, *fields)]
        for address, query, htmx in product(dict.fromkeys(addresses), queries, ways):
            query = query.format(client=scene.client, other=scene.other)
            answer = browser.get(address + query, htmx=htmx)
            text = answer.text if answer.mimetype.startswith("text/") else ""
            typed = re.search(r"(?:q|address)=([^&]*)", query)
            if typed and typed[1]:
                text = text.replace(typed[1], "").replace(typed[1].replace("%2B", "+"), "")
            found[f"{'htmx ' if htmx else ''}{address}{query}"] = leaks(text + str(answer.headers))
    return found


def test_no_address_shows_a_number_or_an_address_without_the_right(app, as_, cast, scene):
    wrong = {address: sorted(secrets) for address, secrets in walk(app, as_(cast.galya), scene).items() if secrets}
    assert wrong == {}


def test_with_the_right_the_same_walk_finds_them_all(app, as_, cast, scene):
    factories.right(cast.galya.role_id, CONTACTS, True)
    found = walk(app, as_(cast.galya), scene, ("", "?folder=all", "?with={other}"), (False,))
    assert set().union(*found.values()) == set(SECRETS)
    for part in ("/card", "/chats", "/phones", "/emails", "/link", "/settings/duplicates", "/settings/blacklist", "/blocking",
                 "/messages", "/fields/name"):
        assert any(part in address and secrets for address, secrets in found.items()), part


def frames(*viewers):
    """As tests.messages.test_live, with what shows blocks and links beside."""
    before = test_live.TABLES
    test_live.TABLES = (*before, blacklist_live.PUSHES, link_live.PUSHES)
    try:
        return test_live.frames(*viewers)
    finally:
        test_live.TABLES = before


def test_the_socket_pushes_nothing_of_them_and_shares_no_rendering(cast, as_, scene):
    anna = as_(cast.anna)
    for field, value in (("name", "8 916 555 01 77 ещё"), ("title", NAME), ("login", TITLE)):
        anna.post(f"/clients/{scene.client}/fields/{field}", data={"value": value}, htmx=True)
    entry = re.findall(r'id="phones-(\d+)"', anna.get(f"/clients/{scene.client}/phones", htmx=True).text)[-1]
    anna.post(f"/clients/{scene.client}/phones/{entry}/primacy", data={}, htmx=True)
    anna.post(f"/chats/{scene.world.dialog_id}/closure", data={}, htmx=True)
    sees = viewer(cast.anna, "administrator", scene.world.dialog_id)
    blind = replace(sees, operator_id=cast.boris.id, permissions=sees.permissions - {CONTACTS})
    shown, hidden = frames(sees, blind)
    assert leaks(shown) >= {"phone", "whatsapp", "name", "title", "email", "shared", "second"}
    assert leaks(hidden) == set()
    for part in ("card-phones", f"head-{scene.world.dialog_id}", f"row-{scene.world.dialog_id}", "card-name", "m-"):
        assert part in hidden, part


def test_masked_values_look_as_values_do(as_, cast, scene):
    card = as_(cast.galya).get(f"/clients/{scene.client}/card", htmx=True).text
    assert "+7 916 ***-**-43" in card and "k***@mail.example" in card and "+7 916 ***-**-77" in card
    assert f"/clients/{scene.client}/phones" not in card and "/fields/name" not in card and "/fields/comment" in card
    assert "canary comment 4455" in card


@pytest.mark.parametrize("typed", ["9165550143", "5550143", "+7 916 555-01-43", "89165550143", "55501", LOCAL, "mail.example",
                                   WHATSAPP, "5550177"])
def test_nobody_is_found_by_what_is_hidden(as_, cast, scene, typed):
    at, row = {"q": typed, "folder": "all"}, f'id="row-{scene.world.dialog_id}"'
    assert row not in as_(cast.galya).get("/chats", query_string=at).text
    assert row in as_(cast.anna).get("/chats", query_string=at).text
    other = f"/clients/{scene.other}/link"
    choice = f'name="with" value="{scene.client}"'
    assert choice not in as_(cast.galya).get(other, query_string={"q": typed}, htmx=True).text
    assert choice in as_(cast.anna).get(other, query_string={"q": typed}, htmx=True).text


def test_the_blacklist_is_not_searched_by_what_is_hidden_either(as_, cast, scene):
    for query in ("?q=5550143", "/new?address=%2B79165550143"):
        at = f"/settings/blacklist{query}"
        assert "canary other" not in as_(cast.galya).get(at).text
        assert "canary other" in as_(cast.anna).get(at).text
    assert "canary other" in as_(cast.galya).get(f"/settings/blacklist/new?address={scene.other}").text


@pytest.mark.parametrize("typed", ["canary", "4455"])
def test_what_is_not_hidden_is_still_found(as_, cast, scene, typed):
    found = as_(cast.galya).get("/chats", query_string={"q": typed, "folder": "all"}).text
    assert f'id="row-{scene.world.dialog_id}"' in found and "<mark>" in found


def test_what_is_hidden_is_not_changed(as_, cast, scene):
    galya, entry = as_(cast.galya), scene.world.entry_id
    tries = [
        ("phones", {"value": "+7 495 555-01-99"}), (f"phones/{entry}", {"value": "+7 495 555-01-99"}),
        (f"phones/{entry}/removal", {}), (f"phones/{entry}/primacy", {}), ("emails", {"value": "a@b.example"}),
        ("fields/name", {"value": "Павел"}), ("fields/title", {"value": "Павел"}), ("fields/login", {"value": "Павел"}),
    ]
    for part, form in tries:
        assert galya.post(f"/clients/{scene.client}/{part}", data=form, htmx=True).status_code == 403, part
    assert galya.get(f"/clients/{scene.client}/phones/{entry}").status_code == 403
    assert galya.get(f"/clients/{scene.client}/fields/name").status_code == 403
    assert galya.post(f"/clients/{scene.client}/fields/comment", data={"value": "Можно"}, htmx=True).status_code == 200
    factories.right(cast.galya.role_id, CONTACTS, True)
    assert galya.post(f"/clients/{scene.client}/fields/name", data={"value": "Павел"}, htmx=True).status_code == 200


def test_linking_keeps_what_is_hidden_as_it_is(as_, cast, scene):
    galya = as_(cast.galya)
    at = f"/clients/{scene.client}/link"
    choice = galya.get(f"{at}?with={scene.other}", htmx=True).text
    picks = re.findall(r'name="pick" value="([^"]+)" checked', choice)
    hidden = dict(re.findall(r'type="hidden" name="(with|version|other_version)" value="(\d+)"', choice))
    final = galya.get(f"{at}/review", query_string={**hidden, "chosen": 1, "pick": picks}, htmx=True).text
    assert "+7 916 ***-**-43" in final and 'name="phone"' not in final and 'name="new_phone"' not in final
    form = {**hidden, "chosen": 1, "pick": picks, "name": "+7 *** подмена", "title": "x", "login": "y", "comment": "после",
            "phone": ["+7 999 000-00-00"], "phone_ref": [""], "new_phone": "+7 999 000-00-01", "new_email": "a@b.example"}
    assert galya.post(at, data=form, htmx=True).status_code == 200
    db.session.expire_all()
    card = db.session.get(ClientCard, (company_id(), factories.card_of(scene.other)))
    assert (card.name, card.title, card.comment) == (NAME, TITLE, "после") and card.login == f"{LOCAL}@mail.example"
    phones = {row.raw for row in db.session.query(Phone).filter_by(card_id=card.id)}
    emails = {row.raw for row in db.session.query(Email).filter_by(card_id=card.id)}
    assert PHONE in phones and not any("999" in raw for raw in phones)
    assert f"{LOCAL}@mail.example" in emails and "a@b.example" not in emails


def test_a_refused_form_shows_nothing_of_them_either(as_, cast, scene):
    galya, anna = as_(cast.galya), as_(cast.anna)
    at = f"/clients/{scene.client}/link"
    versions = re.findall(r'name="(version|other_version)" value="(\d+)"', galya.get(f"{at}?with={scene.other}", htmx=True).text)
    form = {"with": scene.other, **dict(versions), "name": "x", "comment": "я" * 3000}
    again = galya.post(at, data=form, htmx=True)
    assert again.status_code == 422 and "***" in again.text and leaks(again.text) == set()
    outdated = galya.post(at, data={**form, "comment": "", "version": 0}, htmx=True)
    assert outdated.status_code == 422 and "***" in outdated.text and leaks(outdated.text) == set()
    anna.post(at, data={**form, "comment": "после", "phone": [PHONE], "phone_ref": [""]}, htmx=True)
    anna.post(f"/clients/{scene.client}/fields/name", data={"value": NAME}, htmx=True)
    parting = {"leave": [scene.other]}
    assert leaks(anna.post(f"/clients/{scene.client}/unlink", data=parting, htmx=True).text) >= {"name", "phone"}
    apart = galya.post(f"/clients/{scene.client}/unlink", data=parting, htmx=True)
    assert apart.status_code == 200 and 'name="pick"' in apart.text and leaks(apart.text) == set()
