"""Once parted, nothing of one person stays with the other: fragments, pages, search, events, pushes."""

import json

import pytest
from sqlalchemy import select

from c2d.clients import link_live
from c2d.clients.models import CardValue
from c2d.core.db import db
from c2d.core.events import EventRecord
from c2d.core.live.frames import RESYNC
from c2d.dialogs.models import Dialog
from tests.clients.test_linking import card_of, form_of, linked, person, unlinked
from tests.messages.test_live import viewer
from tests.support import factories

CANARY = "Чижикова"


@pytest.fixture
def both(romashka, cast):
    """Пётр, and a woman whose every value is a canary."""
    field = factories.custom_field("Договор")
    one = person("Пётр Петров", cast.vera.id, "100200300", "[tg]", comment="Обычный клиент")
    other = person(CANARY, cast.vera.id, "777000777", "[wa]", comment=f"{CANARY} комментарий", login=f"{CANARY}-login",
                   title=f"{CANARY} название")
    db.session.add(CardValue(card_id=card_of(other), field_id=field, value=f"{CANARY} договор"))
    db.session.commit()
    factories.tag(f"{CANARY} тег", card_of(other))
    factories.message(dialog_of(other), f"{CANARY} пишет")
    return one, other


def dialog_of(client: int) -> int:
    return db.session.query(Dialog).filter_by(client_id=client).one().id


def traces(browser, client: int) -> list[str]:
    """Where anything of the other one shows beside this client."""
    dialog, found = dialog_of(client), []
    for path in (f"/chats/{dialog}", f"/chats/{dialog}/messages", f"/clients/{client}/card?dialog={dialog}",
                 f"/clients/{client}/unlink", f"/clients/{client}/link", f"/clients/{client}/fields/name",
                 f"/clients/{client}/fields/comment", f"/chats/{dialog}/messages?since=0", f"/chats/{dialog}/search?q={CANARY}"):
        html = browser.get(path, htmx=True).text.replace(f'value="{CANARY}"', "").replace(f"“{CANARY}”", "")
        if any(word in html for word in (CANARY, "777000777")):
            found.append(path)
    for q in (CANARY, "777000777", f"{CANARY} договор"):
        if f'id="row-{dialog}"' in browser.get("/chats/rows", query_string={"folder": "all", "q": q}, htmx=True).text:
            found.append(f"search {q}")
        if f'value="{client}"' in browser.get(f"/clients/{client}/link", query_string={"q": q}, htmx=True).text:
            found.append(f"linking search {q}")
    for event in db.session.scalars(select(EventRecord).filter_by(dialog_id=dialog)):
        if CANARY in json.dumps(event.particulars, ensure_ascii=False):
            found.append(f"event {event.kind}")
    return found


def test_the_canary_is_there_to_be_found_while_they_are_linked(as_, cast, both):
    one, other = both
    vera = as_(cast.vera)
    linked(vera, one, other)
    assert len(traces(vera, one)) > 4


def test_nothing_stays_after_parting_what_nobody_has_touched(as_, cast, both):
    one, other = both
    vera = as_(cast.vera)
    linked(vera, one, other)
    unlinked(vera, one, other)
    assert traces(vera, one) == [] and CANARY in vera.get(f"/clients/{other}/card").text


def test_nothing_stays_after_parting_what_was_edited_together(as_, cast, both):
    one, other = both
    vera = as_(cast.vera)
    linked(vera, one, other)
    for text in (f"{CANARY} просит звонить", "Обычный клиент"):
        vera.post(f"/clients/{one}/fields/comment", data={"value": text})
    assert "event card_changed" in traces(vera, one)
    answer = unlinked(vera, one, other)
    if 'name="chosen"' in answer.text:
        vera.post(f"/clients/{one}/unlink", data=form_of(answer.text), htmx=True)
    assert card_of(one) != card_of(other) and traces(vera, one) == []
    assert "изменил(а) карточку, в которой тогда были и другие чаты" in vera.get(f"/chats/{dialog_of(one)}").text


def test_the_other_one_keeps_what_was_written_for_them_alone(as_, cast, both):
    one, other = both
    vera = as_(cast.vera)
    vera.post(f"/clients/{other}/fields/comment", data={"value": f"{CANARY} до привязки"})
    linked(vera, one, other)
    unlinked(vera, one, other)
    assert f"{CANARY} до привязки" in vera.get(f"/chats/{dialog_of(other)}").text
    assert traces(vera, one) == []


def test_nothing_stays_after_a_chat_got_a_card_of_its_own(as_, cast, both):
    one, other = both
    third = person("Третий", cast.vera.id, "555", "[vk]")
    vera = as_(cast.vera)
    linked(vera, one, third)
    linked(vera, other, one, name="Пётр Петров", title="", login="", comment="Общий")
    unlinked(vera, one, one)
    assert card_of(one) not in (card_of(other), card_of(third)) and traces(vera, one) == []


def test_open_pages_ask_for_everything_again(as_, cast, both):
    one, other = both
    vera = as_(cast.vera)
    linked(vera, one, other)
    unlinked(vera, one, other)
    events = [e for e in db.session.scalars(select(EventRecord).order_by(EventRecord.seq)) if e.kind in link_live.PUSHES]
    watching = [viewer(cast.vera, "operator", dialog_of(one)), viewer(cast.boris, "supervisor", dialog_of(other))]
    pushes = link_live.conversations(events, watching)
    assert {push.topic for push in pushes} == {f"dialog:{dialog_of(client)}" for client in both}
    assert {push.render(watching[0]) for push in pushes} == {RESYNC}
    assert all(push.key(viewer(cast.gleb, "operator", dialog_of(one))) is None for push in pushes)
