"""Answers and comments: once, complete or not at all, and only where they belong."""

import io
import re
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from c2d.channels.models import Sending
from c2d.core.db import db
from c2d.core.events import EventRecord
from c2d.core.tenancy import company_id
from c2d.dialogs.models import Dialog, Draft, Request
from c2d.messages.display import file_url
from c2d.messages.models import COMMENT, FROM_CLIENT, TO_CLIENT, Attachment, Message
from tests.support import factories


def dialog(id: int) -> Dialog:
    db.session.expire_all()
    return db.session.get(Dialog, (company_id(), id))


def messages(id: int) -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).where(Message.dialog_id == id).order_by(Message.id)))


def sendings() -> int:
    return db.session.scalar(select(func.count()).select_from(Sending))


def kinds() -> list[str]:
    return list(db.session.scalars(select(EventRecord.kind).order_by(EventRecord.seq)))


@pytest.fixture
def chat(romashka, cast):
    id = factories.dialog(operator_id=cast.vera.id, unread=2)
    factories.message(id)
    return id


def test_an_answer_is_stored_promised_and_told_of_at_once(as_, cast, chat):
    answer = as_(cast.vera).post(f"/chats/{chat}/messages", data={"text": "Добрый день", "client_key": "k1"}, htmx=True)
    assert answer.status_code == 200 and answer.text == ""
    sent = messages(chat)[-1]
    assert (sent.kind, sent.text, sent.status, sent.operator_id) == (TO_CLIENT, "Добрый день", "queued", cast.vera.id)
    assert sendings() == 1 and kinds() == ["message_sent"]
    row = dialog(chat)
    assert (row.preview, row.preview_out, row.unread, row.waiting_since) == ("Добрый день", True, 0, None)


def test_without_scripts_the_answer_leads_back_to_the_chat(as_, cast, chat):
    answer = as_(cast.vera).post(f"/chats/{chat}/messages", data={"text": "Да"})
    assert answer.status_code == 303 and answer.location.endswith(f"/chats/{chat}")


def test_sending_again_with_the_same_key_changes_nothing(as_, cast, chat):
    vera = as_(cast.vera)
    for _ in range(3):
        assert vera.post(f"/chats/{chat}/messages", data={"text": "Да", "client_key": "k1"}, htmx=True).status_code == 200
    assert [m.text for m in messages(chat)] == ["Здравствуйте", "Да"] and sendings() == 1


def test_nothing_at_all_is_refused_with_a_reason(as_, cast, chat):
    answer = as_(cast.vera).post(f"/chats/{chat}/messages", data={"text": "  \n"}, htmx=True)
    assert answer.status_code == 422 and 'href="#text"' in answer.text
    assert len(messages(chat)) == 1


def test_what_is_too_long_is_refused_and_stays_typed(as_, cast, chat):
    words = "я" * 4097
    answer = as_(cast.vera).post(f"/chats/{chat}/messages", data={"text": words})
    assert answer.status_code == 422 and words in answer.text and "Текст слишком длинный" in answer.text
    assert len(messages(chat)) == 1 and sendings() == 0


def test_answering_a_chat_of_nobody_makes_it_ones_own(as_, cast, romashka):
    chat = factories.dialog()
    as_(cast.vera).post(f"/chats/{chat}/messages", data={"text": "Беру"})
    assert dialog(chat).operator_id == cast.vera.id
    assert kinds() == ["dialog_assigned", "message_sent"]


def test_answering_a_closed_chat_opens_a_new_request(as_, cast, romashka):
    chat = factories.dialog(operator_id=cast.vera.id, opened=False)
    as_(cast.vera).post(f"/chats/{chat}/messages", data={"text": "Ещё вопрос?"})
    row = dialog(chat)
    request = db.session.get(Request, (company_id(), row.request_id))
    assert row.state == "open" and request.closed_at is None
    assert messages(chat)[-1].request_id == request.id
    assert kinds() == ["dialog_reopened", "request_opened", "message_sent"]


def test_a_comment_never_becomes_a_sending(as_, cast, chat):
    as_(cast.vera).post(f"/chats/{chat}/notes", data={"text": "Между нами"})
    assert messages(chat)[-1].kind == COMMENT and sendings() == 0
    assert dialog(chat).unread == 2  # a comment answers nobody
    assert kinds() == ["comment_added"]


def test_a_quote_must_be_of_the_same_dialog(as_, cast, chat):
    own, foreign = messages(chat)[0].id, factories.message(factories.dialog())
    vera = as_(cast.vera)
    vera.post(f"/chats/{chat}/messages", data={"text": "1", "quote_id": own})
    vera.post(f"/chats/{chat}/messages", data={"text": "2", "quote_id": foreign})
    assert [m.quote_id for m in messages(chat)[1:]] == [own, None]


