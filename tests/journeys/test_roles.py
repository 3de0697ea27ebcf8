"""A role of the company's own: made, given, lived with, and a right taken away while somebody works."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.demo_run import ADMIN, YURA
from tests.support.roles_screen import box, make, tab

NO_SOCKET = re.compile("/live")


@pytest.fixture
def yura(demo):
    """Юра gets the role that is given to him, and his own one back."""
    email = demo.logins[YURA]["email"]
    [(before,)] = demo.ask("SELECT role_id FROM operators WHERE email = %s", email)

    def becomes(name: str) -> None:
        demo.tell("UPDATE operators o SET role_id = r.id FROM roles r"
                  " WHERE o.email = %s AND r.company_id = o.company_id AND r.name = %s", email, name)

    yield becomes
    demo.tell("UPDATE operators SET role_id = %s WHERE email = %s", before, email)


def test_an_operator_sees_what_the_role_gives_and_is_refused_politely(demo, desk, yura):
    client = demo.client("Роза", "Ролевая")
    client.writes("Есть кто живой")
    admin = desk.of(ADMIN, "/settings/roles")
    make(admin, "Диспетчер", "Видеть и забирать новые чаты", "Закрывать и открывать чаты")
    yura("Диспетчер")

    # exactly that: chats, those that are new, and closing them
    window = desk.of(YURA, "/chats?folder=new")
    expect(window.find(".rail").get_by_role("link", name="Настройки")).to_have_count(0)
    window.row("Есть кто живой").locator("a").click()
    expect(window.message("Есть кто живой")).to_be_visible()
    expect(window.find(".convo-head").get_by_role("button", name="Закрыть чат").first).to_be_visible()
    expect(window.find(".convo-head").get_by_role("link", name="Передать")).to_be_hidden()
    expect(window.find(".foot")).to_contain_text("Ваша роль не пишет в чатах")
    expect(window.find("#text")).to_have_count(0)
    expect(window.find("#card").get_by_role("link", name=re.compile("править|Добавить"))).to_have_count(0)
    window.check()

    # another window of his has no live connection, and does not hear that the right is gone
    deaf = desk.of(YURA, "/chats?folder=new", prepare=lambda page: page.route_web_socket(NO_SOCKET, lambda socket: None))
    deaf.row("Есть кто живой").locator("a").click()
    close = deaf.find(".convo-head").get_by_role("button", name="Закрыть чат").first
    expect(close).to_be_visible()

    box(admin, "Закрывать и открывать чаты", "Диспетчер").click()
    expect(admin.find("#saved")).to_contain_text("Закрывать и открывать чаты")
    expect(window.find(".convo-head").get_by_role("button", name="Закрыть чат").first).to_be_hidden()
    deaf.allow()
    deaf.allow("403")
    close.click()
    expect(deaf.find(".toast")).to_contain_text("Нет прав: Закрывать и открывать чаты")
    assert demo.ask("SELECT state FROM dialogs WHERE id = %s", client.chat["id"] if "id" in client.chat else 0) != [("closed",)]

    # the section itself goes while the page is open
    tab(admin, "Доступ к разделам")
    window.allow("403")
    box(admin, "Чаты", "Диспетчер").click()
    expect(window.find(".rail").get_by_role("link", name="Чаты")).to_have_count(0)
    assert deaf.page.goto(f"{deaf.url}/chats").status == 403


@pytest.mark.parametrize("width", [1440, 390])
def test_an_administrator_looks_with_the_eyes_of_a_role_and_deletes_it(demo, desk, yura, width):
    admin = desk.of(ADMIN, "/settings/roles", width)
    name = f"Ученик {width}"
    [(company,)] = demo.ask("SELECT company_id FROM roles WHERE name = 'Стажер'")
    demo.tell("INSERT INTO roles (company_id, base, name, created_at) VALUES (%s, 'operator', %s, now())", company, name)
    demo.tell("INSERT INTO role_grants (company_id, role_id, permission, allowed)"
              " SELECT company_id, id, 'chats', true FROM roles WHERE name = %s", name)
    yura(name)
    [(id,)] = demo.ask("SELECT id FROM roles WHERE name = %s", name)
    admin.open(f"/settings/roles?role={id}")
    menu = admin.page.get_by_role("button", name=f"Действия с ролью {name}")
    menu.click()
    admin.check()
    admin.allow("403")  # the page that is being left fetches itself once more
    admin.page.get_by_role("button", name="Посмотреть как эта роль").click()
    banner = admin.find("#preview-banner")
    expect(banner).to_contain_text(f"Вы смотрите глазами роли «{name}»")
    expect(admin.find(".rail").get_by_role("link", name="Настройки")).to_have_count(0)
    admin.check()
    banner.get_by_role("button", name="Выйти из просмотра").click()
    expect(admin.page.get_by_role("heading", name="Роли и права доступа")).to_be_visible()
    expect(banner).to_have_count(0)

    admin.open(f"/settings/roles?role={id}")
    menu.click()
    admin.find(".pop:popover-open").get_by_role("link", name="Удалить").click()
    dialog = admin.find("#dlg")
    admin.allow("422")
    dialog.get_by_role("button", name="Удалить").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Выберите роль")
    admin.check()
    dialog.get_by_label("Какую роль получат её операторы").select_option(label="Оператор")
    dialog.get_by_role("button", name="Удалить").click()
    expect(admin.find("#saved")).to_contain_text("Сохранено")
    expect(admin.find(".matrix th", name)).to_have_count(0)
    assert demo.ask("SELECT r.base, r.name FROM operators o JOIN roles r ON r.company_id = o.company_id AND r.id = o.role_id"
                    " WHERE o.email = %s", demo.logins[YURA]["email"]) == [("operator", None)]
