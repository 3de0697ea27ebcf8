"""The team, as a new user tries it: a role made and given, a right and a session taken, a colleague invited."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import expect

from tests.support.demo_run import ADMIN, YURA
from tests.support.roles_screen import box, make, switch

NEW, ANSWER = "Видеть и забирать новые чаты", "Отвечать клиентам"


@pytest.fixture
def yura(demo):
    """His e-mail; his own role comes back at the end."""
    email = demo.logins[YURA]["email"]
    [(before,)] = demo.ask("SELECT role_id FROM operators WHERE email = %s", email)
    yield email
    demo.tell("UPDATE operators SET role_id = %s WHERE email = %s", before, email)


@pytest.fixture
def newcomer(demo):
    """The e-mail of somebody who is invited; nobody has it any more at the end."""
    email = "nina.new@demo.example"
    yield email
    demo.tell("UPDATE operators SET deleted_at = now() WHERE email = %s", email)


def sign_in(window, email: str, password: str) -> None:
    window.page.fill("[name=email]", email)
    window.page.fill("[name=password]", password)
    window.page.get_by_role("button", name="Войти").click()


def give(admin, role: str) -> None:
    """Юра gets the role on his page, which the list leads to."""
    admin.open("/settings/operators?q=Борисов")
    admin.page.get_by_role("link", name="Борисов").click()
    section = admin.find("#role")
    section.get_by_label("Роль").select_option(label=role)
    section.get_by_role("button", name="Сохранить").click()
    expect(admin.find("#role")).to_contain_text("Сохранено")


def end_sessions(admin) -> None:
    admin.open("/settings/sessions?q=Борисов")
    admin.find("summary", "Юра Борисов").click()
    admin.page.get_by_role("button", name="Завершить все: Юра Борисов").click()


def is_put_out(window, asked_at: float) -> None:
    expect(window.page).to_have_url(re.compile("/login"), timeout=3_000)
    assert time.perf_counter() - asked_at < 3
    expect(window.find(".note")).to_contain_text("Этот сеанс завершил администратор")
    window.check()


def test_a_role_is_made_given_lived_with_and_taken_apart_while_its_holder_works(demo, desk, yura):
    demo.client("Фаина", "Дежурная").writes("Вы работаете сегодня?")
    admin = desk.of(ADMIN, "/settings/roles")
    make(admin, "Дежурный", NEW, ANSWER)
    give(admin, "Дежурный")
    admin.check()

    window = desk.anyone("/login")
    sign_in(window, yura, demo.logins[YURA]["password"])
    window.page.wait_for_url("**/chats*")
    # one section: chats, and nothing of the settings, neither shown nor by address
    rail = window.find(".rail")
    expect(rail.get_by_role("link", name="Чаты")).to_be_visible()
    expect(rail.get_by_role("link", name="Настройки")).to_have_count(0)
    for path in ("/settings/operators", "/settings/roles", "/settings/sessions", "/settings/basic"):
        assert window.page.request.get(demo.url + path).status == 403
    assert window.page.request.get(demo.url + "/chats?folder=new").ok
    # two actions: what is new is seen, taken and answered
    window.open("/chats?folder=new")
    window.row("Вы работаете сегодня?").locator("a").click()
    expect(window.message("Вы работаете сегодня?")).to_be_visible()
    window.act("Забрать")
    expect(window.find(".send.for-reply kbd")).to_have_text("Ввод")
    window.answer("Да, до восьми")
    expect(window.message("Да, до восьми")).to_have_attribute("data-status", "sent")
    # and no others
    head = window.find(".convo-head")
    for name in ("Закрыть чат", "Передать"):
        expect(head.locator("button, a").filter(has_text=name).locator("visible=true")).to_have_count(0)
    expect(window.page.get_by_role("radio", name="Комментарий")).to_have_count(0)
    expect(window.find("#card").get_by_role("link", name=re.compile("править|Добавить"))).to_have_count(0)
    window.check()

    # another window of his hears nothing; in it he goes on writing when the right is gone
    deaf = desk.anyone(window.page.url.removeprefix(demo.url), storage_state=window.page.context.storage_state(),
                       prepare=lambda page: page.route_web_socket(re.compile("/live"), lambda socket: None))
    deaf.type("И завтра тоже")
    admin.open("/settings/roles?tab=actions")
    switch(admin, ANSWER, "Дежурный")
    expect(window.find(".foot")).to_contain_text("Ваша роль не пишет в чатах")
    deaf.allow()
    deaf.allow("403")
    deaf.find("#text").press("Enter")
    expect(deaf.find(".toast")).to_contain_text(f"Нет прав: {ANSWER}")
    expect(deaf.page.locator("body")).to_contain_text("И завтра тоже")
    deaf.check()
    assert demo.received("Да, до восьми") == 1 and demo.received("И завтра тоже") == 0
    assert demo.ask("SELECT 1 FROM messages WHERE text = 'И завтра тоже'") == []
    deaf.page.context.close()

    end_sessions(admin)
    is_put_out(window, time.perf_counter())
    expect(admin.find("#active")).to_contain_text("Нет активных сессий")
    admin.has_focus()
    desk.forget(YURA)


def test_on_a_phone_a_role_is_given_and_a_session_ended(demo, desk, yura):
    admin = desk.of(ADMIN, "/settings/roles", 390)
    make(admin, "Сменный", NEW)
    expect(box(admin, NEW, "Сменный")).to_be_checked()
    give(admin, "Сменный")
    admin.check()
    phone = desk.anyone("/login", 390)
    sign_in(phone, yura, demo.logins[YURA]["password"])
    phone.page.wait_for_url("**/chats*")
    expect(phone.find(".rail").get_by_role("link")).to_have_count(1)
    end_sessions(admin)
    is_put_out(phone, time.perf_counter())
    desk.forget(YURA)


def test_who_is_invited_comes_in_sets_up_a_second_factor_and_goes_offline_with_a_chat(demo, desk, newcomer):
    demo.client("Зоя", "Ждущая").writes("Примите заказ")
    admin = desk.of(ADMIN, "/settings/operators")
    admin.page.get_by_role("link", name="Создать оператора").click()
    admin.page.get_by_label("E-mail", exact=True).fill(newcomer)
    admin.page.get_by_label("Имя", exact=True).fill("Нина")
    admin.page.get_by_role("button", name="Создать оператора").click()
    expect(admin.page.get_by_role("heading", name="Ссылка-приглашение")).to_be_visible()
    admin.check()
    link = admin.find(".pick").inner_text()

    window = desk.anyone(link.removeprefix(demo.url), 390)
    expect(window.page.locator("form")).to_contain_text(newcomer)
    window.check()
    window.page.fill("[name=password]", "tikhaya-gavan-77")
    window.page.get_by_role("button", name="Войти").click()
    window.page.wait_for_url("**/chats*")

    window.open("/account/security")
    window.page.get_by_role("link", name="Настроить").or_(window.page.get_by_role("button", name="Настроить")).click()
    window.check()
    secret = pyotp.TOTP(window.find(".pick").inner_text().replace(" ", ""))
    window.page.get_by_label("Код из приложения").fill(secret.now())
    window.page.get_by_role("button", name="Включить").click()
    expect(window.page.get_by_role("heading", name="Резервные коды")).to_be_visible()
    [code, *_] = window.find("pre.pick").inner_text().split()
    window.check()
    window.page.get_by_role("link", name="Коды сохранены").click()

    # offline with an open chat: asked first, and nothing changed until it is answered
    window.open("/chats?folder=new")
    window.row("Примите заказ").locator("a").click()
    expect(window.message("Примите заказ")).to_be_visible()
    window.act("Забрать")
    expect(window.find(".log .event", "забрал")).to_be_visible()
    window.open("/chats?folder=my")
    window.page.get_by_role("button", name=re.compile("^Аккаунт")).click()
    account = window.find("#account")
    account.get_by_text("Офлайн").click()
    expect(account.get_by_role("heading", name="Передать 1 открытый чат?")).to_be_focused()
    window.check()
    account.get_by_role("link", name="Отмена").click()
    expect(account.get_by_role("heading")).to_have_count(0)
    expect(account.get_by_role("radio", name="Онлайн")).to_be_checked()
    window.has_focus()
    account.get_by_text("Офлайн").click()
    account.get_by_role("button", name="Передать").click()
    expect(account.get_by_role("radio", name="Офлайн")).to_be_checked()
    window.has_focus()
    assert demo.ask("SELECT d.id FROM dialogs d JOIN operators o ON o.id = d.operator_id WHERE o.email = %s", newcomer) == []

    account.get_by_role("button", name="Выйти").click()
    sign_in(window, newcomer, "tikhaya-gavan-77")
    expect(window.page.get_by_role("heading", name="Второй шаг")).to_be_visible()
    window.allow("422")
    window.page.get_by_label("Код из приложения").fill("000000")
    window.page.get_by_role("button", name="Войти").click()
    expect(window.page.get_by_role("alert")).to_contain_text("Код неверный или уже использован")
    window.check()
    window.page.get_by_label("Код из приложения").fill(secret.at(int(time.time()) + 30))  # the one of now is used up
    window.page.get_by_role("button", name="Войти").click()
    window.page.wait_for_url("**/chats*")

    # without the phone: a recovery code, once
    other = desk.anyone("/login")
    sign_in(other, newcomer, "tikhaya-gavan-77")
    other.page.get_by_role("link", name="Резервный код").click()
    other.page.get_by_label("Резервный код").fill(code)
    other.page.get_by_role("button", name="Войти").click()
    other.page.wait_for_url("**/chats*")
