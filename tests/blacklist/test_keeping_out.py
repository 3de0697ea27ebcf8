"""What becomes of a blocked client's messages: kept, and out of the chats."""

import json
from datetime import timedelta

import pytest

from c2d.blacklist import blocking
from c2d.companies import settings
from c2d.core.clock import now
from c2d.core.db import db, in_transaction
from c2d.core.sql import scoped
from c2d.messages import statuses
from tests.support import factories
from tests.support.updates import Line, press, rows, take_in, text_update, update


def test_a_blocked_clients_message_is_stored_and_shown_nowhere(pavel, block, as_, cast):
    block(pavel)
    before = rows("SELECT state, preview, sort_at, unread, waiting_since, last_message_id FROM dialogs")
    events = pavel.events()
    pavel.writes("Сволочи")
    assert pavel.texts() == ["Сволочи"]
    assert rows("SELECT state, preview, sort_at, unread, waiting_since, last_message_id FROM dialogs") == before
    assert len(rows("SELECT 1 FROM requests WHERE closed_at IS NULL")) == 0
    assert pavel.events() == [*events, "message_withheld"]
    for address in ("/chats?folder=all", "/chats?folder=new", "/chats?folder=closed"):
        assert "Сволочи" not in as_(cast.anna).get(address).text


def test_blocking_closes_the_open_chat_and_says_so_in_every_dialog(pavel, block, as_, cast):
    other = factories.dialog(pavel.client, operator_id=cast.gleb.id)
    block(pavel, reason="Спам", term="week")
    assert {row.state for row in rows("SELECT state FROM dialogs")} == {"closed"}
    for dialog, reader in ((pavel.dialog, cast.vera), (other, cast.gleb)):
        page = as_(reader).get(f"/chats/{dialog}").text
        assert "Вера Волкова заблокировал(а) клиента до" in page and "Причина: Спам" in page
        assert "Клиент заблокирован: написать ему нельзя" in page and 'id="text"' not in page
    assert rows("SELECT closed_by FROM requests") == [(cast.vera.id,)] * 2


def test_a_chat_is_left_open_when_the_operator_wants_it(pavel, block):
    block(pavel, close="")
    pavel.writes("Ау")
    assert rows("SELECT state, unread FROM dialogs") == [("open", 1)]  # the one from before
    assert pavel.texts() == ["Ау"]


def test_the_fold_is_for_those_who_may_block_and_after_lifting_it_is_history(pavel, block, as_, cast):
    factories.give(pavel.dialog, cast.galya.id)
    factories.right(cast.galya.role_id, "clients.block", False)
    db.session.commit()
    block(pavel, who=cast.boris)
    pavel.writes("Раз")
    pavel.writes("Два")
    seen, galya = as_(cast.boris).get(f"/chats/{pavel.dialog}").text, as_(cast.galya)
    assert "Сообщения заблокированного клиента · 2" in seen and seen.index("Раз") < seen.index("Два")
    assert "Здравствуйте" in galya.get(f"/chats/{pavel.dialog}").text
    for address in ("", "/messages", "/search?q=Раз"):
        assert "Раз<" not in galya.get(f"/chats/{pavel.dialog}{address}", htmx=True).text
    assert "Раз" in as_(cast.boris).get(f"/chats/{pavel.dialog}/search?q=Раз", htmx=True).text
    assert as_(cast.boris).post(f"/clients/{pavel.client}/unblocking").status_code == 303
    pavel.writes("Три")
    page = galya.get(f"/chats/{pavel.dialog}").text
    assert page.index("Здравствуйте") < page.index("Раз<") < page.index("Два<") < page.index("Три<")
    assert page.count("Написано, пока клиент был заблокирован") == 4  # two messages, each as a title and for readers
    assert "withheld-mark" not in page[page.index("Два<") + 300:]


def test_words_of_a_blocked_client_find_no_chat_until_the_block_is_lifted(pavel, block, as_, cast):
    block(pavel)
    pavel.writes("абракадабра")
    found = f'id="row-{pavel.dialog}"'
    boris = as_(cast.boris)
    assert found not in boris.get("/chats?q=абракадабра", htmx=True).text
    boris.post(f"/clients/{pavel.client}/unblocking")
    assert found in boris.get("/chats?q=абракадабра", htmx=True).text


def test_a_file_of_a_blocked_client_is_for_those_who_may_block(pavel, block, as_, cast, monkeypatch):
    block(pavel)
    pavel.writes("с файлом")
    [row] = rows("SELECT id FROM messages WHERE withheld")
    file = factories.attachment(row.id, name="a.pdf", storage_key="нет", mime="application/pdf")
    monkeypatch.setattr("c2d.messages.file_routes.files.open_stored", lambda key: open(__file__, "rb"))  # noqa: SIM115
    factories.give(pavel.dialog, cast.galya.id)
    assert as_(cast.galya).get(f"/files/{file}/a.pdf").status_code == 200
    factories.right(cast.galya.role_id, "clients.block", False)
    db.session.commit()
    assert as_(cast.galya).get(f"/files/{file}/a.pdf").status_code == 404


