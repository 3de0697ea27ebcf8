"""The whole conversation in two windows, from the client's first word to the request after the last."""

import pytest
from playwright.sync_api import expect

from tests.support.demo_run import ADMIN, RYAN

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082")
MENU = {"inline_keyboard": [[{"text": "Новости", "callback_data": "1"}], [{"text": "Контакты", "callback_data": "3"}]]}


@pytest.mark.parametrize("width", [1440, 390])
def test_two_operators_and_a_client(demo, desk, width):
    olga = demo.client("Ольга", f"Живая{width}")
    name, said = f"Ольга Живая{width}", f"Где мой заказ {width}?"
    admin, ryan = (desk.of(person, "/chats?folder=new", width) for person in (ADMIN, RYAN))

    # both see it without reload, at the top, and the one who opens it reads it
    olga.writes(said)
    for window in (admin, ryan):
        expect(window.row(said)).to_be_visible()
        expect(window.find("#rows > li").first).to_contain_text(name)
        window.check()
    for window in (admin, ryan):
        window.row(said).locator("a").click()
        expect(window.message(said)).to_be_visible()
        expect(window.find(".convo-head")).to_contain_text("Чат открыт")
    order = admin.find(".log li[id]").evaluate_all("all => all.map(li => li.className)")
    assert order.index("req") < order.index("msg")

    # one takes it, the other sees that
    admin.act("Забрать")
    for window in (admin, ryan):
        expect(window.find(".log .event", "забрал")).to_be_visible()
        expect(window.find("#convo button", "Забрать")).to_have_count(0)
    admin.check()

    # an answer: at once in the own window, then sent, and once at the provider
    reply = f"Уже едет {width}"
    admin.answer(reply)
    expect(admin.message(reply)).to_have_attribute("data-status", "sent")
    expect(admin.message(reply)).to_have_count(1)
    expect(ryan.message(reply)).to_have_count(1)
    expect(admin.find("#text")).to_have_value("")
    assert demo.received(reply) == 1

    # a comment is for colleagues only
    note = f"Клиент важный {width}"
    admin.comment(note)
    expect(ryan.message(note)).to_have_attribute("data-kind", "note")
    expect(admin.message(note)).to_have_count(1)
    assert demo.mentions(note) == 0

    # a button, a picture, a file, an edit
    olga.presses_data("3", {"message_id": 900_000 + width, "date": 1, "chat": olga.chat, "text": "Меню", "reply_markup": MENU})
    expect(admin.message("Контакты")).to_be_visible()
    olga.sends_photo(PNG, caption=f"Вот фото {width}")
    expect(admin.message(f"Вот фото {width}").locator("img")).to_be_visible()
    olga.sends_document(b"<script>document.body.id = 'broken'</script>", "счёт.html", "text/html")
    file = admin.find(".log a.file", "счёт.html")
    expect(file).to_have_attribute("download", "")
    with admin.page.expect_download() as download:
        file.click()
    assert download.value.suggested_filename == "счёт.html"
    slip = olga.writes("Адрес: Лисная, 7")["message"]["message_id"]
    expect(admin.message("Лисная")).to_be_visible()
    olga.edits(slip, "Адрес: Лесная, 7")
    expect(admin.message("Адрес: Лесная, 7")).to_contain_text("изменено")
    expect(admin.message("Лисная")).to_have_count(0)
    admin.check()

    # to a colleague
    admin.act("Передать")
    expect(admin.page.get_by_role("heading", name="Передать чат")).to_be_focused()
    admin.check()
    admin.page.get_by_text("Райан Гослинг").last.click()
    admin.find("#dlg").get_by_role("button", name="Передать").click()
    for window in (admin, ryan):
        expect(window.find(".log", "Чат назначен на Райан Гослинг")).to_be_visible()
    expect(admin.find("#dlg")).to_be_hidden()

    # closed, and the client writes again
    ryan.act("Закрыть чат")
    for window in (admin, ryan):
        expect(window.find(".convo-head")).to_contain_text("Чат закрыт")
    olga.writes(f"И ещё вопрос {width}")
    for window in (admin, ryan):
        expect(window.message(f"И ещё вопрос {width}")).to_be_visible()
        expect(window.find(".convo-head")).to_contain_text("Чат открыт")
        expect(window.find(".log .req", "начато")).to_have_count(2)
        window.check()

    # what a reload shows is what the pushes have shown
    shown = admin.find(".log .msg").evaluate_all("all => all.map(li => li.id)")
    admin.page.reload()
    expect(admin.find(".log .msg")).to_have_count(len(shown))
    assert admin.find(".log .msg").evaluate_all("all => all.map(li => li.id)") == shown
