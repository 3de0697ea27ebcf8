"""The conversation: what stands in the log, in which order, and on which page."""

import re
from datetime import timedelta

import pytest

from c2d.clients.events import CardChanged
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.events import emit
from c2d.core.paging import to_cursor
from c2d.dialogs.events import DialogAssigned, RequestOpened
from c2d.messages.models import COMMENT, TO_CLIENT
from tests.support import factories


def log(response) -> list[str]:
    """The ids of the log's items, from top to bottom."""
    return re.findall(r'<li[^>]* id="((?:m|e|req|day|mark)-[^"]+)"', response.text)


@pytest.fixture
def chat(romashka, cast):
    return factories.dialog(operator_id=cast.vera.id)


def fact(event) -> None:
    emit(event)
    db.session.commit()


def test_messages_and_facts_stand_in_the_order_of_time(as_, cast, chat):
    start = now() - timedelta(hours=1)
    first = factories.message(chat, "Здравствуйте", at=start)
    fact(RequestOpened(dialog_id=chat, number=677830474, at=start - timedelta(seconds=1)))
    fact(DialogAssigned(dialog_id=chat, to_id=cast.vera.id, to_name="Вера Волкова", by_name="Борис Белов",
                        at=start + timedelta(seconds=1)))
    second = factories.message(chat, "Добрый день", TO_CLIENT, start + timedelta(seconds=2), operator_id=cast.vera.id)
    page = as_(cast.vera).get(f"/chats/{chat}")
    order = [item for item in log(page) if not item.startswith("day")]
    assert order[0] == "req-N-677830474-on" and order[1] == f"m-{first}"
    assert order[2].startswith("e-") and order[3] == f"m-{second}"
    assert "Инициатор — Борис Белов" in page.text


def test_two_facts_in_a_row_are_folded(as_, cast, chat):
    for field in ("name", "comment"):
        fact(CardChanged(dialog_id=chat, card_id=1, field=field, old="", new="Павел", actor_id=cast.boris.id))
    page = as_(cast.vera).get(f"/chats/{chat}").text
    assert page.count('<details class="events">') == 1 and "Борис Белов" in page


def test_a_day_is_marked_once(as_, cast, chat):
    for hours in (50, 49, 1):
        factories.message(chat, at=now() - timedelta(hours=hours))
    days = [item for item in log(as_(cast.vera).get(f"/chats/{chat}")) if item.startswith("day")]
    assert 2 <= len(days) == len(set(days)) <= 3


def test_what_is_new_stands_below_a_mark(as_, cast, romashka):
    chat = factories.dialog(operator_id=cast.vera.id, unread=2)
    ids = [factories.message(chat, str(n)) for n in range(4)]
    order = log(as_(cast.vera).get(f"/chats/{chat}"))
    assert order[order.index("mark-new") + 1] == f"m-{ids[2]}"


def test_text_is_shown_as_text_and_addresses_as_links(as_, cast, chat):
    factories.message(chat, "<script>alert(1)</script> https://c2d.example/?a=1&b=2")
    page = as_(cast.vera).get(f"/chats/{chat}", htmx=True).text
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert 'href="https://c2d.example/?a=1&amp;b=2" target="_blank"' in page


def test_pages_backwards_hold_everything_once(as_, cast, chat):
    start = now() - timedelta(days=3)
    made = []
    for n in range(130):
        made.append(f"m-{factories.message(chat, str(n), at=start + timedelta(minutes=n))}")
        if n % 10 == 0:
            fact(DialogAssigned(dialog_id=chat, to_id=cast.vera.id, to_name="В", by_name="Б",
                                at=start + timedelta(minutes=n, seconds=1)))
    vera = as_(cast.vera)
    answer, seen = vera.get(f"/chats/{chat}", htmx=True), []
    for _ in range(6):
        seen = [item for item in log(answer) if item[0] in "me" and item != "mark-new"] + seen
        more = re.search(r'hx-get="([^"]+messages\?before=[^"]+)"', answer.text)
        if not more:
            break
        answer = vera.get(more[1], htmx=True)
    assert [item for item in seen if item.startswith("m-")] == made
    assert len(seen) == len(set(seen)) == 143


def test_a_found_message_opens_in_its_surroundings_and_leads_both_ways(as_, cast, chat):
    ids = [factories.message(chat, f"слово {n}", at=now() - timedelta(minutes=200 - n)) for n in range(150)]
    vera = as_(cast.vera)
    assert f"around={ids[75]}" in vera.get(f"/chats/{chat}/search?q=Слово 75", htmx=True).text
    page = vera.get(f"/chats/{chat}?around={ids[75]}", htmx=True)
    assert f'id="m-{ids[75]}"' in page.text and "data-hit" in page.text and f'id="past-{chat}-ol"' in page.text
    newer = re.search(r'hx-get="([^"]+messages\?after=[^"]+)"', page.text)[1]
    follow = [item for item in log(vera.get(newer, htmx=True)) if item.startswith("m-")]
    assert follow[0] == f"m-{ids[101]}"


def test_a_message_of_another_dialog_is_not_to_be_opened_here(as_, cast, chat):
    other = factories.message(factories.dialog(operator_id=cast.vera.id))
    assert as_(cast.vera).get(f"/chats/{chat}?around={other}").status_code == 404
    for nonsense in ("x", "9" * 30, "-1"):
        assert as_(cast.vera).get(f"/chats/{chat}?around={nonsense}").status_code == 404


def test_who_may_not_see_the_dialog_finds_nothing_there(as_, cast, chat):
    factories.message(chat)
    for path in ("", "/messages", "/search?q=а", "/assignment"):
        assert as_(cast.gleb).get(f"/chats/{chat}{path}").status_code == 404
        assert as_(cast.hariton).get(f"/chats/{chat}{path}").status_code == 404
        assert as_(cast.boris).get(f"/chats/{chat}{path}").status_code == 200


def test_a_comment_says_that_the_client_does_not_see_it(as_, cast, chat):
    factories.message(chat, "Грубит", COMMENT, operator_id=cast.boris.id)
    assert "клиент его не видит" in as_(cast.vera).get(f"/chats/{chat}").text


def test_a_failure_is_told_in_words(as_, cast, chat):
    factories.message(chat, "Ответ", TO_CLIENT, operator_id=cast.vera.id, status="failed", problem="recipient: chat not found")
    page = as_(cast.vera).get(f"/chats/{chat}").text
    assert "chat not found" in page and "recipient" not in page and "/retry" in page


def test_opening_costs_the_same_however_long_the_history(as_, cast, chat, statements):
    vera, costs = as_(cast.vera), []
    vera.get(f"/chats/{chat}")
    for more in (3, 120):
        for n in range(more):
            factories.message(chat, str(n))
        statements.clear()
        vera.get(f"/chats/{chat}", htmx=True)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 5


def test_a_cursor_with_numbers_beyond_all_bounds_is_the_end_of_the_log(as_, cast, chat):
    id = factories.message(chat, "Здравствуйте")
    page = as_(cast.vera).get(f"/chats/{chat}/messages?before={to_cursor(float('inf'), 1, '')}")
    assert page.status_code == 200 and f"m-{id}" in log(page)
