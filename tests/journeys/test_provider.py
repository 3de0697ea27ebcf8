"""The provider is down, then refuses: the operator sees it and loses nothing."""

import pytest
from playwright.sync_api import expect

from tests.support.demo_run import ADMIN


@pytest.fixture
def chat(demo, desk):
    petr = demo.client("Пётр", "Терпеливый")
    admin = desk.of(ADMIN, "/chats?folder=new")
    said = f"Вопрос от {petr.id}"
    petr.writes(said)
    admin.row(said).locator("a").click()
    expect(admin.message(said)).to_be_visible()
    yield admin
    demo.telegram.state.down = False
    demo.telegram.state.faults.clear()


def test_a_provider_that_is_down_gets_it_later(demo, chat):
    demo.telegram.state.down = True
    chat.answer("Дождётся своего часа")
    waiting = chat.message("Дождётся своего часа")
    expect(waiting).to_have_attribute("data-status", "queued")
    expect(waiting.locator(".meta")).to_contain_text("в очереди")
    chat.check()
    demo.telegram.state.down = False
    expect(waiting).to_have_attribute("data-status", "sent")
    expect(waiting).to_have_count(1)
    assert demo.received("Дождётся своего часа") == 1


def test_a_refusal_is_told_and_may_be_repeated(demo, chat):
    demo.telegram.fails(method="sendMessage", status=403, description="Forbidden: bot was blocked by the user")
    chat.answer("Сначала не вышло")
    failed = chat.message("Сначала не вышло")
    expect(failed).to_have_attribute("data-status", "failed")
    expect(failed.locator(".fail")).to_contain_text("Не отправлено")
    expect(failed.locator(".fail")).to_contain_text("blocked by the user")
    chat.check()
    failed.get_by_role("button", name="Повторить").click()
    expect(failed).to_have_attribute("data-status", "sent")
    expect(failed.locator(".fail")).to_have_count(0)
    assert demo.received("Сначала не вышло") == 1


def test_what_failed_can_be_taken_away(demo, chat):
    demo.telegram.fails(method="sendMessage", status=400, description="Bad Request: chat not found")
    chat.answer("Лишнее")
    failed = chat.message("Лишнее")
    expect(failed).to_have_attribute("data-status", "failed")
    failed.get_by_role("button", name="Удалить").click()
    expect(failed).to_have_count(0)
    assert demo.received("Лишнее") == 0
