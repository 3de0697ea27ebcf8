"""Carrying out an Outbound: messages in parts, edits, deletions, reactions."""

from c2d.channels.adapters.telegram_bot import api
from c2d.channels.adapters.telegram_bot.writing import Part, keyboard, parts, split
from c2d.channels.contract import ChannelAccess, ChannelError, Fields, Http, Outbound, SendResult

# The client's settings or the picture's shape forbid the nice form; as a plain file it still arrives.
_AS_FILE = ("photo_invalid_dimensions", "image_process_failed", "photo_ext_invalid", "voice_messages_forbidden")


def send(access: ChannelAccess, outbound: Outbound, http: Http) -> SendResult:
    if outbound.kind == "message":
        return _message(access, outbound, http)
    if outbound.kind not in _CHANGES or not outbound.target or not outbound.target.isdecimal():
        raise ChannelError("payload", f"Telegram cannot do {outbound.kind!r} with message {outbound.target!r}")
    _CHANGES[outbound.kind](access, outbound, http)
    return SendResult(provider_ids=(outbound.target,))


def _message(access: ChannelAccess, outbound: Outbound, http: Http) -> SendResult:
    gone = list(outbound.sent)
    for part in parts(outbound)[len(gone) :]:
        try:
            gone.append(_one(access, part, http))
        except ChannelError as error:
            error.sent = tuple(gone)
            raise
    return SendResult(provider_ids=tuple(gone))


def _one(access: ChannelAccess, part: Part, http: Http) -> str:
    try:
        answer = _attempt(access, part, http)
    except ChannelError as error:
        if part.file is None or part.method == "sendDocument" or not _says(error, *_AS_FILE):
            raise
        answer = _attempt(access, part.as_document(), http)
    return answer.object("result").id("message_id")


def _attempt(access: ChannelAccess, part: Part, http: Http) -> Fields:
    if part.file is None:
        return api.call(access, http, part.method, part.params)
    with part.file.open() as stream:
        return api.call(access, http, part.method, part.params, (part.field, part.file.name, stream, part.file.mime))


def _says(error: ChannelError, *signs: str) -> bool:
    return any(sign in error.text.lower() for sign in signs)


def _edit(access: ChannelAccess, outbound: Outbound, http: Http) -> None:
    pieces = list(split(outbound.text))
    if len(pieces) != 1:
        raise ChannelError("payload", "An edited message has 1 to 4096 characters")
    params = {"chat_id": outbound.peer.external_id, "message_id": int(outbound.target or 0)}
    if outbound.buttons:
        params["reply_markup"] = keyboard(outbound.buttons)
    try:
        api.call(access, http, "editMessageText", {**params, "text": pieces[0]}, repeatable=True)
    except ChannelError as error:
        if _says(error, "no text in the message"):
            api.call(access, http, "editMessageCaption", {**params, "caption": pieces[0]}, repeatable=True)
        elif not _says(error, "is not modified"):
            raise


def _delete(access: ChannelAccess, outbound: Outbound, http: Http) -> None:
    params = {"chat_id": outbound.peer.external_id, "message_id": int(outbound.target or 0)}
    try:
        api.call(access, http, "deleteMessage", params, repeatable=True)
    except ChannelError as error:
        if not _says(error, "message to delete not found"):
            raise


def _react(access: ChannelAccess, outbound: Outbound, http: Http) -> None:
    reaction = [{"type": "emoji", "emoji": outbound.text}] if outbound.text else []
    params = {"chat_id": outbound.peer.external_id, "message_id": int(outbound.target or 0), "reaction": reaction}
    api.call(access, http, "setMessageReaction", params, repeatable=True)


_CHANGES = {"edit": _edit, "delete": _delete, "reaction": _react}
