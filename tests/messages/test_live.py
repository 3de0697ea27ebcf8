"""What open pages are sent for what has happened."""

import re

import pytest
from sqlalchemy import select

from c2d.clients import live as clients_live
from c2d.config import ROOT
from c2d.core.db import db
from c2d.core.events import REACTIONS, EventRecord, emit
from c2d.core.live import Viewer
from c2d.core.permissions import registry
from c2d.dialogs import live as dialogs_live
from c2d.dialogs.events import ChannelBlockedByClient
from c2d.messages import live as messages_live
from c2d.messages.events import DeliveryStatusChanged, MessageReceived
from c2d.messages.models import TO_CLIENT
from c2d.workspace import live as workspace_live
from tests.support import factories

TABLES = (clients_live.PUSHES, dialogs_live.PUSHES, messages_live.PUSHES, workspace_live.PUSHES)


def viewer(person, role: str, dialog=None, view="folder=all", locale="ru") -> Viewer:
    return Viewer(person.company_id, person.id, 1, locale, "Europe/Moscow", registry.granted(role, {}), dialog, view)


def frames(*viewers) -> list[str]:
    """What each of them is sent for all that has been committed."""
    db.session.expire_all()
    events = list(db.session.scalars(select(EventRecord).order_by(EventRecord.seq)))
    pushes = messages_live.gather(TABLES, events, viewers)
    sent = []
    for one in viewers:
        topics = {"company", "rows", f"operator:{one.operator_id}", f"dialog:{one.dialog_id}"}
        mine = [push for push in pushes if push.topic in topics and push.key(one) is not None]
        sent.append("".join(push.render(one) for push in mine))
    return sent


@pytest.fixture
def chat(romashka, cast):
    return factories.dialog(operator_id=cast.vera.id)


def received(chat: int, text: str = "Привет") -> int:
    id = factories.message(chat, text)
    emit(MessageReceived(dialog_id=chat, message_id=id))
    db.session.commit()
    return id


def test_a_new_message_comes_to_the_end_of_the_open_log_and_to_the_row(cast, chat):
    id = received(chat)
    [vera] = frames(viewer(cast.vera, "operator", chat))
    assert re.search(rf'<li hx-swap-oob="beforeend:#log-{chat}-ol" class="msg" id="m-{id}"', vera)
    assert re.search(rf'<li hx-swap-oob="beforeend:#log-{chat}-ol" class="day"', vera)
    assert re.search(rf'<li hx-swap-oob="afterbegin:#rows" id="row-{chat}"', vera)
    assert re.search(r'<span hx-swap-oob="true" class="count hot bubble-count" id="rail-chats"', vera)


def test_who_may_not_see_the_dialog_is_sent_nothing_of_it(cast, chat):
    received(chat, "секрет")
    boris, gleb = frames(viewer(cast.boris, "supervisor", chat), viewer(cast.gleb, "operator", chat))
    assert "секрет" in boris and "секрет" not in gleb and f"row-{chat}" not in gleb


def test_each_reader_gets_their_own_language(cast, chat):
    received(chat)
    russian, english = frames(viewer(cast.vera, "operator", chat), viewer(cast.boris, "supervisor", chat, locale="en"))
    assert "Клиент:" in russian and "Client:" in english


def test_equal_readers_share_one_rendering(cast, chat):
    received(chat)
    events = list(db.session.scalars(select(EventRecord)))
    one, two = viewer(cast.boris, "supervisor", chat), viewer(cast.anna, "administrator", chat)
    for push in messages_live.gather(TABLES, events, [one, two]):
        assert push.key(one) == push.key(two)


def test_a_status_shows_the_message_again_where_it_stands(cast, chat):
    id = factories.message(chat, "Ответ", TO_CLIENT, operator_id=cast.vera.id, status="read")
    emit(DeliveryStatusChanged(dialog_id=chat, message_id=id, status="read"))
    db.session.commit()
    [vera] = frames(viewer(cast.vera, "operator", chat))
    assert re.search(rf'<li hx-swap-oob="morph" class="msg" id="m-{id}" data-kind="out" data-status="read"', vera)
    assert f'<li hx-swap-oob="morph" id="row-{chat}"' in vera


