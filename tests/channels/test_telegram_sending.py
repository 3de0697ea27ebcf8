"""What leaves for Telegram, to the letter, and what its refusals mean."""

import io
from dataclasses import replace

import httpx
import pytest

from c2d.channels.adapters.telegram_bot.writing import split
from c2d.channels.contract import Button, ChannelError, MediaRef, Outbound, OutboundFile, Peer

PAVEL = Peer(external_id="707003957")


def message(text="Здравствуйте", **more):
    return Outbound(message_id="41", peer=PAVEL, text=text, **more)


def file(kind="file", mime="application/pdf", name="счёт.pdf", content=b"%PDF", **more):
    return OutboundFile(name=name, mime=mime, kind=kind, size=len(content), open=lambda: io.BytesIO(content), **more)


@pytest.fixture
def send(bot, access, http):
    return lambda outbound: bot.send(access, outbound, http)


@pytest.fixture
def refused(send, telegram):
    def attempt(outbound=None, **fault):
        telegram.fails(**fault)
        with pytest.raises(ChannelError) as caught:
            send(outbound or message())
        return caught.value

    return attempt


def test_a_text_is_one_call_with_nothing_else(send, telegram):
    result = send(message("<b>как есть</b> _и_ *так*"))
    [call] = telegram.state.calls
    assert (call.method, call.params) == ("sendMessage", {"chat_id": "707003957", "text": "<b>как есть</b> _и_ *так*"})
    assert result.status == "sent" and result.provider_ids == (str(max(n for _, n in telegram.state.messages)),)


def test_an_answer_quotes_and_survives_a_deleted_original(send, telegram):
    send(message(quote="999"))
    assert telegram.state.calls[0].params["reply_parameters"] == {
        "message_id": 999,
        "allow_sending_without_reply": True,
    }


def test_buttons_stand_in_rows_with_payload_key_or_address(send, telegram):
    send(
        message(
            buttons=(
                Button(title="Статус", payload="status 17", key="b:1"),
                Button(title="Длинная", payload="я" * 33, key="b:2"),
                Button(title="Похожая", payload="b:1", key="b:3"),
                Button(title="Сайт", url="https://example.org/a"),
            )
        )
    )
    assert telegram.state.calls[0].params["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "Статус", "callback_data": "status 17"}],
            [{"text": "Длинная", "callback_data": "b:2"}],
            [{"text": "Похожая", "callback_data": "b:3"}],
            [{"text": "Сайт", "url": "https://example.org/a"}],
        ]
    }


def test_a_button_with_no_way_back_is_refused_before_sending(send, telegram):
    with pytest.raises(ChannelError, match="neither") as caught:
        send(message(buttons=(Button(title="Длинная", payload="я" * 33),)))
    assert caught.value.kind == "payload" and telegram.state.calls == []


@pytest.mark.parametrize(
    "kind, mime, method, field",
    [
        ("image", "image/jpeg", "sendPhoto", "photo"),
        ("image", "image/svg+xml", "sendDocument", "document"),
        ("voice", "audio/ogg; codecs=opus", "sendVoice", "voice"),
        ("voice", "audio/webm", "sendDocument", "document"),
        ("audio", "audio/mpeg", "sendAudio", "audio"),
        ("video", "video/mp4", "sendVideo", "video"),
        ("video", "video/webm", "sendDocument", "document"),
        ("file", "application/pdf", "sendDocument", "document"),
    ],
)
def test_each_kind_of_file_goes_by_its_own_method(send, telegram, kind, mime, method, field):
    send(message("Смотрите", attachments=(file(kind, mime, "имя.bin", b"bytes"),)))
    [call] = telegram.state.calls
    assert (call.method, call.params) == (method, {"chat_id": "707003957", "caption": "Смотрите"})
    assert list(call.files) == [field] and call.files[field][0] == "имя.bin" and call.files[field][2] == b"bytes"


def test_a_voice_tells_its_length(send, telegram):
    send(message("", attachments=(file("voice", "audio/ogg", duration=7),)))
    assert telegram.state.calls[0].params == {"chat_id": "707003957", "duration": "7"}


