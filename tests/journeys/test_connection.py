"""The connection is lost and comes back: nothing is missing, nothing stands twice, nothing is sent twice."""

import re

from playwright.sync_api import expect

from tests.support.demo_run import ADMIN, CHRIS, RYAN


class Wire:
    """The page's live connection, to be cut while everything else works."""

    def __init__(self, page):
        self._down, self._open = False, []
        page.route_web_socket(re.compile("/live"), self._connect)

    def _connect(self, socket) -> None:
        if self._down:
            socket.close(code=1012)
            return
        socket.connect_to_server()
        self._open.append(socket)

    def cut(self) -> None:
        self._down = True
        while self._open:
            self._open.pop().close(code=1012)

    def mend(self) -> None:
        self._down = False


def test_the_socket_is_gone_but_the_work_goes_on(demo, desk):
    wires = []
    ivan = demo.client("Иван", "Проводов")
    admin = desk.of(ADMIN, "/chats?folder=all", prepare=lambda page: wires.append(Wire(page)))
    ryan = desk.of(RYAN)
    admin.allow()
    admin.reconnects_soon()
    ivan.writes("Первое")
    for window in (admin, ryan):
        window.row("Первое").locator("a").click()
        expect(window.message("Первое")).to_be_visible()

    wires[0].cut()
    expect(admin.find(".net")).to_be_visible()
    admin.check()
    ivan.writes("Пока связи не было")
    expect(ryan.message("Пока связи не было")).to_be_visible()
    admin.answer("Отвечаю без связи")
    expect(ryan.message("Отвечаю без связи")).to_have_attribute("data-status", "sent")
    ryan.comment("Вижу")
    expect(ryan.message("Вижу")).to_have_attribute("data-kind", "note")

    wires[0].mend()
    for text in ("Первое", "Пока связи не было", "Отвечаю без связи", "Вижу"):
        expect(admin.message(text)).to_have_count(1)
    expect(admin.message("Отвечаю без связи")).to_have_attribute("data-status", "sent")
    expect(admin.find(".net")).to_be_hidden()
    assert demo.received("Отвечаю без связи") == 1
    ivan.writes("И снова на связи")
    expect(admin.message("И снова на связи")).to_have_count(1)
    in_both = [window.find(".log .msg").evaluate_all("all => all.map(li => li.id)") for window in (admin, ryan)]
    assert in_both[0] == in_both[1] and len(set(in_both[0])) == len(in_both[0])


def test_the_web_process_is_killed(demo, desk):
    vera = demo.client("Вера", "Стойкая")
    chris = desk.of(CHRIS, "/chats?folder=new")
    chris.allow()
    chris.reconnects_soon()
    vera.writes("Сначала всё хорошо")
    chris.row("Сначала всё хорошо").locator("a").click()
    chris.answer("И отвечаем")
    expect(chris.message("И отвечаем")).to_have_attribute("data-status", "sent")

    demo.instance.kill("web")
    try:
        vera.writes("Кто-нибудь здесь?")  # Telegram keeps what it could not deliver
        expect(chris.find(".net")).to_be_visible()
        chris.answer("Сейчас вернёмся")
        failed = chris.message("Сейчас вернёмся")
        expect(failed).to_have_attribute("data-status", "failed")
        expect(failed).to_contain_text("нет связи")
        chris.check()
    finally:
        demo.instance.begin("web")
    assert demo.telegram.deliver_pending() == 1
    failed.get_by_role("button", name="Повторить").click()
    expect(chris.find(".net")).to_be_hidden()
    for text in ("Сначала всё хорошо", "И отвечаем", "Кто-нибудь здесь?", "Сейчас вернёмся"):
        expect(chris.message(text)).to_have_count(1)
    expect(failed).to_have_attribute("data-status", "sent")
    assert demo.received("Сейчас вернёмся") == 1
