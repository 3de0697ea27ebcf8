"""Every kind of update that a client causes, as the emulator makes it, becomes the right event."""

import json
from datetime import UTC, datetime

import pytest
from aiogram.types import Update
from hypothesis import given
from hypothesis import strategies as st

from c2d.channels.adapters.telegram_bot.adapter import TelegramBot
from c2d.channels.contract import (
    ButtonPress,
    Edited,
    InboundMessage,
    PeerBlocked,
    PeerUnblocked,
    Reaction,
    Unrecognised,
    Unsupported,
)
from tests.channels.test_payload import ANY_JSON
from tests.support.poison import POISON, too_wide


@pytest.fixture
def pavel(telegram):
    return telegram.client(first_name="Павел", last_name="Никулин", username="nikulin")


def read(update):
    [event] = TelegramBot().parse(None, json.dumps(update).encode())
    return event


def test_a_text_names_its_writer(pavel):
    event = read(pavel.writes("Здравствуйте!"))
    assert isinstance(event, InboundMessage) and event.text == "Здравствуйте!" and not event.echo
    assert (event.peer.external_id, event.peer.name, event.peer.username) == ("707003957", "Павел Никулин", "nikulin")
    assert event.peer.language == "ru" and event.peer.phone is None
    assert event.at.tzinfo is UTC and abs((datetime.now(UTC) - event.at).total_seconds()) < 5


def test_the_key_of_a_repeat_is_the_same_and_of_the_next_update_another(pavel):
    first, second = pavel.writes("раз"), pavel.writes("раз")
    keys = [TelegramBot().provider_key(json.dumps(update).encode()) for update in (first, first, second)]
    assert keys[0] == keys[1] != keys[2] and keys[0] == read(first).dedupe_key


def test_a_photo_is_its_largest_size_with_the_caption(pavel):
    event = read(pavel.sends_photo(b"\xff\xd8" * 500, caption="Чек"))
    [photo] = event.attachments
    assert (event.text, photo.kind, photo.mime, photo.size, photo.width) == ("Чек", "image", "image/jpeg", 1000, 1280)


@pytest.mark.parametrize(
    "verb, kind, mime",
    [
        ("sends_document", "file", "application/pdf"),
        ("sends_voice", "voice", "audio/ogg"),
        ("sends_audio", "audio", "audio/mpeg"),
        ("sends_video", "video", "video/mp4"),
        ("sends_video_note", "video", "video/mp4"),
        ("sends_animation", "video", "video/mp4"),
        ("sends_sticker", "sticker", "image/webp"),
    ],
)
def test_media_become_one_attachment(pavel, verb, kind, mime):
    [file] = read(getattr(pavel, verb)()).attachments
    assert (file.kind, file.mime) == (kind, mime) and file.remote and file.size


def test_a_document_keeps_its_name_and_a_voice_its_length(pavel):
    assert read(pavel.sends_document(name="договор.pdf")).attachments[0].name == "договор.pdf"
    assert read(pavel.sends_voice(duration=12)).attachments[0].duration == 12


def test_pictures_sent_as_one_share_an_album(pavel):
    events = [read(pavel.sends_photo(album="13579")) for _ in range(3)]
    assert {event.album for event in events} == {"13579"} and len({event.dedupe_key for event in events}) == 3


def test_an_own_contact_is_told_from_somebody_elses(pavel):
    assert read(pavel.shares_contact("79161234567")).contact.own is True
    assert read(pavel.shares_contact("79161234567", own=False)).contact.own is False


def test_places_have_coordinates_and_a_venue_its_address(pavel):
    assert read(pavel.shares_location(55.5, 37.5)).location.latitude == 55.5
    assert read(pavel.shares_venue("Офис", "Тверская, 1")).location.address == "Тверская, 1"


def test_a_dice_is_shown_as_its_emoji(pavel):
    assert read(pavel.rolls_dice()).text == "🎲"


def test_an_answer_names_the_message_it_answers(pavel):
    first = pavel.writes("Вопрос")["message"]["message_id"]
    assert read(pavel.writes("И ещё", reply_to=first)).reply_to == str(first)


def test_the_quoted_words_are_kept(pavel):
    assert read(pavel.writes("Да", quote={"text": "в пять?", "position": 3})).quote == "в пять?"


def test_a_forward_names_its_first_sender(pavel):
    assert read(pavel.forwards("смотрите", "Иван Петров")).forwarded_from == "Иван Петров"


def test_an_edit_carries_the_new_text(pavel):
    number = pavel.writes("опечтка")["message"]["message_id"]
    event = read(pavel.edits(number, "опечатка"))
    assert isinstance(event, Edited) and (event.provider_id, event.text) == (str(number), "опечатка")


def test_a_press_brings_payload_title_message_and_token(pavel, telegram, bot, access, http):
    keyboard = {"inline_keyboard": [[{"text": "Да", "callback_data": "b:17"}]]}
    sent = http.post(
        f"{telegram.url}/bot{telegram.token}/sendMessage",
        json={"chat_id": pavel.id, "text": "Продолжить?", "reply_markup": keyboard},
    ).json()["result"]
    event = read(pavel.presses(sent["message_id"], "Да"))
    assert isinstance(event, ButtonPress) and event.at is None
    assert (event.payload, event.title, event.reply_to, event.peer.external_id) == (
        "b:17",
        "Да",
        str(sent["message_id"]),
        "707003957",
    )
    bot.acknowledge(access, event.acknowledge, http)
    assert telegram.state.queries == {event.acknowledge: True}


