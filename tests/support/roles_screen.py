"""What an administrator does by the screen of roles, in a window of a browser."""

from playwright.sync_api import Locator, expect

from tests.support.windows import Window


def box(window: Window, right: str, role: str) -> Locator:
    return window.page.get_by_role("checkbox", name=f"{right}: {role}", exact=True)


def switch(window: Window, right: str, role: str) -> None:
    """Give the right, or take it away."""
    box(window, right, role).click()
    expect(window.find("#saved")).to_contain_text(f"Сохранено: «{right}» для роли «{role}»")


def tab(admin: Window, name: str) -> None:
    """Its boxes answer only when the scripts of the new page run."""
    with admin.page.expect_navigation(wait_until="load"):
        admin.page.get_by_role("link", name=name, exact=True).click()


def make(admin: Window, name: str, *actions: str) -> None:
    """A role with the section «Чаты» and these actions."""
    admin.open("/settings/roles")
    admin.page.get_by_role("link", name="Добавить роль").click()
    dialog = admin.find("#dlg")
    expect(dialog.get_by_role("heading", name="Новая роль")).to_be_focused()
    admin.check()
    admin.allow("422")
    dialog.get_by_role("button", name="Добавить").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Дайте роли название")
    dialog.get_by_label("Название роли").fill(name)
    dialog.get_by_role("button", name="Добавить").click()
    expect(admin.find("#saved")).to_contain_text("Сохранено")
    switch(admin, "Чаты", name)
    tab(admin, "Действия")
    for action in actions:
        switch(admin, action, name)
    admin.check()
