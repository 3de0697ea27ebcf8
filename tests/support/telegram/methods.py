"""The methods of the Bot API that the emulator carries out; each returns its result or raises Refusal."""

from tests.support.telegram.rules import Refusal, check_caption, check_keyboard, check_secret, check_text, need, units
from tests.support.telegram.state import Bot, Hook, State

_UPLOADS = {
    "photo": ("photos", ".jpg", 10_000_000),
    "document": ("documents", "", 50_000_000),
    "voice": ("voice", ".oga", 50_000_000),
    "video": ("videos", ".mp4", 50_000_000),
    "audio": ("music", ".mp3", 50_000_000),
    "animation": ("animations", ".mp4", 50_000_000),
    "sticker": ("stickers", ".webp", 50_000_000),
}


def get_me(state: State, bot: Bot, params: dict, files: dict) -> dict:
    return bot.me


def set_webhook(state: State, bot: Bot, params: dict, files: dict) -> bool:
    check_secret(params.get("secret_token") or "")
    if units(params.get("url") or "") > 2048:
        raise Refusal("Bad Request: bad webhook: URL is too long")
    bot.hook = Hook(
        url=params.get("url") or "",
        secret_token=params.get("secret_token") or "",
        allowed_updates=params.get("allowed_updates") or [],
        max_connections=int(params.get("max_connections") or 40),
    )
    if params.get("drop_pending_updates") in (True, "true", "True"):
        bot.pending.clear()
    return True


def delete_webhook(state: State, bot: Bot, params: dict, files: dict) -> bool:
    return set_webhook(state, bot, {"drop_pending_updates": params.get("drop_pending_updates")}, files)


def get_webhook_info(state: State, bot: Bot, params: dict, files: dict) -> dict:
    hook = bot.hook
    facts = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(bot.pending),
        "max_connections": hook.max_connections,
    }
    if hook.allowed_updates:
        facts["allowed_updates"] = hook.allowed_updates
    if hook.last_error:
        facts |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
    return facts


def get_updates(state: State, bot: Bot, params: dict, files: dict) -> list:
    if bot.hook.url:
        raise Refusal(
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
            "webhook first",
            409,
        )
    offset = int(params.get("offset") or 0)
    bot.pending[:] = [update for update in bot.pending if update["update_id"] >= offset]
    return bot.pending[: int(params.get("limit") or 100)]


def send_message(state: State, bot: Bot, params: dict, files: dict) -> dict:
    message = _addressed(state, bot, params)
    need(params, "text")
    return state.remember(bot.token, message | {"text": check_text(str(params["text"]))})


def send_file(field: str):
    def method(state: State, bot: Bot, params: dict, files: dict) -> dict:
        message = _addressed(state, bot, params)
        message |= _media(state, field, params, files)
        if params.get("caption"):
            message["caption"] = check_caption(str(params["caption"]))
        return state.remember(bot.token, message)

    return method


def _addressed(state: State, bot: Bot, params: dict) -> dict:
    """A message of the bot without content, once Telegram would let it through to that chat."""
    need(params, "chat_id")
    chat_id = _number(params["chat_id"], "Bad Request: chat not found")
    if (bot.token, chat_id) in state.blocked:
        raise Refusal("Forbidden: bot was blocked by the user", 403)
    if chat_id <= 0 or (state.strangers_refused and chat_id not in state.people):
        raise Refusal("Bad Request: chat not found")
    person = state.people.get(chat_id, {"first_name": "Клиент"})
    names = {key: person[key] for key in ("first_name", "last_name", "username") if key in person}
    message = {
        "message_id": state.next_message(),
        "from": bot.user,
        "date": state.now(),
        "chat": {"id": chat_id, "type": "private", **names},
    }
    if params.get("reply_markup"):
        check_keyboard(params["reply_markup"])
        message["reply_markup"] = params["reply_markup"]
    return message | _reply(state, bot, params)


def _reply(state: State, bot: Bot, params: dict) -> dict:
    wanted = params.get("reply_parameters")
    if not wanted:
        return {}
    found = state.messages.get(
        (bot.token, _number(wanted.get("message_id"), "Bad Request: message identifier is invalid"))
    )
    if found is None and not wanted.get("allow_sending_without_reply"):
        raise Refusal("Bad Request: message to be replied not found")
    return {"reply_to_message": {k: v for k, v in found.items() if k != "reply_to_message"}} if found else {}


