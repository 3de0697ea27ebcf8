"""Only the keyboard: the focus is always somewhere, and a colleague's news does not take it away."""

from playwright.sync_api import expect

from tests.support.demo_run import ADMIN


def test_reading_answering_and_closing_by_keys(demo, desk):
    for n in range(3):
        demo.client(f"Клавиша{n}", "Вводова").writes(f"Сообщение {n}")
    zoya = demo.client("Зоя", "Клавишная")
    zoya.writes("Без мыши")
    window = desk.of(ADMIN, "/chats?folder=new")
    page = window.page
    expect(window.find("#rows > li").first).to_contain_text("Без мыши")

    page.keyboard.press("Alt+ArrowDown")
    expect(window.message("Без мыши")).to_be_visible()
    expect(window.find("#text")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(window.message("Сообщение 2")).to_be_visible()
    expect(window.find("#text")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(window.message("Без мыши")).to_be_visible()
    expect(window.find("#text")).to_be_focused()

    page.keyboard.type("Ответ с клавиатуры")
    zoya.writes("Перебью вас")
    expect(window.message("Перебью вас")).to_be_visible()
    expect(window.find("#text")).to_be_focused()
    expect(window.find("#text")).to_have_value("Ответ с клавиатуры")
    page.keyboard.press("Enter")
    expect(window.message("Ответ с клавиатуры")).to_have_attribute("data-status", "sent")
    expect(window.find("#text")).to_be_focused()

    page.keyboard.press("Alt+KeyP")
    expect(window.find("#text")).to_be_focused()
    page.keyboard.type("Заметка")
    page.keyboard.press("Enter")
    expect(window.message("Заметка")).to_have_attribute("data-kind", "note")

    page.keyboard.press("Alt+KeyT")
    expect(page.get_by_role("heading", name="Передать чат")).to_be_focused()
    page.keyboard.press("Escape")
    expect(window.find("#dlg")).to_be_hidden()
    window.has_focus()

    page.keyboard.press("Alt+KeyX")
    expect(window.find(".convo-head")).to_contain_text("Чат закрыт")
    window.has_focus()

    page.keyboard.press("Alt+KeyS")
    expect(window.find("#q")).to_be_focused()
    page.keyboard.type("вводова")
    expect(window.find("#rows > li")).to_have_count(3)
    expect(window.find("#q")).to_be_focused()
    page.keyboard.press("Alt+Digit3")
    expect(window.find("#folder-all")).to_have_attribute("aria-current", "page")
    window.has_focus()


def test_a_row_in_focus_keeps_it_when_news_come(demo, desk):
    rita = demo.client("Рита", "Фокусова")
    rita.writes("Раз")
    window = desk.of(ADMIN, "/chats?folder=new")
    link = window.row("Рита Фокусова").locator("a")
    link.focus()
    rita.writes("Два")
    expect(window.row("Рита Фокусова")).to_contain_text("Два")
    expect(link).to_be_focused()
    expect(window.row("Рита Фокусова")).to_have_count(1)
