"""Block a client, have their words kept out, let them in again; in two windows."""

import pytest
from playwright.sync_api import expect

from tests.support.demo_run import ADMIN, RYAN


@pytest.mark.parametrize("width", [1440, 390])
def test_a_client_is_blocked_and_let_in_again(demo, desk, width):
    client = demo.client("Злата", f"Грубая{width}")
    client.writes(f"Первое {width}")
    admin, ryan = (desk.of(person, "/chats?folder=new", width) for person in (ADMIN, RYAN))
    for window in (admin, ryan):
        window.row(f"Первое {width}").locator("a").click()
        expect(window.message(f"Первое {width}")).to_be_visible()

    # the modal, from the conversation's menu
    admin.act("Заблокировать")
    expect(admin.page.get_by_role("heading", name="Заблокировать клиента")).to_be_focused()
    admin.check()
    dialog = admin.find("#dlg")
    admin.allow("422")
    expect(dialog.get_by_label("Дата и время")).to_be_hidden()
    dialog.get_by_text("До даты").click()
    expect(dialog.get_by_label("Дата и время")).to_be_visible()
    dialog.get_by_role("button", name="Заблокировать").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Укажите дату и время")
    admin.check()
    dialog.get_by_text("На неделю").click()
    dialog.get_by_label("Причина").fill("Ругается")
    dialog.get_by_role("button", name="Заблокировать").click()
    expect(dialog).to_be_hidden()

    # everybody sees it without reload: the line, the head, the composer, the closed chat
    for window in (admin, ryan):
        expect(window.find(".log .event", "Причина: Ругается")).to_be_visible()
        expect(window.find(".convo-head")).to_contain_text("Заблокирован")
        expect(window.find(".composer-note")).to_contain_text("написать ему нельзя")
        expect(window.find("#text")).to_have_count(0)
    admin.check()
    if width == 1440:
        expect(ryan.find("#card .block-state")).to_contain_text("Ругается")

    # what is written now is kept out
    client.writes(f"Грубость {width}")
    demo_stored = f"Грубость {width}"
    _until(lambda: demo.ask("SELECT count(*) FROM messages WHERE text = %s AND withheld", demo_stored)[0][0] == 1, admin)
    for window in (admin, ryan):
        expect(window.message(demo_stored)).to_have_count(0)
    other = desk.of(ADMIN, "/chats?folder=all", width)
    expect(other.row(demo_stored)).to_have_count(0)

    # in the settings
    page = desk.of(ADMIN, f"/settings/blacklist?q=Грубая{width}", width)
    expect(page.find(".table")).to_contain_text("Ругается")
    page.check()

    # and let in again: the words stand in their place
    admin.find(".composer-note").get_by_role("link", name="Разблокировать").click()
    expect(admin.page.get_by_role("heading", name="Разблокировать клиента")).to_be_focused()
    admin.check()
    admin.find("#dlg").get_by_role("button", name="Разблокировать").click()
    for window in (admin, ryan):
        expect(window.message(demo_stored)).to_be_visible()
        expect(window.find("#text")).to_be_visible()
    client.writes(f"Извините {width}")
    for window in (admin, ryan):
        expect(window.message(f"Извините {width}")).to_be_visible()
    admin.check()


@pytest.mark.parametrize("width", [1440, 390])
def test_it_is_done_and_undone_in_the_settings(demo, desk, width):
    client = demo.client("Игнат", f"Списков{width}")
    client.writes(f"Здравствуйте, {width}")
    window = desk.of(ADMIN, "/chats?folder=new", width)
    expect(window.row(f"Здравствуйте, {width}")).to_be_visible()
    window.open("/settings/blacklist")
    window.page.get_by_role("link", name="Добавить").click()
    address = window.find("#dlg").get_by_label("Номер телефона или ID")
    address.fill("000000")
    window.find("#dlg").get_by_role("button", name="Найти").click()
    expect(window.find("#dlg")).to_contain_text("Такого клиента нет")
    window.check()
    window.find("#dlg").get_by_label("Номер телефона или ID").fill(str(client.chat["id"]))
    window.find("#dlg").get_by_role("button", name="Найти").click()
    expect(window.find("#dlg .person")).to_contain_text(f"Игнат Списков{width}")
    window.check()
    window.find("#dlg .person").get_by_role("link", name="Заблокировать").click()
    window.find("#dlg").get_by_role("button", name="Заблокировать").click()
    row = window.find("#register tr", f"Игнат Списков{width}")
    expect(row).to_be_visible()
    window.check()
    row.get_by_role("link", name="Разблокировать").click()
    window.find("#dlg").get_by_role("button", name="Разблокировать").click()
    expect(row).to_have_count(0)
    window.page.get_by_role("link", name="История").click()
    expect(row).to_be_visible()


def _until(true, window) -> None:
    """The page's own clock waits, so that it goes on hearing meanwhile."""
    for _ in range(150):
        if true():
            return
        window.page.wait_for_timeout(100)
    raise AssertionError("it did not happen")
