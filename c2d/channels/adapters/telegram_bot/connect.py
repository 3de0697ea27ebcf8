"""Connecting a bot: its form, its webhook, what Telegram says of it. https://core.telegram.org/bots/api#setwebhook"""

import re

from c2d.channels.adapters.telegram_bot import api
from c2d.channels.contract import N_, AccountFacts, ChannelAccess, ChannelError, ConnectField, Http

TOKEN = r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}"
FIELDS = (
    ConnectField(
        name="token",
        label=N_("Bot token"),
        hint=N_("BotFather gives it: 110201543:AAHdqTcv…"),
        secret=True,
        pattern=TOKEN,
    ),
)
# message_reaction is not in Telegram's default set, so the list is spelled out.
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction"]
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def subscribe(access: ChannelAccess, url: str, secret: str, http: Http) -> None:
    if not _SECRET.fullmatch(secret):
        raise ChannelError("payload", "A webhook secret is 1 to 256 of A-Z a-z 0-9 _ -")
    params = {"url": url, "secret_token": secret, "allowed_updates": ALLOWED_UPDATES, "max_connections": 40}
    api.call(access, http, "setWebhook", params, repeatable=True)


def unsubscribe(access: ChannelAccess, http: Http) -> None:
    api.call(access, http, "deleteWebhook", {}, repeatable=True)


def check(access: ChannelAccess, http: Http) -> AccountFacts:
    bot = api.call(access, http, "getMe", {}, repeatable=True).object("result")
    hook = api.call(access, http, "getWebhookInfo", {}, repeatable=True).object("result")
    # Telegram remembers the last error for ever; it matters while updates are piling up.
    trouble = hook.line("last_error_message") if hook.whole("pending_update_count") else None
    return AccountFacts(
        external_id=bot.id("id"),
        name=bot.line("first_name") or "",
        username=bot.line("username") or "",
        webhook_url=hook.text("url", 2000),
        problems=(trouble,) if trouble else (),
    )