def _media(state: State, field: str, params: dict, files: dict) -> dict:
    folder, suffix, limit = _UPLOADS[field]
    given = params.get(field)
    name = given[9:] if isinstance(given, str) and given.startswith("attach://") else field
    if name not in files:
        raise Refusal(f"Bad Request: there is no {field} in the request")
    file_name, mime, content = files[name]
    if len(content) > limit:
        raise Refusal("Request Entity Too Large", 413)
    if not content:
        raise Refusal("Bad Request: file must be non-empty")
    kept = state.keep_file(folder, suffix, content)
    if field == "photo":
        return {"photo": [{**kept, "width": 640, "height": 480}]}
    facts = {**kept, "mime_type": mime}
    if field in ("document", "audio", "video", "animation"):
        facts["file_name"] = file_name
    if field in ("voice", "audio", "video", "animation"):
        facts["duration"] = int(params.get("duration") or 1)
    if field in ("video", "animation"):
        facts |= {"width": 640, "height": 480}
    if field == "sticker":
        facts |= {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        facts.pop("mime_type")
    return {field: facts}


def get_file(state: State, bot: Bot, params: dict, files: dict) -> dict:
    need(params, "file_id")
    if params["file_id"] not in state.files:
        raise Refusal("Bad Request: wrong file_id or the file is temporarily unavailable")
    path, content = state.files[params["file_id"]]
    if len(content) > 20_000_000:
        raise Refusal("Bad Request: file is too big")
    return {"file_id": params["file_id"], "file_unique_id": "AQAD", "file_size": len(content), "file_path": path}


def answer_callback_query(state: State, bot: Bot, params: dict, files: dict) -> bool:
    need(params, "callback_query_id")
    if params["callback_query_id"] not in state.queries:
        raise Refusal("Bad Request: query is too old and response timeout expired or query ID is invalid")
    state.queries[params["callback_query_id"]] = True
    return True


def edit(field: str):
    def method(state: State, bot: Bot, params: dict, files: dict) -> dict:
        message = _own(state, bot, params, "edit")
        if field == "text" and "text" not in message:
            raise Refusal("Bad Request: there is no text in the message to edit")
        checked = (
            check_text(str(params.get("text") or ""))
            if field == "text"
            else check_caption(str(params.get("caption") or ""))
        )
        if params.get("reply_markup"):
            check_keyboard(params["reply_markup"])
        if (message.get(field), message.get("reply_markup")) == (checked, params.get("reply_markup")):
            raise Refusal(
                "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        message.pop("reply_markup", None)
        message |= {field: checked, "edit_date": state.now()}
        if params.get("reply_markup"):
            message["reply_markup"] = params["reply_markup"]
        return state.remember(bot.token, message)

    return method


def delete_message(state: State, bot: Bot, params: dict, files: dict) -> bool:
    message = _own(state, bot, params, "delete")
    del state.messages[bot.token, message["message_id"]]
    return True


def send_chat_action(state: State, bot: Bot, params: dict, files: dict) -> bool:
    _addressed(state, bot, params)
    if params.get("action") not in (
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
    ):
        raise Refusal("Bad Request: wrong parameter action in request")
    return True


def set_message_reaction(state: State, bot: Bot, params: dict, files: dict) -> bool:
    _own(state, bot, params, "react")
    for entry in params.get("reaction") or []:
        if entry.get("type") != "emoji" or units(entry.get("emoji", "")) > 8:
            raise Refusal("Bad Request: REACTION_INVALID")
    return True


def _own(state: State, bot: Bot, params: dict, verb: str) -> dict:
    need(params, "chat_id", "message_id")
    number = _number(params["message_id"], "Bad Request: message identifier is not specified")
    message = state.messages.get((bot.token, number))
    if message is None or str(message["chat"]["id"]) != str(params["chat_id"]):
        raise Refusal(f"Bad Request: message to {verb} not found")
    return message


def _number(value: object, refusal: str) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise Refusal(refusal) from None


METHODS = {
    "getMe": get_me,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getUpdates": get_updates,
    "sendMessage": send_message,
    "getFile": get_file,
    "answerCallbackQuery": answer_callback_query,
    "editMessageText": edit("text"),
    "editMessageCaption": edit("caption"),
    "deleteMessage": delete_message,
    "sendChatAction": send_chat_action,
    "setMessageReaction": set_message_reaction,
    **{f"send{name.capitalize()}": send_file(name) for name in _UPLOADS},
}
