"""What else clients do than write: edit, delete, react, press, share, block."""

import json

import pytest

from c2d.core.db import db
from c2d.core.sql import scoped
from tests.support import factories
from tests.support.updates import Line, press, rows, text_update, update


@pytest.fixture
def line(app, romashka):
    return Line(app.test_client(), factories.channel())


def test_an_edit_changes_the_text_and_keeps_the_old_words(line):
    line.tell(text_update(text="Привет", message_id=5))
    line.tell(update("edited_message", {"message_id": 5, "edit_date": 1_790_000_100, "text": "Привет!"}))
    [message] = rows("SELECT text, edited_at, content FROM messages")
    assert message.text == "Привет!" and message.edited_at
    assert [old["text"] for old in message.content["edits"]] == ["Привет"]
    assert rows("SELECT preview, unread FROM dialogs") == [("Привет!", 1)]
    assert _last_event() == ("message_changed", {"change": "edited"})


def test_an_edit_that_changes_nothing_is_not_shown(line):
    line.tell(text_update(text="Привет", message_id=5))
    line.tell(update("edited_message", {"message_id": 5, "edit_date": 1_790_000_100, "text": "Привет"}))
    assert rows("SELECT edited_at FROM messages")[0].edited_at is None
    assert _last_event()[0] == "message_received"


def test_the_edit_of_a_message_we_never_got_is_shown_as_a_message(line):
    line.tell(update("edited_message", {"message_id": 5, "edit_date": 1_790_000_100, "text": "Правка"}))
    line.tell(text_update(text="Черновик", message_id=5))
    [message] = rows("SELECT text, edited_at FROM messages")
    assert message.text == "Правка" and message.edited_at


def test_ids_of_one_chat_never_touch_another(line):
    line.tell(text_update(peer=1, text="мое", message_id=5), text_update(peer=2, text="чужое", message_id=5))
    line.tell(update("edited_message", {"message_id": 5, "edit_date": 1_790_000_100, "text": "новое"}, peer=1))
    assert [m.text for m in rows("SELECT text FROM messages ORDER BY id")] == ["новое", "чужое"]


def test_a_reaction_is_put_on_the_message_and_taken_off(line):
    line.tell(text_update(message_id=5))
    for emojis in (["👍"], []):
        line.tell(update("message_reaction", {
            "message_id": 5, "user": {"id": 7, "first_name": "П"},
            "new_reaction": [{"type": "emoji", "emoji": emoji} for emoji in emojis]}))
        assert rows("SELECT content FROM messages")[0].content["reactions"] == emojis


def test_a_deleted_message_is_marked_and_kept(line_external):
    line_external.tell(_own("message", {"id": "1", "text": "зря"}), _own("deleted", {"id": "1"}))
    [message] = rows("SELECT text, deleted_at FROM messages")
    assert message.text == "зря" and message.deleted_at


def test_a_pressed_button_becomes_a_message_and_is_marked_where_it_stood(line):
    asked = _asked(line)
    line.tell(press("b:1", 900))
    [message] = rows("SELECT id, text, content, kind FROM messages WHERE kind = 'from_client' AND text = 'Да'")
    assert message.content["picked"] == {"title": "Да", "payload": "yes", "message_id": asked}
    [source] = rows("SELECT content FROM messages WHERE id = %(id)s", id=asked)
    assert [b.get("picked", False) for b in source.content["buttons"]] == [True, False]
    [pressed] = rows("SELECT particulars FROM event_records WHERE kind = 'button_pressed'")
    assert pressed.particulars == {"payload": "yes", "title": "Да", "source_message_id": asked}


def test_the_same_press_twice_counts_once_and_another_press_counts_again(line):
    _asked(line)
    once = press("b:1", 900)
    line.tell(once, once, {**once, "update_id": 3})
    # the third delivery has an id of its own, so it is a press of its own
    assert len(rows("SELECT 1 FROM event_records WHERE kind = 'button_pressed'")) == 2
    line.tell(press("b:2", 900))
    assert {r.text for r in rows("SELECT text FROM messages WHERE kind = 'from_client'")} >= {"Да", "Нет"}


