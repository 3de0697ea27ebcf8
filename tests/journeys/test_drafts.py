"""What is being written is kept: over a reload, and on another device."""

from playwright.sync_api import expect

from tests.support.demo_run import ADMIN


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
