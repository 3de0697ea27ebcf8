"""What is being written is kept: over a reload, and on another device."""

from playwright.sync_api import expect

from tests.support.demo_run import ADMIN, CHRIS


def test_a_draft_waits_everywhere(demo, desk):
    nina = demo.client("Нина", "Черновикова")
    nina.writes("Напишите мне")
    desktop = desk.of(ADMIN, "/chats?folder=new")
    desktop.row("Напишите мне").locator("a").click()
    with desktop.page.expect_response(lambda answer: answer.url.endswith("/draft")):
        desktop.page.locator("#text").press_sequentially("Дорогая Нина, мы")
    desktop.page.reload()
    expect(desktop.find("#text")).to_have_value("Дорогая Нина, мы")

    path = desktop.page.url.removeprefix(demo.url)
    phone = desk.of(ADMIN, path, 390)
    expect(phone.find("#text")).to_have_value("Дорогая Нина, мы")
    phone.open("/chats?folder=all")
    expect(phone.row("Черновик:").filter(has_text="Нина Черновикова")).to_be_visible()
    phone.check()

    desktop.page.locator("#text").press("Enter")
    expect(desktop.message("Дорогая Нина, мы")).to_have_attribute("data-status", "sent")
    phone.open(path)
    expect(phone.find("#text")).to_have_value("")


def test_who_loses_a_chat_while_typing_is_told_and_finds_the_draft_when_it_comes_back(demo, desk):
    demo.client("Инна", "Переданная").writes("Кто мне поможет?")
    chris = desk.of(CHRIS, "/chats?folder=new")
    chris.row("Кто мне поможет?").locator("a").click()
    expect(chris.message("Кто мне поможет?")).to_be_visible()
    chris.act("Забрать")
    expect(chris.find(".log .event", "забрал")).to_be_visible()
    with chris.page.expect_response(lambda answer: answer.url.endswith("/draft")):
        chris.page.locator("#text").press_sequentially("Инна, сейчас")
    path = chris.page.url.removeprefix(demo.url)

    admin = desk.of(ADMIN, path)
    expect(admin.message("Кто мне поможет?")).to_be_visible()
    _transfer(admin, "Райан Гослинг")
    expect(chris.find(".composer-note")).to_contain_text("Чат передан коллеге")
    expect(chris.find("#text")).to_have_count(0)
    chris.check()

    _transfer(admin, "Кристофер Молтисанти")
    chris.open(path)
    expect(chris.find("#text")).to_have_value("Инна, сейчас")


def _transfer(window, colleague: str) -> None:
    window.act("Передать")
    window.find("#dlg").get_by_text(colleague).click()
    window.find("#dlg").get_by_role("button", name="Передать").click()
    expect(window.find(".log .event", f"Чат назначен на {colleague}")).to_be_visible()
