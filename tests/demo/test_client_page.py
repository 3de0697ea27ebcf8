"""The simulated client's page: what is written there arrives, what operators answer is read there."""

import io
import json
from types import SimpleNamespace

from c2d.core.db import db
from c2d.core.tenancy import company
from c2d.demo.channels import demo_channel_for
from c2d.demo.links import client_url, token_for
from tests.support import factories
from tests.support.updates import rows, take_in

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080200000090775 3de0000000c4944415408d763f8cfc000000301"
    "0100c9fe92ef0000000049454e44ae426082".replace(" ", "")
)


def say(browser, line, text: str, who: int = 1, **options):
    return browser.post(f"{line.page}/messages?who={who}", data={"text": text}, **options)


def dialog_of(line) -> int:
    [found] = rows("SELECT id FROM dialogs WHERE channel_id = %(channel)s", channel=line.channel_id)
    return found.id


def test_what_the_client_writes_arrives_through_intake(browser, line):
    assert say(browser, line, "Здравствуйте").status_code == 303
    assert rows("SELECT state FROM inbound_deliveries")[0].state == 0
    assert take_in() == 1
    [message] = rows("SELECT kind, text FROM messages")
    assert (message.kind, message.text) == ("from_client", "Здравствуйте")
    [dialog] = rows("SELECT transport, unread, name FROM dialogs")
    assert (dialog.transport, dialog.unread, dialog.name) == ("demo", 1, "Демо-клиент")


def test_the_page_shows_what_is_still_underway(browser, line):
    say(browser, line, "Только что")
    assert "Только что" in browser.get(line.page).text


def test_the_page_shows_the_operators_answer_and_tells_that_it_was_read(browser, line):
    say(browser, line, "Есть кто?")
    take_in()
    factories.message(dialog_of(line), "Да, слушаю вас", "to_client", status="delivered", provider_id="900")
    assert "Да, слушаю вас" in browser.get(f"{line.page}/log", htmx=True).text
    take_in()
    assert rows("SELECT status FROM messages WHERE provider_id = '900'")[0].status == "read"


def test_comments_queued_and_failed_messages_never_show(browser, line):
    say(browser, line, "Вопрос")
    take_in()
    dialog = dialog_of(line)
    factories.message(dialog, "между нами", "comment", status="")
    factories.message(dialog, "ещё в пути", "to_client", status="queued")
    factories.message(dialog, "не дошло", "to_client", status="failed")
    page = browser.get(line.page).text
    assert "Вопрос" in page
    assert not any(words in page for words in ("между нами", "ещё в пути", "не дошло"))


def test_a_tapped_button_arrives_as_a_press_and_is_marked(browser, line):
    say(browser, line, "Меню")
    take_in()
    buttons = {"buttons": [{"title": "Новости", "payload": "news"}, {"title": "Офисы", "payload": "offices"}]}
    id = factories.message(dialog_of(line), "Выберите", "bot", status="delivered", provider_id="901", content=buttons)
    assert "Офисы" in browser.get(line.page).text
    assert browser.post(f"{line.page}/presses", data={"message": id, "button": 1}).status_code == 303
    take_in()
    [press] = rows("SELECT text, content FROM messages WHERE content ? 'picked'")
    assert press.text == "Офисы" and press.content["picked"]["payload"] == "offices"
    [menu] = rows("SELECT content FROM messages WHERE id = %(id)s", id=id)
    assert [bool(b.get("picked")) for b in menu.content["buttons"]] == [False, True]


def test_a_picture_is_handed_over_by_address(browser, line):
    data = {"text": "", "picture": (io.BytesIO(PIXEL), "цветок.png")}
    assert browser.post(f"{line.page}/messages", data=data).status_code == 303
    body = json.loads(bytes(rows("SELECT body FROM inbound_deliveries")[0].body))
    [file] = body["message"]["attachments"]
    fetched = browser.get(file["url"].removeprefix("http://localhost"))
    assert fetched.status_code == 200 and fetched.data == PIXEL


def test_what_is_not_a_picture_is_refused_and_the_words_are_kept(browser, line):
    data = {"text": "вот файл", "picture": (io.BytesIO(b"<svg onload=alert(1)>"), "a.png")}
    answer = browser.post(f"{line.page}/messages", data=data)
    assert answer.status_code == 422 and "вот файл" in answer.text and "Выберите картинку" in answer.text
    assert not rows("SELECT 1 FROM inbound_deliveries")


def test_an_empty_message_is_refused(browser, line):
    assert say(browser, line, "  ").status_code == 422
    assert say(browser, line, "", htmx=True).status_code == 422


def test_two_clients_do_not_see_each_other(browser, line):
    say(browser, line, "от первого")
    say(browser, line, "от второго", who=2)
    take_in()
    assert "от второго" not in browser.get(line.page).text
    assert "от второго" in browser.get(f"{line.page}?who=2").text
    assert len(rows("SELECT id FROM dialogs")) == 2


def test_with_htmx_the_answer_is_an_empty_form_and_the_conversation(browser, line):
    answer = say(browser, line, "Привет", htmx=True)
    assert answer.status_code == 200 and "hx-swap-oob" in answer.text and "Привет" in answer.text
    assert "<html" not in answer.text


def test_wrong_tokens_are_404(app, browser, line, cast, romashka):
    foreign = token_for(cast.chuzhaya, line.channel_id)
    telegram = token_for(romashka, factories.channel())
    for token in ("guess", foreign, telegram, line.page.rsplit("/", 1)[1][:-1]):
        for address in ("", "/log", "/files/1", "/pictures/x"):
            assert browser.get(f"/demo/client/{token}{address}").status_code == 404
        assert browser.post(f"/demo/client/{token}/messages", data={"text": "x"}).status_code == 404
    assert not rows("SELECT 1 FROM inbound_deliveries")


def test_the_page_of_one_company_shows_no_file_of_another(browser, line, cast, romashka):
    say(browser, line, "Здравствуйте")
    take_in()
    other = factories.message(factories.dialog(), "файл", has_files=True)
    file = factories.attachment(other, storage_key="aa/bb/" + "0" * 32)
    assert browser.get(f"{line.page}/files/{file}").status_code == 404


def test_every_company_can_have_a_demo_channel(app, cast):
    with company(cast.chuzhaya), app.test_request_context():
        channel = demo_channel_for("Демо")
        assert client_url(channel).startswith("/demo/client/")
        db.session.commit()
    assert client_url(SimpleNamespace(transport="telegram", company_id=1, id=1)) is None
