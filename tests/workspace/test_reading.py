"""Who may only read is offered nothing to change, on any page."""

import re

import pytest
from sqlalchemy import update

from c2d.core.db import db
from c2d.operators.models import Operator
from tests.support import world

FORM = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.DOTALL)
HARMLESS = ("/logout", "/account")


@pytest.fixture
def place(romashka, cast):
    return world.build(romashka, cast.anna)


def offered(page: str) -> set[str]:
    """Where forms of a page that can be sent go to."""
    found = set()
    for form in FORM.findall(page):
        action = re.search(r'action="([^"]*)"', form).group(1)
        if "<button" in form and not action.startswith(HARMLESS):
            found.add(action)
    return found


def pages(place) -> list[str]:
    return ["/chats", f"/chats/{place.dialog_id}", f"/clients/{place.client_id}/card", "/settings/basic", "/settings/accounts",
            "/settings/chats", f"/settings/chats/fields/{place.field_id}", "/settings/duplicates", "/settings/blacklist",
            "/settings/operators", f"/settings/operators/{place.operator_id + 1}"]


def test_a_reading_administrator_is_offered_no_form_to_send(as_, cast, place):
    anna = as_(cast.anna)
    before = {url: offered(anna.get(url).text) for url in pages(place)}
    assert sum(bool(actions) for actions in before.values()) > 4
    db.session.execute(update(Operator).where(Operator.id == cast.anna.id).values(read_only=True))
    db.session.commit()
    for url in pages(place):
        page = as_(cast.anna).get(url)
        assert page.status_code == 200 and offered(page.text) == set(), url
    for link in ("/settings/blacklist/new", "/settings/chats/fields/new", "/settings/operators/new"):
        assert not any(f'href="{link}"' in as_(cast.anna).get(url).text for url in pages(place)), link


def test_the_actions_of_a_chat_are_hidden_from_who_reads(as_, cast, place):
    db.session.execute(update(Operator).where(Operator.id == cast.anna.id).values(read_only=True))
    db.session.commit()
    page = as_(cast.anna).get(f"/chats/{place.dialog_id}").text
    assert "data-read-only" in page and "Режим чтения" in page or "только чтение" in page.lower()
    for action in ("taking", "closure", "unread-mark"):
        for button in re.findall(rf'<button class="([^"]*)"[^>]*formaction="/chats/{place.dialog_id}/{action}"', page):
            assert "writes" in button.split()
    page = as_(cast.anna).get(f"/settings/operators/{place.operator_id + 1}").text
    assert "У вас доступ только для чтения" in page
    assert re.search(r'<div class="page-body [^"]*" tabindex="0">', page)  # nothing in it takes the keyboard to scroll by