def test_a_long_caption_follows_as_text_and_the_buttons_come_last(send, telegram):
    result = send(message("я" * 1025, attachments=(file(), file()), buttons=(Button(title="Да", payload="yes"),)))
    assert [call.method for call in telegram.state.calls] == ["sendDocument", "sendDocument", "sendMessage"]
    assert ["reply_markup" in call.params for call in telegram.state.calls] == [False, False, True]
    assert len(result.provider_ids) == 3


def test_a_caption_of_1024_stays_one_message(send, telegram):
    send(message("я" * 1024, attachments=(file(),)))
    assert [call.method for call in telegram.state.calls] == ["sendDocument"]


def test_a_long_text_is_cut_between_words_and_nothing_is_lost(send, telegram):
    text = " ".join(f"слово{number}" for number in range(1500))
    send(message(text))
    pieces = [call.params["text"] for call in telegram.state.calls]
    assert " ".join(pieces) == text and all(len(piece) <= 4096 for piece in pieces) and len(pieces) == 4


def test_emoji_count_twice_as_telegram_counts_them():
    pieces = list(split("😀" * 5000))
    assert "".join(pieces) == "😀" * 5000 and [len(piece) for piece in pieces] == [2048, 2048, 904]


def test_a_retry_goes_on_after_the_parts_that_left(send, telegram):
    telegram.fails(method="sendMessage", status=502)
    outbound = message("я" * 2000, attachments=(file(),))
    with pytest.raises(ChannelError) as caught:
        send(outbound)
    assert caught.value.kind == "retry" and len(caught.value.sent) == 1
    result = send(message("я" * 2000, attachments=(file(),), sent=caught.value.sent))
    assert [call.method for call in telegram.state.calls] == ["sendDocument", "sendMessage", "sendMessage"]
    assert result.provider_ids[0] == caught.value.sent[0] and len(result.provider_ids) == 2


def test_nothing_to_say_is_refused(send, telegram):
    with pytest.raises(ChannelError) as caught:
        send(message("  \n "))
    assert caught.value.kind == "payload" and telegram.state.calls == []


@pytest.mark.parametrize(
    "status, description, kind",
    [
        (400, "Bad Request: message text is empty", "payload"),
        (400, "Bad Request: chat not found", "recipient"),
        (401, "Unauthorized", "auth"),
        (404, "Not Found", "auth"),
        (403, "Forbidden: bot was blocked by the user", "recipient"),
        (403, "Forbidden: user is deactivated", "recipient"),
        (409, "Conflict: terminated by other getUpdates request", "account"),
        (413, "Request Entity Too Large", "payload"),
        (500, "Internal Server Error", "retry"),
        (502, "Bad Gateway", "retry"),
        (504, "Gateway Timeout", "unknown"),
    ],
)
def test_each_refusal_has_its_meaning(refused, status, description, kind):
    error = refused(status=status, description=description)
    assert (error.kind, error.code, error.text) == (kind, str(status), description)
    assert error.permanent == (kind not in ("retry", "rate")) and error.breaks_channel == (kind in ("auth", "account"))


def test_too_many_requests_say_how_long_to_wait(refused):
    error = refused(status=429, description="Too Many Requests: retry after 17", retry_after=17)
    assert (error.kind, error.retry_after, error.permanent) == ("rate", 17.0, False)


def test_an_answer_lost_after_the_request_is_never_repeated_by_itself(refused, telegram):
    assert refused(drop="after").kind == "unknown" and len(telegram.state.messages) == 1
    assert refused(status=0, delay=2.5).permanent


def test_a_telegram_that_is_down_is_tried_again(refused, telegram, bot, access, http):
    telegram.state.down = True
    assert refused(times=0).kind == "retry"


def test_nobody_listening_is_tried_again(bot, access, http):
    nowhere = replace(access, base_url="http://127.0.0.1:9")
    with pytest.raises(ChannelError) as caught:
        bot.send(nowhere, message(), http)
    assert caught.value.kind == "retry"