def test_a_draft_waits_on_the_server_until_it_is_sent(as_, cast, chat):
    vera = as_(cast.vera)
    vera.post(f"/chats/{chat}/draft", data={"text": "Недописанное"}, htmx=True)
    assert "Недописанное" in vera.get(f"/chats/{chat}").text
    assert "Недописанное" in vera.get("/chats/rows?folder=mine", htmx=True).text
    assert "Недописанное" not in as_(cast.boris).get(f"/chats/{chat}").text
    vera.post(f"/chats/{chat}/messages", data={"text": "Готово"})
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_files_leave_with_the_answer(as_, cast, chat):
    picture = factories_png()
    answer = as_(cast.vera).post(f"/chats/{chat}/messages", data={"text": "", "files": [
        (io.BytesIO(picture), "фото.png"), (io.BytesIO(b"<html><script>alert(1)</script>"), "x.png")]}, htmx=True)
    assert answer.status_code == 200
    kept = db.session.execute(select(Attachment.id, Attachment.kind, Attachment.mime).order_by(Attachment.id)).all()
    assert [(a.kind, a.mime) for a in kept] == [("image", "image/png"), ("file", "application/octet-stream")]
    assert messages(chat)[-1].has_files and sendings() == 1
    shown = as_(cast.vera).get(f"/files/{kept[0].id}/x.png")
    assert shown.data == picture and shown.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    part = as_(cast.vera).get(f"/files/{kept[0].id}/x.png", headers={"Range": "bytes=0-3"})
    assert part.status_code == 206 and part.data == picture[:4]
    hostile = as_(cast.vera).get(f"/files/{kept[1].id}/x.png")
    assert hostile.headers["Content-Disposition"].startswith("attachment")
    assert hostile.mimetype == "application/octet-stream"
    assert as_(cast.gleb).get(f"/files/{kept[0].id}/x.png").status_code == 404


@pytest.mark.parametrize("name", ["a/b.txt", "../../x.html", "..\\\\x", "..", "", "/"])
def test_a_file_can_be_fetched_whatever_its_name(app, name):
    adapter = app.url_map.bind("localhost")
    assert adapter.match(unquote(file_url(5, name)))[1]["attachment_id"] == 5


def test_without_scripts_a_second_press_sends_nothing_twice(as_, cast, chat):
    vera = as_(cast.vera)
    key = re.search(r'name="client_key" value="([^"]+)"', vera.get(f"/chats/{chat}").text)[1]
    for _ in range(2):
        vera.post(f"/chats/{chat}/messages", data={"text": "Добрый день", "client_key": key})
    assert sendings() == 1


def test_who_may_not_answer_is_refused(as_, cast, romashka):
    chat = factories.dialog(operator_id=cast.galya.id)
    assert as_(cast.galya).post(f"/chats/{chat}/messages", data={"text": "Да"}).status_code == 403
    assert as_(cast.galya).post(f"/chats/{chat}/notes", data={"text": "Да"}).status_code == 303
    assert as_(cast.gleb).post(f"/chats/{chat}/messages", data={"text": "Да"}).status_code == 404
    assert as_(cast.hariton).post(f"/chats/{chat}/messages", data={"text": "Да"}).status_code == 404
    assert [m.kind for m in messages(chat)] == [COMMENT]


def test_a_failed_message_is_sent_again_or_removed(as_, cast, chat):
    failed = factories.message(chat, "Ответ", TO_CLIENT, operator_id=cast.vera.id, status="failed", problem="x")
    db.session.add(Sending(channel_id=dialog(chat).channel_id, dialog_id=chat, message_id=failed, state=2))
    db.session.commit()
    vera = as_(cast.vera)
    assert vera.post(f"/chats/{chat}/messages/{failed}/retry", htmx=True).status_code == 204
    assert messages(chat)[-1].status == "queued"
    assert vera.post(f"/chats/{chat}/messages/{failed}/removal", htmx=True).status_code == 409
    messages(chat)[-1].status = "failed"
    db.session.commit()
    assert vera.post(f"/chats/{chat}/messages/{failed}/removal", htmx=True).status_code == 204
    assert "Сообщение удалено" in vera.get(f"/chats/{chat}").text


def test_only_our_own_messages_can_be_sent_again(as_, cast, chat):
    theirs = factories.message(chat, kind=FROM_CLIENT)
    assert as_(cast.vera).post(f"/chats/{chat}/messages/{theirs}/retry").status_code == 404


def test_answering_costs_the_same_however_long_the_history(as_, cast, chat, statements):
    vera, costs = as_(cast.vera), []
    vera.get("/chats")
    for more in (1, 60):
        for n in range(more):
            factories.message(chat, str(n))
        statements.clear()
        vera.post(f"/chats/{chat}/messages", data={"text": "Да", "client_key": f"k{more}"}, htmx=True)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 8


def factories_png() -> bytes:
    header = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de")
    return header + bytes.fromhex("0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082")


def test_the_script_key_of_a_bubble_comes_back_with_the_message(as_, cast, chat):
    vera = as_(cast.vera)
    vera.post(f"/chats/{chat}/messages", data={"text": "Да", "client_key": "abc"}, htmx=True)
    assert re.search(r'<li class="msg"[^>]*data-key="abc"', vera.get(f"/chats/{chat}").text)
