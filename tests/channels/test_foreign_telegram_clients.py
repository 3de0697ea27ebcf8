"""python-telegram-bot and aiogram, unmodified, take the emulator for Telegram."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import aiogram
import pytest
import telegram as ptb
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
    ReplyParameters,
)

PAVEL = 707003957


@pytest.fixture
def hook():
    """A webhook that keeps (secret header, update)."""
    received = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.headers["X-Telegram-Bot-Api-Secret-Token"], json.loads(raw)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *line):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hooks/a", received
    server.shutdown()
    server.server_close()


def with_ptb(telegram, story):
    async def run():
        async with ptb.Bot(
            telegram.token, base_url=f"{telegram.url}/bot", base_file_url=f"{telegram.url}/file/bot"
        ) as bot:
            await story(bot)

    asyncio.run(run())


def with_aiogram(telegram, story):
    async def run():
        session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
        async with aiogram.Bot(telegram.token, session=session) as bot:
            await story(bot)

    asyncio.run(run())


def test_python_telegram_bot_sends_every_kind(telegram):
    async def story(bot):
        assert bot.first_name == "Ромашка"
        keyboard = ptb.InlineKeyboardMarkup([[ptb.InlineKeyboardButton("Да", callback_data="да")]])
        sent = await bot.send_message(PAVEL, "Здравствуйте", reply_markup=keyboard)
        assert sent.reply_markup == keyboard and sent.chat.type == "private"
        assert (
            await bot.send_message(PAVEL, "ещё", reply_parameters=ptb.ReplyParameters(sent.message_id))
        ).reply_to_message == sent
        assert (await bot.send_photo(PAVEL, b"\xff\xd8\xff\xe0", caption="к")).photo[0].file_size == 4
        assert (await bot.send_document(PAVEL, b"%PDF", filename="a.pdf")).document.file_name == "a.pdf"
        assert (await bot.send_voice(PAVEL, b"OggS", duration=3)).voice.duration == 3
        assert (await bot.send_video(PAVEL, b"ftyp")).video and (await bot.send_audio(PAVEL, b"ID3")).audio
        assert (await bot.edit_message_text("иначе", PAVEL, sent.message_id)).text == "иначе"
        assert await bot.send_chat_action(PAVEL, "typing") and await bot.set_message_reaction(
            PAVEL, sent.message_id, "👍"
        )
        assert await bot.delete_message(PAVEL, sent.message_id)

    with_ptb(telegram, story)


def test_python_telegram_bot_takes_updates_and_files(telegram, hook):
    url, received = hook

    async def story(bot):
        assert await bot.set_webhook(url, secret_token="hush", allowed_updates=["message", "callback_query"])
        assert (await bot.get_webhook_info()).url == url
        await asyncio.to_thread(telegram.client(PAVEL).sends_document, b"%PDF-1.7 bytes")
        secret, raw = received[0]
        document = ptb.Update.de_json(raw, bot).effective_message.document
        assert (
            secret == "hush" and bytes(await (await document.get_file()).download_as_bytearray()) == b"%PDF-1.7 bytes"
        )
        sent = await bot.send_message(
            PAVEL,
            "?",
            reply_markup=ptb.InlineKeyboardMarkup.from_button(ptb.InlineKeyboardButton("Да", callback_data="yes")),
        )
        await asyncio.to_thread(telegram.client(PAVEL).presses, sent.message_id, "Да")
        query = ptb.Update.de_json(received[1][1], bot).callback_query
        assert query.data == "yes" and await query.answer()
        await asyncio.to_thread(telegram.client(PAVEL).blocks)
        assert len(received) == 2, "my_chat_member was not asked for"
        assert await bot.delete_webhook() and (await bot.get_webhook_info()).url == ""

    with_ptb(telegram, story)


def test_python_telegram_bot_meets_telegrams_errors(telegram):
    async def story(bot):
        async def refused(kind, call):
            with pytest.raises(kind) as caught:
                await call
            return caught.value

        await refused(ptb.error.BadRequest, bot.send_message(PAVEL, "я" * 4097))
        await refused(ptb.error.BadRequest, bot.send_message(PAVEL, " "))
        await refused(ptb.error.BadRequest, bot.send_photo(PAVEL, b"x", caption="я" * 1025))
        await refused(
            ptb.error.BadRequest,
            bot.send_message(
                PAVEL,
                "x",
                reply_markup=ptb.InlineKeyboardMarkup.from_button(
                    ptb.InlineKeyboardButton("Да", callback_data="я" * 33)
                ),
            ),
        )
        await refused(ptb.error.BadRequest, bot.answer_callback_query("1"))
        await refused(ptb.error.BadRequest, bot.get_file("none"))
        telegram.fails(status=429, description="Too Many Requests: retry after 3", retry_after=3)
        limit = await refused(ptb.error.RetryAfter, bot.send_message(PAVEL, "x"))
        assert "3" in str(limit)
        telegram.state.blocked.add((telegram.token, PAVEL))
        await refused(ptb.error.Forbidden, bot.send_message(PAVEL, "x"))
        telegram.state.revoked.add(telegram.token)
        await refused(ptb.error.InvalidToken, bot.get_me())
        telegram.state.down = True
        await refused(ptb.error.NetworkError, bot.get_me())

    with_ptb(telegram, story)


def test_aiogram_sends_every_kind(telegram):
    async def story(bot):
        assert (await bot.me()).first_name == "Ромашка"
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Да", callback_data="да")]])
        sent = await bot.send_message(PAVEL, "Здравствуйте", reply_markup=keyboard)
        answer = await bot.send_message(PAVEL, "ещё", reply_parameters=ReplyParameters(message_id=sent.message_id))
        assert answer.reply_to_message.text == "Здравствуйте"
        upload = BufferedInputFile(b"bytes", filename="a.bin")
        assert (await bot.send_photo(PAVEL, upload)).photo and (
            await bot.send_document(PAVEL, upload)
        ).document.file_name == "a.bin"
        assert (await bot.send_voice(PAVEL, upload)).voice and (await bot.send_video(PAVEL, upload)).video
        assert (await bot.send_audio(PAVEL, upload, caption="к")).caption == "к"
        assert (await bot.edit_message_text("иначе", chat_id=PAVEL, message_id=sent.message_id)).text == "иначе"
        assert await bot.send_chat_action(PAVEL, "typing")
        assert await bot.set_message_reaction(PAVEL, sent.message_id, [ReactionTypeEmoji(emoji="👍")])
        assert await bot.delete_message(PAVEL, sent.message_id)

    with_aiogram(telegram, story)


def test_aiogram_takes_updates_and_files(telegram, hook):
    url, received = hook

    async def story(bot):
        assert await bot.set_webhook(url, secret_token="hush") and (await bot.get_webhook_info()).url == url
        await asyncio.to_thread(telegram.client(PAVEL).sends_voice, b"OggS voice")
        update = aiogram.types.Update.model_validate(received[0][1], context={"bot": bot})
        assert received[0][0] == "hush" and (await bot.download(update.message.voice)).read() == b"OggS voice"
        assert await bot.delete_webhook()
        await asyncio.to_thread(telegram.client(PAVEL).writes, "без вебхука")
        [waiting] = await bot.get_updates()
        assert waiting.message.text == "без вебхука" and await bot.get_updates(offset=waiting.update_id + 1) == []

    with_aiogram(telegram, story)


def test_aiogram_meets_telegrams_errors(telegram):
    async def story(bot):
        errors = aiogram.exceptions
        with pytest.raises(errors.TelegramBadRequest):
            await bot.send_message(PAVEL, "я" * 4097)
        telegram.fails(status=429, description="Too Many Requests: retry after 3", retry_after=3)
        with pytest.raises(errors.TelegramRetryAfter) as caught:
            await bot.send_message(PAVEL, "x")
        assert caught.value.retry_after == 3
        telegram.state.blocked.add((telegram.token, PAVEL))
        with pytest.raises(errors.TelegramForbiddenError):
            await bot.send_message(PAVEL, "x")
        await bot.set_webhook("https://c2d.example/hooks/a")
        with pytest.raises(errors.TelegramConflictError):
            await bot.get_updates()
        telegram.state.revoked.add(telegram.token)
        with pytest.raises(errors.TelegramUnauthorizedError):
            await bot.get_me()

    with_aiogram(telegram, story)
