"""JavaScript is off: everything an operator needs goes by plain forms."""

from playwright.sync_api import expect

from tests.support.demo_run import ADMIN, RYAN


def test_an_operator_works_without_scripts(demo, desk):
    lena = demo.client("Елена", "Безскриптова")
    lena.writes("Скрипты выключены")
    window = desk.anyone(java_script_enabled=False)
    page, login = window.page, demo.logins[ADMIN]
    page.get_by_label("E-mail").fill(login["email"])
    page.get_by_label("Пароль", exact=True).fill(login["password"])
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url("**/chats*")

    window.open("/chats?folder=new")
    page.get_by_role("searchbox", name="Поиск чатов").fill("безскриптова")
    page.keyboard.press("Enter")
    expect(window.find("#rows > li")).to_have_count(1)
    window.row("Скрипты выключены").locator("a").click()
    page.get_by_role("button", name="Забрать").click()
    expect(window.find(".log .event", "забрал")).to_be_visible()

    window.type("Ответ обычной формой")
    page.get_by_role("button", name="Отправить").click()
    expect(window.message("Ответ обычной формой")).to_have_count(1)
    page.get_by_text("Комментарий", exact=True).first.click()
    window.type("Комментарий обычной формой")
    page.get_by_role("button", name="Сохранить").click()
    expect(window.message("Комментарий обычной формой")).to_have_attribute("data-kind", "note")

    page.get_by_role("link", name="Передать").first.click()
    page.get_by_label("Райан Гослинг").check()
    page.get_by_role("button", name="Передать").click()
    expect(window.find(".log", "Райан Гослинг")).to_be_visible()
    page.get_by_role("button", name="Закрыть чат").first.click()
    expect(window.find(".convo-head")).to_contain_text("Чат закрыт")
    page.get_by_role("button", name="Открыть чат").first.click()
    expect(window.find(".convo-head")).to_contain_text("Чат открыт")

    other = desk.of(RYAN, page.url.removeprefix(demo.url))
    expect(other.message("Ответ обычной формой")).to_have_attribute("data-status", "sent")
    assert demo.received("Ответ обычной формой") == 1
    assert demo.mentions("Комментарий обычной формой") == 0
