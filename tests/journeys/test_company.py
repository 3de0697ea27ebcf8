"""A new company: registered, empty, its settings, and out again."""

import re

from playwright.sync_api import expect


def test_a_new_company_begins_empty(desk):
    window = desk.anyone("/register")
    page = window.page
    window.check()
    window.allow("422")
    page.get_by_role("button", name="Зарегистрировать").click()
    expect(page.get_by_role("alert")).to_be_focused()
    window.check()
    page.get_by_label("Название компании").fill("ООО «Василёк»")
    page.get_by_label("Имя", exact=True).fill("Анна")
    page.get_by_label("Фамилия").fill("Первая")
    page.get_by_label("E-mail").fill("anna@vasilek.example")
    page.get_by_label("Пароль", exact=True).fill("длинный надёжный пароль 1")
    page.get_by_role("button", name="Зарегистрировать").click()
    page.wait_for_url("**/chats*")
    expect(window.find("#rows .empty")).to_be_visible()
    window.check()

    page.get_by_role("link", name="Настройки").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    window.check()
    page.get_by_role("link", name="Аккаунты").first.click()
    expect(page.get_by_role("heading", level=1, name="Аккаунты")).to_be_visible()
    window.check()

    page.get_by_role("button", name=re.compile("^Аккаунт: Анна П")).click()
    expect(page.get_by_text("Администратор")).to_be_visible()
    window.check()
    page.get_by_role("button", name="Выйти").click()
    page.wait_for_url("**/login*")
    window.check()
    window.open("/chats")
    expect(page).to_have_url(re.compile("/login"))
