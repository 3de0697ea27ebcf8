"""Two chats of one person are put on one card and parted again, by keys and by touch."""

import pytest
from playwright.sync_api import expect

from tests.support.demo_run import ADMIN


@pytest.fixture
def ada(demo):
    """Two chats of hers under two names: (dialog, dialog)."""
    for first in ("Ада", "Адель"):
        demo.client(first, "Лавлейсова").writes(f"Это {first}")
    return [_dialog(demo, f"{first} Лавлейсова") for first in ("Ада", "Адель")]


def _dialog(demo, name: str) -> int:
    for _ in range(100):
        rows = demo.ask("SELECT max(id) FROM dialogs WHERE name = %s", name)
        if rows[0][0]:
            return rows[0][0]
    raise AssertionError(f"{name} has not arrived")


def test_linking_by_keys_alone_shows_in_every_window_and_is_taken_back(demo, desk, ada):
    one, other = ada
    colleague = desk.of(ADMIN, f"/chats/{other}")
    window = desk.of(ADMIN, f"/chats/{one}")
    page = window.page
    page.locator("#card-menu-button").focus()
    page.keyboard.press("Enter")
    page.locator("#card-link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Имя, номер или ID")).to_be_focused()
    page.keyboard.type("адель")
    expect(window.find("#link-results .person")).to_have_count(1)
    expect(window.find("#link-said")).to_have_text("Найден 1 чат")
    window.check()
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.type") != "radio":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="шаг 2 из 3")).to_be_focused()
    window.check()
    page.locator("[name=pick][value='name.b']").focus()
    page.keyboard.press("Space")
    expect(window.find(".pair", "Имя клиента").locator(".both")).to_be_visible()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="шаг 3 из 3")).to_be_focused()
    window.check()
    page.get_by_label("Комментарий").last.focus()
    page.keyboard.type("Одна и та же")
    page.locator("#f-name").press("Enter")
    expect(window.find("#dlg")).to_be_hidden()
    window.has_focus()
    expect(window.find(".log .event", "привязал(а) чат")).to_be_visible()
    expect(window.find("#card .dialogs a")).to_have_count(2)
    expect(colleague.find(".convo-head h2")).to_contain_text("Ада Лавлейсова")
    expect(colleague.find("#card .dialogs a")).to_have_count(2)
    for seer in (window, colleague):
        expect(seer.find(".scope a", "Все диалоги клиента")).to_be_visible()
        expect(seer.find("button.via-pick")).to_be_visible()
    page.locator(".toast.undo button").focus()
    page.keyboard.press("Enter")
    expect(window.find("#card .dialogs a")).to_have_count(1)
    expect(window.find(".scope")).to_be_hidden()
    expect(colleague.find(".convo-head h2")).to_contain_text("Адель Лавлейсова")
    expect(colleague.find("#card")).not_to_contain_text("Одна и та же")


def test_linking_and_parting_by_touch_on_a_phone(demo, desk, ada):
    one, _other = ada
    window = desk.of(ADMIN, f"/chats/{one}", 390, has_touch=True)
    page = window.page
    page.get_by_role("button", name="Карточка клиента").tap()
    page.locator("#card-menu-button").tap()
    page.locator("#card-link").tap()
    page.get_by_label("Имя, номер или ID").fill("адель")
    window.find("#link-results .person").first.tap()
    page.get_by_role("button", name="Далее").tap()
    expect(window.find(".pairs")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    window.check()
    page.get_by_role("button", name="Далее").tap()
    page.get_by_role("link", name="Назад").tap()
    expect(window.find(".pairs")).to_be_visible()
    page.get_by_role("button", name="Далее").tap()
    page.get_by_role("button", name="Сохранить").tap()
    expect(window.find(".toast.undo")).to_be_visible()
    expect(window.find("#dlg")).to_be_hidden()
    if not page.locator("#card-menu-button").is_visible():
        page.get_by_role("button", name="Карточка клиента").tap()
    page.locator("#card-menu-button").tap()
    page.locator("#card-unlink").tap()
    window.find(".unlink-form .person").last.tap()
    window.check()
    page.locator(".unlink-form").get_by_role("button", name="Отвязать").tap()
    expect(window.find(".toast", "Чаты отвязаны")).to_be_visible()
