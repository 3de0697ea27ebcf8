"""Folders, filters and search, as the address and the list tell it."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.demo_run import ADMIN


@pytest.mark.parametrize("words", ["gfdtk", "павел никулин", "3957", "aether_other"])
def test_pavel_is_found(desk, words):
    window = desk.of(ADMIN)
    window.find("#q").press_sequentially(words)
    expect(window.page).to_have_url(re.compile("q="))
    expect(window.row("Павел Никулин").first).to_be_visible()
    expect(window.find("#rows .name", "Синицына")).to_have_count(0)
    expect(window.find("#say")).to_contain_text("Найден")


def test_folders_and_filters(desk):
    window = desk.of(ADMIN, "/chats?folder=new")
    page = window.page
    page.get_by_role("link", name="Закрытые").click()
    expect(page).to_have_url(re.compile("folder=closed"))
    expect(window.find("#folder-closed")).to_have_attribute("aria-current", "page")
    expect(window.find("#rows > li.none")).to_have_count(0)
    window.check()
    page.get_by_role("link", name="Все", exact=True).click()
    expect(page).to_have_url(re.compile("folder=all"))
    page.get_by_role("button", name="Фильтры").click()
    window.check()
    page.get_by_label("Только непрочитанные").check()
    expect(page).to_have_url(re.compile("unread=1"))
    rows = window.find("#rows > li[id]")
    expect(window.find("#rows > li[id]:not(:has([data-unread]))")).to_have_count(0)
    assert rows.count() > 0
    window.find("#q").press_sequentially("никого такого нет")
    expect(window.find("#rows .empty")).to_be_visible()
    window.check()


def test_words_of_a_dialog(desk):
    window = desk.of(ADMIN, "/chats?folder=all&q=Никулин")
    window.find("#rows a").first.click()
    window.find(".convo-head").get_by_role("button", name="Поиск по диалогу").first.click()
    window.page.keyboard.type("пятниц")
    expect(window.find(".found a").first).to_be_visible()
    window.check()
    window.find(".found a").first.click()
    expect(window.find(".log [data-hit]")).to_be_in_viewport()


def test_a_chat_rises_when_its_client_writes(demo, desk):
    window = desk.of(ADMIN, "/chats?folder=new")
    ada, bella = demo.client("Ада", "Первая"), demo.client("Белла", "Вторая")
    top = window.find("#rows > li").first
    for person, said in ((ada, "раз"), (bella, "два"), (ada, "три")):
        person.writes(said)
        expect(top).to_contain_text(person.user["first_name"])
        expect(top).to_contain_text(said)
    expect(window.row("Ада Первая")).to_have_count(1)