def test_a_key_of_another_clients_message_stands_for_nothing_and_is_shown_to_nobody(line):
    _asked(line)
    line.tell(press("b:1", 1, peer=8))
    [message] = rows("SELECT text, content FROM messages WHERE content ? 'picked'")
    assert message.text == "" and message.content["unsupported"] == "button"
    assert message.content["picked"] == {"title": "", "payload": "b:1"}
    assert rows("SELECT 1 FROM dialogs WHERE preview LIKE '%%b:1%%'") == []


def test_a_blocked_bot_is_a_line_of_the_journal(line):
    line.tell(text_update())
    line.tell(update("my_chat_member", {"new_chat_member": {"status": "kicked"}}))
    assert _last_event()[0] == "channel_blocked_by_client"


def test_a_place_a_contact_and_a_quote_are_kept(line):
    line.tell(text_update(text="сначала", message_id=5))
    line.tell(
        update("message", {"message_id": 6, "location": {"latitude": 55.7, "longitude": 37.6}}),
        update("message", {
            "message_id": 7, "contact": {"phone_number": "79161234567", "first_name": "П", "user_id": 7}}),
        text_update(text="про это", message_id=8, reply_to_message={"message_id": 5}),
    )
    first, place, contact, reply = rows("SELECT id, content, quote_id FROM messages ORDER BY id")
    assert place.content["location"]["latitude"] == 55.7 and contact.content["contact"]["phone"] == "79161234567"
    assert reply.quote_id == first.id
    assert "+79161234567" in [p.number for p in rows("SELECT number FROM card_phones")]


def test_a_message_from_the_companys_phone_stops_the_waiting(line_external):
    line_external.tell(_own("message", {"id": "1", "text": "Ау"}))
    line_external.tell(_own("message", {"id": "2", "text": "Мы тут", "echo": True}))
    [dialog] = rows("SELECT waiting_since, unread, preview_out FROM dialogs")
    assert dialog == (None, 0, True)
    assert [(m.kind, m.imported) for m in rows("SELECT kind, imported FROM messages ORDER BY id")] == [
        ("from_client", False), ("to_client", True)]
    assert _last_event()[0] == "message_imported"


def test_a_client_who_renames_themselves_is_followed_but_not_over_an_operators_name(line):
    line.tell(text_update(peer=1), text_update(peer=2))
    scoped("""UPDATE client_cards SET name = 'Мой клиент' WHERE company_id = %(company)s
              AND id = (SELECT card_id FROM clients WHERE external_id = '2' AND company_id = %(company)s)""").run()
    db.session.commit()
    for peer in (1, 2):
        body = text_update(peer=peer)
        body["message"]["from"]["last_name"] = "Новая"
        line.tell(body)
    assert sorted(c.name for c in rows("SELECT name FROM client_cards")) == ["Мой клиент", "Павел Новая"]
    assert "Павел Новая" in [d.name for d in rows("SELECT name FROM dialogs")]


@pytest.fixture
def line_external(app, romashka, monkeypatch):
    monkeypatch.setattr("c2d.channels.adapters.own_json.is_signed", lambda *_: True)
    return Line(app.test_client(), factories.channel("external"))


def _own(kind: str, inner: dict) -> bytes:
    return json.dumps({"client": {"id": "7", "name": "Павел"}, kind: inner}).encode()


def _asked(line) -> int:
    """A message of ours with two buttons in the dialog of client 7."""
    line.tell(text_update())
    [dialog] = rows("SELECT id FROM dialogs")
    buttons = [{"title": "Да", "payload": "yes", "key": "b:1"}, {"title": "Нет", "payload": "no", "key": "b:2"}]
    id = factories.message(dialog.id, "Едем?", "to_client", provider_id="900", content={"buttons": buttons})
    for button in buttons:
        scoped("""INSERT INTO button_keys (company_id, message_id, key, title, payload)
                  VALUES (%(company)s, %(id)s, %(key)s, %(title)s, %(payload)s)""").run(id=id, **button)
    db.session.commit()
    return id


def _last_event() -> tuple:
    last = rows("SELECT kind, particulars FROM event_records ORDER BY seq")[-1]
    return last.kind, last.particulars