def test_a_press_on_a_forgotten_message_still_has_its_payload(pavel):
    assert read(pavel.presses_data("old")).payload == "old"


def test_blocking_and_unblocking_are_told(pavel):
    assert isinstance(read(pavel.blocks()), PeerBlocked) and isinstance(read(pavel.unblocks()), PeerUnblocked)


def test_a_reaction_lists_what_is_there_now(pavel):
    assert read(pavel.reacts(5, "👍", "🔥")).emojis == ("👍", "🔥")
    assert isinstance(read(pavel.reacts(5)), Reaction) and read(pavel.reacts(5)).emojis == ()


def test_a_poll_is_unsupported_but_has_its_writer(pavel):
    event = read(pavel.makes_poll())
    assert isinstance(event, Unsupported) and event.kind == "poll" and event.peer.external_id == "707003957"


def test_groups_have_no_client(pavel):
    event = read(pavel.writes_in_group("всем привет"))
    assert isinstance(event, Unsupported) and event.peer is None


def test_a_kind_of_update_from_the_future_is_unsupported_not_lost():
    chat = {"id": 7, "type": "private", "first_name": "А"}
    event = read({"update_id": 1, "telepathy": {"chat": chat, "date": 1700000000}})
    assert (type(event), event.kind, event.peer.external_id) == (Unsupported, "telepathy", "7")
    assert read({"update_id": 1, "inline_query": {"id": "1", "from": chat, "query": ""}}).peer is None


def test_the_order_key_is_the_client_for_all_kinds(pavel, bot):
    number = pavel.writes("а")["message"]["message_id"]
    for update in (
        pavel.writes("б"),
        pavel.edits(number, "в"),
        pavel.presses_data("x"),
        pavel.blocks(),
        pavel.reacts(number, "👍"),
    ):
        assert bot.peer_key(json.dumps(update).encode()) == "707003957"
    assert bot.peer_key(json.dumps(pavel.writes_in_group("г")).encode()) is None


def test_aiogram_understands_every_update_of_the_emulator(pavel, telegram):
    number = pavel.writes("а", quote={"text": "x", "position": 0})["message"]["message_id"]
    made = [
        pavel.writes("б", reply_to=number),
        pavel.sends_photo(caption="в", album="1"),
        pavel.sends_document(),
        pavel.sends_voice(),
        pavel.sends_audio(),
        pavel.sends_video(),
        pavel.sends_video_note(),
        pavel.sends_animation(),
        pavel.sends_sticker(),
        pavel.shares_contact(),
        pavel.shares_location(),
        pavel.shares_venue(),
        pavel.rolls_dice(),
        pavel.makes_poll(),
        pavel.forwards("г"),
        pavel.edits(number, "д"),
        pavel.presses_data("e", telegram.state.messages[telegram.token, number]),
        pavel.reacts(number, "👍"),
        pavel.blocks(),
        pavel.unblocks(),
        pavel.writes_in_group("ж"),
    ]
    for update in made:
        assert Update.model_validate(update).event_type == [key for key in update if key != "update_id"][0]


def test_the_secret_header_is_required(bot, access):
    assert bot.verify(access, {"x-telegram-bot-api-secret-token": "hush-hush_1"}, b"")
    for headers in (
        {},
        {"X-Telegram-Bot-Api-Secret-Token": ""},
        {"X-Telegram-Bot-Api-Secret-Token": "hush-hush_\u0451\ud800"},
    ):
        assert not bot.verify(access, headers, b"")


@pytest.mark.parametrize("raw", POISON, ids=range(len(POISON)))
def test_poison_gives_one_storable_event(bot, raw):
    [event] = bot.parse(None, raw)
    assert event.dedupe_key == bot.provider_key(raw) and len(event.dedupe_key) <= 80 and too_wide(event) == []
    assert "\x00" not in repr(event).replace("\\x00", "\x00") and repr(event).encode()
    assert bot.peer_key(raw) == (event.peer.external_id if event.peer else None)
    if isinstance(event, Unrecognised):
        assert event.peer is None


@given(
    st.dictionaries(
        st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "message_reaction", "x"]),
        st.dictionaries(
            st.sampled_from(
                [
                    "chat",
                    "from",
                    "date",
                    "text",
                    "photo",
                    "document",
                    "reply_markup",
                    "data",
                    "message",
                    "new_chat_member",
                    "new_reaction",
                    "location",
                    "contact",
                    "id",
                ]
            ),
            ANY_JSON | st.just({"id": 7, "type": "private"}),
            max_size=5,
        ),
        max_size=3,
    )
)
def test_any_shape_gives_one_event(update):
    raw = json.dumps({"update_id": 1} | update).encode()
    [event] = TelegramBot().parse(None, raw)
    assert TelegramBot().provider_key(raw) == event.dedupe_key


@given(st.binary(max_size=200))
def test_any_bytes_give_one_event(raw):
    assert len(TelegramBot().parse(None, raw)) == 1 and len(TelegramBot().provider_key(raw)) <= 80
