"""The client card: edited in place in one window, seen in another, also on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.demo_run import ADMIN, RYAN


@pytest.mark.parametrize("width", [1440, 390])
def test_a_card_is_edited_in_one_window_and_seen_in_the_other(demo, desk, width):
    client = demo.client("Ирина", f"Карточкина{width}")
    client.writes(f"Перезвоните мне {width}")
    name = f"Ирина Карточкина{width}"
    admin, ryan = desk.of(ADMIN, "/chats?folder=new", width), desk.of(RYAN, "/chats?folder=new", 1440)
    for window in (admin, ryan):
        window.row(f"Перезвоните мне {width}").locator("a").click()
        expect(window.message(f"Перезвоните мне {width}")).to_be_visible()
    page = admin.page
    if width == 390:
        page.get_by_role("button", name="Карточка клиента").click()
    expect(admin.find("#fact-name")).to_contain_text(name)

    # a field with the keyboard: Enter saves, the focus stays on it
    ryan.find("#fact-comment").click()
    ryan.find("[aria-label='Комментарий'].input").fill("Райан ещё пишет")
    admin.find("#fact-name").click()
    admin.find("[aria-label='Имя клиента']").fill(f"Ирина Новая{width}")
    page.keyboard.press("Enter")
    expect(admin.find("#fact-name")).to_be_focused()
    for window in (admin, ryan):
        expect(window.find("#card-name")).to_have_text(f"Ирина Новая{width}")
        expect(window.find(".convo-head h2")).to_contain_text(f"Ирина Новая{width}")
    expect(ryan.find(".log .event", f'изменил(а) поле "Имя клиента": "{name}" — "Ирина Новая{width}".')).to_be_visible()
    expect(ryan.find("textarea.input[name=value]")).to_have_value("Райан ещё пишет")

    # Esc leaves the editing, not the card
    admin.find("#fact-title").click()
    admin.find("[aria-label='Название карточки']").fill("передумал")
    page.keyboard.press("Escape")
    expect(admin.find("#fact-title")).to_be_visible()
    expect(admin.find("#fact-title")).to_contain_text("Добавить")

    # a phone: what is none is refused beside the field, what is one appears in both windows
    admin.allow()
    admin.find("#phones-new").click()
    admin.find("#card-phones-edit input[name=value]").fill("не номер")
    page.keyboard.press("Enter")
    expect(admin.find("#err-phones")).to_be_visible()
    expect(admin.find("#card-phones-edit input[name=value]")).to_have_value("не номер")
    admin.check()
    admin.find("#card-phones-edit input[name=value]").fill("8 495 120-45-67")
    page.keyboard.press("Enter")
    for window in (admin, ryan):
        expect(window.find("#card-phones")).to_contain_text("+7 495 120-45-67")

    # tags: one is found, one is made
    admin.find("#tags-button").click()
    expect(admin.find("#tag-q")).to_be_focused()
    admin.find("#tag-q").fill(f"Свой{width}")
    expect(admin.find("#tag-options", f"Создать «Свой{width}»")).to_be_visible()
    admin.find("#tag-q").fill("лоял")
    page.get_by_label("Лоялен").check()
    admin.check()
    admin.find("#tag-q").fill(f"Свой{width}")
    page.get_by_role("button", name=f"Создать «Свой{width}»").click()
    for window in (admin, ryan):
        expect(window.find("#card-tag-list .tag")).to_have_count(2)
    expect(ryan.find(".log .event", f'присвоил(а) клиенту теги: "Лоялен", "Свой{width}".')).to_be_visible()
    page.get_by_role("button", name="Снять тег Лоялен").click()
    for window in (admin, ryan):
        expect(window.find("#card-tag-list .tag")).to_have_count(1)

    # the columns are one's own
    admin.find("#card-menu-button").click()
    page.get_by_role("button", name="Показывать в 1 колонку").click()
    expect(admin.find(".card-menu")).to_have_attribute("data-cols", "1")
    expect(ryan.find(".card-menu")).to_have_attribute("data-cols", "2")
    admin.find("#card-menu-button").click()
    page.get_by_role("button", name="Показывать в 2 колонки").click()
    expect(admin.find(".card-menu")).to_have_attribute("data-cols", "2")
    admin.check()

    # what Ryan was typing is still his to save
    ryan.find(".fact-edit button", "Сохранить").click()
    expect(admin.find("#fact-comment")).to_contain_text("Райан ещё пишет")


def test_two_who_edit_the_same_field_hear_of_each_other(demo, desk):
    demo.client("Семён", "Спорный").writes("Спорный вопрос")
    admin, ryan = (desk.of(person, "/chats?folder=new") for person in (ADMIN, RYAN))
    for window, title in ((admin, "Первый"), (ryan, "Второй")):
        window.row("Спорный вопрос").locator("a").click()
        window.find("#fact-title").click()
        window.find("[aria-label='Название карточки']").fill(title)
    admin.page.keyboard.press("Enter")
    expect(admin.find("#fact-title")).to_contain_text("Первый")
    ryan.allow()
    ryan.page.keyboard.press("Enter")
    expect(ryan.find(".fact-edit .err")).to_contain_text("Тем временем это изменили: Первый")
    expect(ryan.find("[aria-label='Название карточки']")).to_have_value("Второй")
    ryan.find(".fact-edit button", "Сохранить").click()
    expect(admin.find("#fact-title")).to_contain_text("Второй")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_company_adds_a_field_and_cards_have_it(demo, desk, width):
    window = desk.of(ADMIN, "/settings/chats", width)
    page, label = window.page, f"Дата рождения {width}"
    window.check()
    page.get_by_role("link", name="Добавить поле").click()
    page.get_by_label("Название поля").fill(label)
    expect(page.get_by_label("Варианты ответа")).to_be_hidden()
    page.get_by_label("Тип").select_option("choice")
    expect(page.get_by_label("Варианты ответа")).to_be_visible()
    page.get_by_label("Тип").select_option("date")
    window.check()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("status").first).to_have_text("Сохранено")
    expect(window.find(".own-fields li", label)).to_be_visible()
    window.check()

    window.open("/chats?folder=all")
    window.find("#rows > li a").first.click()
    if width == 390:
        page.get_by_role("button", name="Карточка клиента").click()
    fact = window.find(".facts > div", label)
    fact.locator("a").click()
    fact.locator("input[type=date]").fill("1990-03-05")
    page.keyboard.press("Enter")
    expect(fact).to_contain_text(re.compile("5 марта 1990"))
    window.check()