def test_no_error_shows_the_token(refused, access):
    for fault in ({"status": 401, "description": "Unauthorized"}, {"drop": "before"}):
        assert access.credentials["token"] not in repr(refused(**fault))


def test_a_picture_of_odd_shape_goes_as_a_file(send, telegram):
    telegram.fails(method="sendPhoto", status=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")
    send(message("", attachments=(file("image", "image/png"),)))
    assert [call.method for call in telegram.state.calls] == ["sendPhoto", "sendDocument"]


def test_an_edit_and_its_repeat_succeed(send, telegram):
    [number] = send(message("стар")).provider_ids
    for _ in range(2):
        assert send(message("нов", kind="edit", target=number)).provider_ids == (number,)
    assert telegram.calls_of("editMessageText")[0].params == {
        "chat_id": "707003957",
        "message_id": int(number),
        "text": "нов",
    }


def test_the_caption_of_a_file_is_edited_as_caption(send, telegram):
    [number] = send(message("стар", attachments=(file(),))).provider_ids
    send(message("нов", kind="edit", target=number))
    assert telegram.state.messages[telegram.token, int(number)]["caption"] == "нов"


def test_deleting_twice_succeeds(send, telegram):
    [number] = send(message()).provider_ids
    sent = (telegram.token, int(number))
    assert sent in telegram.state.messages
    send(message(kind="delete", target=number)), send(message(kind="delete", target=number))
    assert sent not in telegram.state.messages


def test_a_reaction_is_set_and_taken_back(send, telegram):
    [number] = send(message()).provider_ids
    send(message("👍", kind="reaction", target=number)), send(message("", kind="reaction", target=number))
    assert [call.params["reaction"] for call in telegram.calls_of("setMessageReaction")] == [
        [{"type": "emoji", "emoji": "👍"}],
        [],
    ]


def test_a_file_of_the_client_is_fetched(bot, access, http, telegram):
    photo = telegram.client().sends_photo(b"\xff\xd8" * 100_000)["message"]["photo"][-1]
    assert (
        b"".join(bot.fetch_media(access, MediaRef(remote=photo["file_id"], kind="image"), http))
        == b"\xff\xd8" * 100_000
    )


def test_a_file_too_big_or_gone_is_given_up(bot, access, http):
    with pytest.raises(ChannelError) as caught:
        list(bot.fetch_media(access, MediaRef(remote="gone", kind="image"), http))
    assert caught.value.permanent


def test_a_path_that_leaves_the_storage_is_refused(bot, access):
    escape = httpx.MockTransport(
        lambda request: httpx.Response(200, json={"ok": True, "result": {"file_path": "a/../../b"}})
    )
    with pytest.raises(ChannelError, match="outside"):
        list(bot.fetch_media(access, MediaRef(remote="x", kind="image"), httpx.Client(transport=escape)))


def test_connecting_registers_the_hook_with_its_secret(bot, access, http, telegram):
    bot.subscribe(access, "https://c2d.example/hooks/abc", "hush-hush_1", http)
    assert telegram.state.calls[0].params == {
        "url": "https://c2d.example/hooks/abc",
        "secret_token": "hush-hush_1",
        "max_connections": 40,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"],
    }
    facts = bot.check(access, http)
    assert (facts.name, facts.external_id, facts.webhook_url, facts.problems) == (
        "Ромашка",
        "110201543",
        "https://c2d.example/hooks/abc",
        (),
    )
    bot.unsubscribe(access, http)
    assert bot.check(access, http).webhook_url == ""


def test_a_dead_hook_shows_in_the_check(bot, access, http, telegram):
    bot.subscribe(access, "http://127.0.0.1:9/hooks/abc", "hush", http)
    telegram.client().writes("Кто-нибудь?")
    assert bot.check(access, http).problems == ("Connection failed: ConnectError",)


def test_typing_is_shown(bot, access, http, telegram):
    bot.typing(access, PAVEL, http)
    assert telegram.state.calls[0].params == {"chat_id": "707003957", "action": "typing"}


def test_a_press_too_old_to_acknowledge_is_no_error(bot, access, http):
    bot.acknowledge(access, "123", http)
