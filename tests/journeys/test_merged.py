"""One client, two dialogs: switching between them, and both as one log, in two windows."""

import pytest
from playwright.sync_api import expect

from tests.support.demo_run import ADMIN, RYAN


@pytest.mark.parametrize("width", [1440, 390])
def test_two_dialogs_of_a_client_are_switched_and_read_together(demo, desk, width):
    first, second = (demo.client(name, f"Двойная{width}") for name in ("Инна", "Инна2"))
    first.writes(f"Из первого {width}")
    second.writes(f"Из второго {width}")
    admin, ryan = (desk.of(person, "/chats?folder=new", width) for person in (ADMIN, RYAN))
    for window in (admin, ryan):
        expect(window.row(f"Из второго {width}")).to_be_visible()
    home, other = _on_one_card(demo, f"Из первого {width}", f"Из второго {width}")
    for window in (admin, ryan):
        window.open(f"/chats/{home}")
        expect(window.message(f"Из первого {width}")).to_be_visible()

    # the channel's picker, by keyboard
    picker = admin.find(".via-pick")
    picker.focus()
    admin.page.keyboard.press("Enter")
    expect(admin.find(f"#via-{home} a")).to_have_count(2)
    admin.check()
    admin.find(f"#via-{home} a[href='/chats/{other}']").press("Enter")
    expect(admin.message(f"Из второго {width}")).to_be_visible()
    expect(admin.page).to_have_url(f"{demo.url}/chats/{other}")
    admin.has_focus()

    # together; the card's list, where it has room, marks the open one
    admin.page.get_by_role("link", name="Все диалоги клиента").click()
    for text in ("Из первого", "Из второго"):
        expect(admin.message(f"{text} {width}").locator(".via-mark")).to_be_visible()
    admin.has_focus()
    admin.check()
    if width == 1440:
        expect(admin.find("#card .dialogs [aria-current]")).to_have_attribute("href", f"/chats/{other}")
    ryan.page.get_by_role("link", name="Все диалоги клиента").click()

    # what comes into either is in both windows; the answer goes where the composer says
    first.writes(f"Снова первый {width}")
    for window in (admin, ryan):
        expect(window.message(f"Снова первый {width}")).to_have_count(1)
    admin.answer(f"Ответ второму {width}")
    for window in (admin, ryan):
        expect(window.message(f"Ответ второму {width}")).to_have_count(1)
        expect(window.message(f"Ответ второму {width}")).to_have_attribute("data-status", "sent")
    sent = demo.ask("SELECT dialog_id FROM messages WHERE text = %s", f"Ответ второму {width}")
    assert sent == [(other,)]

    # after a lost connection nothing lacks and nothing is doubled
    admin.allow()
    admin.reconnects_soon()
    admin.page.context.set_offline(True)
    first.writes(f"Пока без связи {width}")
    expect(ryan.message(f"Пока без связи {width}")).to_have_count(1)
    admin.page.context.set_offline(False)
    expect(admin.message(f"Пока без связи {width}")).to_have_count(1)

    # reloaded it is the same, and one click leads back
    admin.page.reload()
    expect(admin.message(f"Снова первый {width}")).to_have_count(1)
    admin.page.get_by_role("link", name="Этот диалог").click()
    expect(admin.message(f"Снова первый {width}")).to_have_count(0)


def _on_one_card(demo, first: str, second: str) -> list[int]:
    """The dialogs of these two messages, their clients put on one card."""
    rows = [demo.ask("SELECT d.id, d.card_id, d.client_id, d.company_id FROM dialogs d JOIN messages m ON m.dialog_id = d.id"
                     " AND m.company_id = d.company_id WHERE m.text = %s", text)[0] for text in (first, second)]
    (home, card, _, company), (other, _, client, _) = rows
    demo.tell("UPDATE clients SET card_id = %s WHERE company_id = %s AND id = %s", card, company, client)
    demo.tell("UPDATE dialogs SET card_id = %s WHERE company_id = %s AND id = %s", card, company, other)
    return [home, other]
