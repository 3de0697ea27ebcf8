"""Whose session is ended sees it at once, why, and finds everything again."""

import re

from playwright.sync_api import expect

from tests.support.demo_run import ADMIN, CHRIS, RYAN


def test_who_is_put_out_is_led_to_the_login_page_and_comes_back_to_the_draft(demo, desk):
    demo.client("Лена", "Прерванная").writes("Вы здесь?")
    ryan = desk.of(RYAN, "/chats?folder=all")
    ryan.row("Вы здесь?").locator("a").click()
    with ryan.page.expect_response(lambda answer: answer.url.endswith("/draft")):
        ryan.page.locator("#text").press_sequentially("Лена, уже иду")
    admin = desk.of(ADMIN, "/settings/sessions?q=Гослинг")
    admin.find("summary", "Райан Гослинг").click()
    expect(admin.find(".session")).not_to_have_count(0)
    admin.check()
    admin.page.get_by_role("button", name="Завершить все: Райан Гослинг").click()

    expect(ryan.page).to_have_url(re.compile("/login"), timeout=3_000)
    expect(ryan.find(".note")).to_contain_text("Этот сеанс завершил администратор")
    ryan.check()
    expect(admin.find("#active")).to_contain_text("Нет активных сессий")
    admin.has_focus()
    login = demo.logins[RYAN]
    ryan.page.fill("[name=email]", login["email"])
    ryan.page.fill("[name=password]", login["password"])
    ryan.page.get_by_role("button", name="Войти").click()
    expect(ryan.find("#text")).to_have_value("Лена, уже иду")
    desk.forget(RYAN)


def test_one_ends_another_device_and_the_focus_stays_in_the_list(demo, desk):
    first, second = desk.anyone("/login"), desk.anyone("/login", 390)
    for window in (first, second):
        login = demo.logins[CHRIS]
        window.page.fill("[name=email]", login["email"])
        window.page.fill("[name=password]", login["password"])
        window.page.get_by_role("button", name="Войти").click()
        window.page.wait_for_url("**/chats*")
    expect(first.find(".toasts")).to_be_attached()
    first.open("/account/sessions")
    first.check()
    count = first.find(".session").count()
    first.find(".session button").nth(1).click()
    expect(first.find(".session")).to_have_count(count - 1)
    first.has_focus()
    second.open("/account/sessions")
    second.check()
