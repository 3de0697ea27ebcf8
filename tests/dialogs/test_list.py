"""The list of chats: folders, rights, filters, pages."""

import re
from datetime import timedelta

import pytest

from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.tenancy import company_id
from c2d.dialogs.models import Dialog
from tests.support import factories


def shown(response) -> list[int]:
    return [int(id) for id in re.findall(r'id="row-(\d+)"', response.text)]


@pytest.fixture
def chats(romashka, cast):
    """Новый, Верин, Глебов and a closed one of Вера's, from old to new."""
    ages = iter(range(10, 0, -1))

    def one(**values):
        return factories.dialog(sort_at=now() - timedelta(hours=next(ages)), **values)

    return {
        "new": one(), "vera": one(operator_id=cast.vera.id), "gleb": one(operator_id=cast.gleb.id),
        "closed": one(operator_id=cast.vera.id, opened=False),
    }


def test_each_folder_shows_its_chats_the_newest_first(as_, cast, chats):
    vera = as_(cast.vera)
    assert shown(vera.get("/chats?folder=new")) == [chats["new"]]
    assert shown(vera.get("/chats?folder=mine")) == [chats["vera"]]
    assert shown(vera.get("/chats?folder=closed")) == [chats["closed"]]
    assert shown(vera.get("/chats?folder=all")) == [chats["closed"], chats["vera"], chats["new"]]


def test_a_supervisor_sees_everybodys_chats(as_, cast, chats):
    boris = as_(cast.boris)
    assert shown(boris.get("/chats")) == [chats["closed"], chats["gleb"], chats["vera"], chats["new"]]
    assert shown(boris.get(f"/chats?folder=all&operator={cast.gleb.id}")) == [chats["gleb"]]


def test_an_operator_cannot_filter_for_a_colleagues_chats(as_, cast, chats):
    assert shown(as_(cast.vera).get(f"/chats?folder=all&operator={cast.gleb.id}")) == []
    assert shown(as_(cast.boris).get(f"/chats?folder=all&operator={cast.gleb.id}"))  # they do exist


def test_a_stranger_sees_none_of_them(as_, cast, chats):
    assert shown(as_(cast.hariton).get("/chats?folder=all")) == []


def test_folders_carry_their_numbers(as_, cast, chats):
    page = as_(cast.vera).get("/chats").text
    assert re.search(r'id="count-new"[^>]*>1<', page) and re.search(r'id="count-mine"[^>]*>1<', page)


def test_filters_narrow_the_list(as_, cast, romashka):
    other = factories.channel(name="Отдел продаж")
    plain = factories.dialog(operator_id=cast.vera.id)
    unread = factories.dialog(operator_id=cast.vera.id, unread=3)
    waiting = factories.dialog(operator_id=cast.vera.id, waiting_since=now())
    sales = factories.dialog(operator_id=cast.vera.id, channel_id=other)
    vera = as_(cast.vera)
    assert set(shown(vera.get("/chats?folder=mine"))) == {plain, unread, waiting, sales}
    assert shown(vera.get("/chats?folder=mine&unread=1")) == [unread]
    assert shown(vera.get("/chats?folder=mine&waiting=1")) == [waiting]
    assert shown(vera.get(f"/chats?folder=mine&channel={other}")) == [sales]
    assert shown(vera.get("/chats?folder=mine&transport=sms")) == []


def test_a_tag_finds_the_clients_that_carry_it(as_, cast, romashka):
    tagged, plain = factories.dialog(operator_id=cast.vera.id), factories.dialog(operator_id=cast.vera.id)
    tag = factories.tag("VIP", card_of(tagged))
    assert shown(as_(cast.vera).get(f"/chats?folder=mine&tag={tag}")) == [tagged] != [plain]


def test_pages_follow_each_other_without_gap_or_repeat(as_, cast, romashka):
    channel, start = factories.channel(), now()
    made = [factories.dialog(channel_id=channel, operator_id=cast.vera.id, sort_at=start - timedelta(minutes=n // 2))
            for n in range(120)]
    vera, seen, address = as_(cast.vera), [], "/chats/rows?folder=mine"
    for _ in range(4):
        answer = vera.get(address, htmx=True)
        seen += shown(answer)
        more = re.search(r'hx-get="(/chats/rows\?[^"]+)"', answer.text)
        if not more:
            break
        address = more[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 120 and set(seen) == set(made)


def test_htmx_gets_the_list_alone_and_a_browser_the_page(as_, cast, chats):
    vera = as_(cast.vera)
    assert "<html" in vera.get("/chats").text
    part = vera.get("/chats", htmx=True).text
    assert "<html" not in part and 'id="list"' in part


def test_nonsense_in_the_address_is_no_error(as_, cast, chats):
    vera = as_(cast.vera)
    for query in ("folder=x&channel=y&tag=-1&sort=z", "cursor=%00abc", "cursor=WzEsMl0", "q=%25_%5C%00",
                  "operator=" + "9" * 40):
        assert vera.get("/chats?" + query).status_code == 200
        assert vera.get("/chats/rows?" + query, htmx=True).status_code == 200


def test_the_list_costs_the_same_with_many_chats(as_, cast, romashka, statements):
    vera, costs = as_(cast.vera), []
    vera.get("/chats")  # the first request of a session also notes that it is used
    for more in (2, 30):
        for _ in range(more):
            factories.dialog(operator_id=cast.vera.id)
        statements.clear()
        assert vera.get("/chats?folder=all").status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 8


def card_of(dialog_id: int) -> int:
    return db.session.get(Dialog, (company_id(), dialog_id)).card_id
