"""All dialogs of a client as one log."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.events import EventRecord, emit
from c2d.core.live import Viewer
from c2d.core.permissions import registry
from c2d.dialogs.events import RequestOpened
from c2d.messages import live
from c2d.messages.events import DeliveryStatusChanged, MessageReceived
from c2d.messages.models import TO_CLIENT
from c2d.wiring import LIVE
from c2d.workspace import open_pages
from tests.support import factories
from tests.support.updates import rows


@pytest.fixture
def pair(romashka, cast):
    """One client's dialogs through «Поддержка» and «Продажи», both Вера's."""
    client = factories.client("Павел Никулин")
    return [
        factories.dialog(client, factories.channel(name=name), operator_id=cast.vera.id) for name in ("Поддержка", "Продажи")
    ]


def card_of(dialog: int) -> int:
    return rows("SELECT card_id FROM dialogs WHERE id = %(id)s", id=dialog)[0].card_id


def texts(html: str) -> list[str]:
    return re.findall(r'<p class="p" dir="auto">([^<]+)</p>', html)


def viewer(person, role: str, dialog: int, card: int | None = None) -> Viewer:
    return Viewer(person.company_id, person.id, 1, "ru", "Europe/Moscow", registry.granted(role, {}), dialog,
                  "folder=all", card_id=card)


def frame(one: Viewer) -> str:
    events = list(db.session.scalars(select(EventRecord).order_by(EventRecord.seq)))
    topics = {"rows", f"dialog:{one.dialog_id}", f"card:{one.card_id}"}
    pushes = [p for p in live.gather(LIVE, events, [one]) if p.topic in topics and p.key(one) is not None]
    return "".join(push.render(one) for push in pushes)


def received(dialog: int, text: str) -> int:
    id = factories.message(dialog, text)
    emit(MessageReceived(dialog_id=dialog, message_id=id))
    db.session.commit()
    return id


def test_both_dialogs_are_one_sequence_by_time_with_the_marks_of_their_channels(pair, as_, cast):
    start = now() - timedelta(hours=1)
    for minute, (which, text) in enumerate([(0, "раз"), (1, "два"), (0, "три"), (1, "четыре")]):
        factories.message(pair[which], text, at=start + timedelta(minutes=minute))
    page = as_(cast.vera).get(f"/chats/{pair[0]}?all=1").text
    assert texts(page) == ["раз", "два", "три", "четыре"]
    marks = re.findall(r'class="via-mark">.*?<span class="cut">([^<]*)</span>', page, re.S)
    assert marks[:4] == ["Поддержка", "Продажи", "Поддержка", "Продажи"]
    assert f'action="/chats/{pair[0]}/messages"' in page and 'aria-current="true">Все диалоги клиента' in page
    assert texts(as_(cast.vera).get(f"/chats/{pair[0]}").text) == ["раз", "три"]


def test_a_message_that_came_late_stands_at_its_time(pair, as_, cast):
    start = now() - timedelta(hours=3)
    factories.message(pair[0], "утро", at=start)
    factories.message(pair[0], "вечер", at=start + timedelta(hours=2))
    factories.message(pair[1], "полдень", at=start + timedelta(hours=1))  # its channel was away
    assert texts(as_(cast.vera).get(f"/chats/{pair[1]}?all=1").text) == ["утро", "полдень", "вечер"]


@pytest.mark.parametrize("late", [False, True])
def test_pages_neither_repeat_nor_miss_anything(pair, as_, cast, late):
    start, said = now() - timedelta(days=2), []
    for n in range(130):
        at = start + timedelta(minutes=(n * 37) % 130 if late else n // 3)  # also ids against time, and equal moments
        said.append(factories.message(pair[n % 2], f"n{n}", at=at))
    for n in range(20):
        emit(RequestOpened(dialog_id=pair[n % 2], number=n + 1, at=start + timedelta(minutes=n * 6)))
    db.session.commit()
    vera, seen, borders = as_(cast.vera), [], []
    html = vera.get(f"/chats/{pair[0]}?all=1", htmx=True).text
    for _ in range(10):
        seen += re.findall(r'id="m-(\d+)"', html)
        borders += re.findall(r'id="(req-N-\d+-on)"', html)
        more = re.search(r'hx-get="(/chats/\d+/messages\?all=1&amp;before=[^"]+)"', html)
        if not more:
            break
        factories.message(pair[1], "новое")  # what comes meanwhile is not for older pages
        html = vera.get(more[1].replace("&amp;", "&"), htmx=True).text
    assert sorted(map(int, seen)) == sorted(said) and len(set(borders)) == len(borders) == 20


def test_a_colleagues_dialog_is_left_out(pair, as_, cast):
    bar = f'<nav class="seg scope" id="scope-{pair[0]}"'
    assert f"{bar} aria-label" in as_(cast.vera).get(f"/chats/{pair[0]}").text
    factories.give(pair[1], cast.gleb.id)
    factories.message(pair[0], "мое")
    factories.message(pair[1], "чужое")
    vera = as_(cast.vera)
    assert texts(vera.get(f"/chats/{pair[0]}?all=1").text) == ["мое"]
    assert f"{bar} hidden" in vera.get(f"/chats/{pair[0]}").text
    assert texts(as_(cast.boris).get(f"/chats/{pair[0]}?all=1").text) == ["мое", "чужое"]
    assert as_(cast.hariton).get(f"/chats/{pair[0]}?all=1").status_code == 404


def test_a_fact_of_the_card_is_told_once(pair, as_, cast):
    client = rows("SELECT id FROM clients")[0].id
    as_(cast.vera).post(f"/clients/{client}/fields/comment", data={"value": "важный"})
    assert as_(cast.vera).get(f"/chats/{pair[0]}?all=1", htmx=True).text.count("важный") == 1
    told = re.findall(r"<li[^>]* class=\"event\".*?</li>", frame(viewer(cast.vera, "operator", pair[0], card_of(pair[0]))), re.S)
    assert len(told) == 1 and "важный" in told[0]


def test_a_message_of_any_dialog_appears_in_the_open_log(pair, cast):
    card = card_of(pair[0])
    id = received(pair[1], "через продажи")
    together = frame(viewer(cast.vera, "operator", pair[0], card))
    assert re.search(rf'<li hx-swap-oob="beforeend:#log-card-{card}-ol" class="msg" id="m-{id}"', together)
    assert "Продажи" in together and together.count(f'id="m-{id}"') == 1
    alone = frame(viewer(cast.vera, "operator", pair[0]))
    assert f'id="m-{id}"' not in alone


def test_a_message_of_the_open_dialog_comes_once_to_either_log(pair, cast):
    id = received(pair[0], "прямо")
    for card, log in ((None, pair[0]), (card_of(pair[0]), f"card-{card_of(pair[0])}")):
        html = frame(viewer(cast.vera, "operator", pair[0], card))
        assert html.count(f'id="m-{id}"') == 1 and f"beforeend:#log-{log}-ol" in html


def test_a_status_keeps_the_mark_of_the_channel(pair, cast):
    id = factories.message(pair[1], "ответ", TO_CLIENT, operator_id=cast.vera.id, status="read")
    emit(DeliveryStatusChanged(dialog_id=pair[1], message_id=id, status="read"))
    db.session.commit()
    html = frame(viewer(cast.vera, "operator", pair[0], card_of(pair[0])))
    assert re.search(rf'<li hx-swap-oob="morph" class="msg" id="m-{id}"', html) and "via-mark" in html


def test_the_socket_gets_nothing_of_a_dialog_one_may_not_see(pair, cast):
    factories.give(pair[1], cast.gleb.id)
    card = card_of(pair[0])
    received(pair[1], "секрет")
    assert "секрет" not in frame(viewer(cast.vera, "operator", pair[0], card))
    assert "секрет" in frame(viewer(cast.boris, "supervisor", pair[0], card))
    assert open_pages.authorise(viewer(cast.vera, "operator", pair[0]), f"card:{card}")
    factories.give(pair[0], cast.gleb.id)
    assert not open_pages.authorise(viewer(cast.vera, "operator", pair[0]), f"card:{card}")
    assert not open_pages.authorise(viewer(cast.hariton, "administrator", pair[0]), f"card:{card}")


def test_without_a_socket_the_page_gets_what_it_missed(pair, as_, cast):
    received(pair[1], "первое")
    seq = db.session.scalar(select(EventRecord.seq).order_by(EventRecord.seq.desc()))
    id = received(pair[1], "второе")
    missed = as_(cast.vera).get(f"/chats/{pair[0]}/messages?all=1&since={seq}", htmx=True).text
    assert f'id="m-{id}"' in missed and "первое" not in missed
    assert "второе" not in as_(cast.vera).get(f"/chats/{pair[0]}/messages?since={seq}", htmx=True).text


def test_a_failed_message_of_another_dialog_is_sent_again_from_here(pair, as_, cast):
    id = factories.message(pair[1], "не ушло", TO_CLIENT, operator_id=cast.vera.id, status="failed")
    page = as_(cast.vera).get(f"/chats/{pair[0]}?all=1").text
    assert f'id="act-{pair[1]}"' in page and f'formaction="/chats/{pair[1]}/messages/{id}/retry"' in page


def test_the_composer_offers_the_clients_other_channels(pair, as_, cast):
    vera = as_(cast.vera)
    assert f'hx-get="/chats/{pair[0]}/dialogs"' in vera.get(f"/chats/{pair[0]}").text
    choice = vera.get(f"/chats/{pair[0]}/dialogs", htmx=True).text
    assert "Поддержка" in choice and "Продажи" in choice and f'href="/chats/{pair[1]}"' in choice
    current = re.search(r"<a[^>]*aria-current[^>]*>", choice)[0]
    assert f'href="/chats/{pair[0]}"' in current
    assert f'href="/chats/{pair[1]}?all=1"' in vera.get(f"/chats/{pair[0]}/dialogs?all=1", htmx=True).text
    assert as_(cast.hariton).get(f"/chats/{pair[0]}/dialogs").status_code == 404
    alone = factories.dialog(operator_id=cast.vera.id)
    assert "/dialogs" not in vera.get(f"/chats/{alone}", htmx=True).text.split('class="composer"')[1]


def test_what_a_blocked_client_wrote_is_folded_here_too(pair, as_, cast):
    factories.message(pair[0], "до")
    factories.message(pair[1], "тайное", withheld=True)
    factories.blocked(card_of(pair[0]))
    page = as_(cast.boris).get(f"/chats/{pair[0]}?all=1").text
    assert "Сообщения заблокированного клиента · 1" in page and texts(page) == ["до", "тайное"]


def test_together_costs_the_same_with_many_dialogs(pair, as_, cast, statements):
    vera, costs = as_(cast.vera), []
    vera.get("/chats")
    client = rows("SELECT id FROM clients")[0].id
    for more in (0, 18):
        for n in range(more):
            factories.message(factories.dialog(client, operator_id=cast.vera.id), str(n))
        statements.clear()
        assert vera.get(f"/chats/{pair[0]}?all=1", htmx=True).status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 6


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMixbXSxbXV0", "WzksOSwiIixbWzEsIi0xIl1dXQ"])
def test_a_damaged_cursor_is_the_end_of_the_log(pair, as_, cast, cursor):
    factories.message(pair[0], "здесь")
    answer = as_(cast.vera).get(f"/chats/{pair[0]}/messages?all=1&before={cursor}", htmx=True)
    assert answer.status_code == 200


def test_a_field_for_some_roles_is_not_told_to_the_others(pair, as_, cast):
    client = rows("SELECT id FROM clients")[0].id
    field = factories.custom_field("Долг", role_ids=[cast.anna.role_id])
    as_(cast.anna).post(f"/clients/{client}/fields/field-{field}", data={"value": "миллион"})
    card = card_of(pair[0])
    assert "миллион" in as_(cast.anna).get(f"/chats/{pair[0]}?all=1", htmx=True).text
    assert "миллион" not in as_(cast.vera).get(f"/chats/{pair[0]}?all=1", htmx=True).text
    assert "миллион" not in frame(viewer(cast.vera, "operator", pair[0], card))