def test_a_given_chat_leaves_one_list_and_enters_another(as_, cast, chat):
    as_(cast.vera).post(f"/chats/{chat}/assignment", data={"operator_id": cast.gleb.id})
    vera, gleb, boris = frames(
        viewer(cast.vera, "operator", view="folder=mine"), viewer(cast.gleb, "operator", view="folder=mine"),
        viewer(cast.boris, "supervisor", chat, view="folder=new"))
    assert f'<li id="row-{chat}" hx-swap-oob="delete">' in vera and "afterbegin" not in vera
    assert f'<li hx-swap-oob="afterbegin:#rows" id="row-{chat}"' in gleb
    assert 'hx-swap-oob="delete"' in boris
    assert f'<header hx-swap-oob="morph" class="convo-head on-sheet" id="head-{chat}"' in boris
    assert "Чат назначен" in boris and "Глеб Громов" in boris


def test_numbers_on_the_folders_follow(as_, cast, romashka):
    chat = factories.dialog()
    as_(cast.vera).post(f"/chats/{chat}/taking")
    vera, gleb = frames(viewer(cast.vera, "operator"), viewer(cast.gleb, "operator"))
    assert re.search(r'id="count-mine"[^>]*>1<', vera) and re.search(r'id="count-new"[^>]* hidden>0<', vera)
    assert "count-mine" not in gleb and "count-new" in gleb


def test_a_draft_is_pushed_to_its_writer_alone(as_, cast, chat):
    as_(cast.vera).post(f"/chats/{chat}/draft", data={"text": "недописанное"})
    received(chat)
    vera, boris = frames(viewer(cast.vera, "operator"), viewer(cast.boris, "supervisor"))
    assert "недописанное" in vera and "недописанное" not in boris


def test_the_other_side_of_an_edit_sees_the_fact(as_, cast, chat):
    client = factories.client("Павел")
    chat = factories.dialog(client, operator_id=cast.vera.id)
    as_(cast.boris).post(f"/clients/{client}/fields/comment", data={"value": "Постоянный клиент"})
    [vera] = frames(viewer(cast.vera, "operator", chat))
    assert '<a hx-swap-oob="morph" class="fact" id="fact-comment"' in vera and "Постоянный клиент" in vera


def test_a_changed_card_is_hidden_from_who_gave_the_chat_away(as_, cast, romashka):
    client = factories.client("Павел")
    chat = factories.dialog(client, operator_id=cast.gleb.id)
    as_(cast.boris).post(f"/clients/{client}/fields/comment", data={"value": "Только для своих"})
    vera, gleb = frames(viewer(cast.vera, "operator", chat), viewer(cast.gleb, "operator", chat))
    assert "Только для своих" in gleb and "Только для своих" not in vera


def test_a_client_who_blocked_the_channel_is_told_of_at_once(cast, chat):
    emit(ChannelBlockedByClient(dialog_id=chat))
    db.session.commit()
    [vera] = frames(viewer(cast.vera, "operator", chat))
    assert "Клиент заблокировал этот канал" in vera


def test_every_fact_of_the_journal_has_words_and_a_push():
    kinds = {kind.kind() for kind in REACTIONS if kind.journal}
    words = {path.stem.lstrip("_") for path in (ROOT / "templates/dialogs/journal").iterdir()}
    assert kinds and kinds <= words and kinds <= set(messages_live.PUSHES)


def test_a_page_without_a_socket_asks_for_the_same(as_, cast, chat):
    first = received(chat, "раз")
    vera = as_(cast.vera)
    seq = db.session.scalar(select(EventRecord.seq).order_by(EventRecord.seq.desc()))
    second = received(chat, "два")
    missed = vera.get(f"/chats/{chat}/messages?since={seq}", htmx=True).text
    assert f'id="m-{second}"' in missed and f'id="m-{first}"' not in missed and "beforeend" in missed


def test_what_is_pushed_costs_the_same_for_many_messages(cast, chat, statements):
    costs = []
    for more in (2, 20):
        for n in range(more):
            received(chat, str(n))
        events = list(db.session.scalars(select(EventRecord).order_by(EventRecord.seq)))
        watching = [viewer(cast.vera, "operator", chat), viewer(cast.boris, "supervisor", chat)]
        statements.clear()
        messages_live.gather(TABLES, events, watching)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 7


def test_who_looks_and_who_types_is_shown(app, cast, chat, monkeypatch):
    monkeypatch.setattr(dialogs_live, "looking_at", lambda company, dialog: {cast.boris.id})
    me = viewer(cast.vera, "operator", chat)
    [push] = dialogs_live.transient({"t": "viewers", "dialog": chat, "operators": [cast.boris.id]})
    assert push.seq is None and "Борис Б." in push.render(me)
    [push] = dialogs_live.transient({"t": "typing", "dialog": chat, "operator": cast.boris.id})
    assert "печатает" in push.render(me)
    assert push.key(viewer(cast.gleb, "operator", chat)) is None
