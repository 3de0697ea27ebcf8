"""The rail and the side menu of an open page follow the rights of its reader."""

import re

import pytest

from c2d.core.db import in_transaction
from c2d.roles import custom


def ask(browser, menu: str, page: str) -> str:
    return browser.get(f"/account/sections{menu}", htmx=True, headers={"HX-Current-URL": f"http://localhost{page}"}).text


@pytest.mark.parametrize(("menu", "root"), [("", "rail-sections"), ("?menu=settings", "settings-items")])
def test_the_menu_alone_is_the_one_of_the_page_it_stands_on(as_, cast, menu, root):
    browser = as_(cast.boris)
    page = browser.get("/settings/accounts").text
    alone = ask(browser, menu, "/settings/accounts?saved=1")
    assert re.search(rf'<(span|div)[^>]* id="{root}"[^>]*catchup from:body', alone)
    assert alone.strip() in page and alone.count('aria-current="page"') == 1


def test_what_is_taken_away_is_gone_from_the_menus_on_the_next_look(as_, cast, romashka):
    browser = as_(cast.boris)
    assert 'href="/settings/accounts"' in ask(browser, "?menu=settings", "/settings/accounts")
    in_transaction(lambda: custom.switch(cast.boris.role_id, "accounts", False))
    assert 'href="/settings/accounts"' not in ask(browser, "?menu=settings", "/settings/accounts")
    in_transaction(lambda: custom.switch(cast.boris.role_id, "chats", False))
    assert 'href="/chats"' not in ask(browser, "", "/settings/blacklist")
    assert 'href="/settings"' in ask(browser, "", "/settings/blacklist")