def test_a_block_holds_for_every_channel_and_the_new_dialog_is_in_no_list(app, pavel, block, as_, cast):
    block(pavel)
    second = Line(app.test_client(), factories.channel(name="Продажи"))
    second.tell(text_update(text="С другого канала"))
    [row] = rows("SELECT id, state FROM dialogs WHERE channel_id = %(id)s", id=second.channel_id)
    assert row.state == "closed" and pavel.texts() == ["С другого канала"]
    anna = as_(cast.anna)
    for folder in ("all", "closed", "new"):
        assert f'id="row-{row.id}"' not in anna.get(f"/chats?folder={folder}", htmx=True).text
    anna.post(f"/clients/{pavel.client}/unblocking")
    second.tell(text_update(text="Простите"))
    assert f'id="row-{row.id}"' in anna.get("/chats?folder=new", htmx=True).text


def test_a_press_and_an_edit_of_a_blocked_client_stir_nothing(pavel, block):
    block(pavel)
    pavel.line.tell(text_update(text="Первое", message_id=77))
    events = pavel.events()
    pavel.line.tell(update("edited_message", {"message_id": 77, "edit_date": 1_790_000_100, "text": "Второе"}))
    pavel.line.tell(press("что-то", 900))
    assert pavel.texts() == ["Второе", "что-то"]
    assert pavel.events()[len(events):] == ["message_changed", "message_withheld"]
    assert "Второе" not in [row.preview for row in rows("SELECT preview FROM dialogs")]


def test_what_the_company_wrote_from_the_phone_is_not_withheld(app, romashka, monkeypatch):
    monkeypatch.setattr("c2d.channels.adapters.own_json.is_signed", lambda *_: True)
    line = Line(app.test_client(), factories.channel("external"))

    def says(**message) -> None:
        line.tell(json.dumps({"client": {"id": "7", "name": "Павел"}, "message": message}).encode())

    says(id="1", text="Вопрос")
    factories.blocked(rows("SELECT card_id FROM clients")[0].card_id)
    says(id="2", text="Мы тут", echo=True)
    says(id="3", text="Еще вопрос")
    assert rows("SELECT text, withheld FROM messages ORDER BY id") == [
        ("Вопрос", False), ("Мы тут", False), ("Еще вопрос", True)]


def test_nobody_blocked_costs_one_statement_for_a_whole_batch(pavel, statements):
    for many in (1, 30):
        for n in range(many):
            pavel.line.post(text_update(peer=100 + n, text="старый"))
        take_in()
        for n in range(many):
            pavel.line.post(text_update(peer=100 + n, text="еще"))
        statements.clear()
        take_in()
        assert len([s for s in statements if "blacklist_entries" in s]) == 1


class TestAutomaticReply:
    @pytest.fixture(autouse=True)
    def words(self, romashka):
        settings.choose(blacklist_reply="Вы заблокированы")
        db.session.commit()

    def test_it_goes_out_once_in_a_day_through_the_outbox(self, pavel, block):
        block(pavel)
        for text in ("Раз", "Два", "Три"):
            pavel.writes(text)
        assert pavel.texts() == ["Раз", "Вы заблокированы", "Два", "Три"]
        assert len(rows("SELECT 1 FROM sendings")) == 1
        [entry] = rows("SELECT replied_at FROM blacklist_entries")
        assert entry.replied_at
        self._replied(ago=timedelta(hours=25))
        pavel.writes("Четыре")
        assert pavel.texts()[-1] == "Вы заблокированы" and len(rows("SELECT 1 FROM sendings")) == 2

    def test_a_new_block_of_the_same_day_brings_no_second_one(self, pavel, block, as_, cast):
        block(pavel)
        pavel.writes("Раз")
        as_(cast.vera).post(f"/clients/{pavel.client}/unblocking")
        block(pavel)
        pavel.writes("Два")
        assert len(rows("SELECT 1 FROM sendings")) == 1

    def test_a_failed_one_puts_no_mark_on_the_chat(self, pavel, block):
        block(pavel)
        pavel.writes("Раз")
        [reply] = rows("SELECT id FROM messages WHERE kind = 'autoreply'")
        in_transaction(lambda: statuses.apply([statuses.News(reply.id, "failed", "recipient: gone")]))
        assert rows("SELECT failed FROM dialogs") == [(False,)]

    def test_nobody_else_gets_it(self, pavel):
        pavel.writes("Обычное")
        assert rows("SELECT 1 FROM sendings") == []

    @staticmethod
    def _replied(ago: timedelta) -> None:
        scoped("UPDATE blacklist_entries SET replied_at = %(at)s WHERE company_id = %(company)s").run(at=now() - ago)
        db.session.commit()


def test_an_end_lifts_by_itself_to_the_moment_and_is_told_a_little_later(pavel, as_, cast):
    factories.blocked(pavel.card, until=now() + timedelta(days=1), blocked_by=cast.vera.id)
    pavel.writes("Рано")
    _ends(now() - timedelta(seconds=1))
    pavel.writes("В срок")
    assert pavel.texts() == ["Рано"] and rows("SELECT unread FROM dialogs") == [(2,)]
    assert 'id="text"' in as_(cast.vera).get(f"/chats/{pavel.dialog}").text
    blocking.expire()
    [entry] = rows("SELECT until, lifted_at, lifted_by FROM blacklist_entries")
    assert entry.lifted_at == entry.until and entry.lifted_by is None
    assert "Срок блокировки клиента истёк" in as_(cast.vera).get(f"/chats/{pavel.dialog}").text
    told = pavel.events().count("client_unblocked")
    blocking.expire()
    assert pavel.events().count("client_unblocked") == told == 1


def _ends(at) -> None:
    scoped("UPDATE blacklist_entries SET until = %(at)s WHERE company_id = %(company)s").run(at=at)
    db.session.commit()
