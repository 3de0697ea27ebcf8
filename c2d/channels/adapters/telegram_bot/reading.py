"""Telegram updates into events: https://core.telegram.org/bots/api#update

Only private chats are dialogs. What happens in groups and channels becomes Unsupported without a peer.
"""

from collections.abc import Callable

from c2d.channels.adapters.telegram_bot.content import attachments, contact, forwarded_from, location, words
from c2d.channels.contract import (
    ButtonPress,
    Edited,
    Event,
    Fields,
    InboundMessage,
    Peer,
    PeerBlocked,
    PeerUnblocked,
    Reaction,
    Unrecognised,
    Unsupported,
    body_key,
    parse_json,
)

_ENVELOPE = {
    "message_id",
    "message_thread_id",
    "from",
    "chat",
    "date",
    "edit_date",
    "reply_to_message",
    "external_reply",
    "quote",
    "forward_origin",
    "is_automatic_forward",
    "has_protected_content",
    "is_from_offline",
    "media_group_id",
    "via_bot",
    "author_signature",
    "sender_chat",
    "sender_boost_count",
    "sender_business_bot",
    "entities",
    "caption_entities",
    "reply_markup",
    "link_preview_options",
    "effect_id",
    "show_caption_above_media",
    "has_media_spoiler",
    "paid_star_count",
}


def update_key(raw: bytes) -> str:
    return _key(parse_json(raw) or Fields(), raw)


def _key(update: Fields, raw: bytes) -> str:
    number = update.id("update_id")
    return f"u:{number}" if number and len(number) <= 20 else body_key(raw)


def update_peer(raw: bytes) -> str | None:
    kind, inner = _inner(parse_json(raw) or Fields())
    peer = _peer(kind, inner)
    return peer.external_id if peer else None


def events(raw: bytes) -> list[Event]:
    update = parse_json(raw)
    if update is None:
        return [Unrecognised(dedupe_key=body_key(raw), at=None, peer=None, reason="not a JSON object")]
    kind, inner = _inner(update)
    if not inner:
        return [Unrecognised(dedupe_key=_key(update, raw), at=None, peer=None, reason="an update with nothing in it")]
    common = {"dedupe_key": _key(update, raw), "at": inner.moment("date"), "peer": _peer(kind, inner)}
    if common["peer"] is None:
        return [Unsupported(**common, kind=kind)]
    return [_READERS.get(kind, _unknown)(inner, common, kind)]


def _inner(update: Fields) -> tuple[str, Fields]:
    """The kind of an update and the object under that name."""
    for kind in (*_READERS, *update.names()):
        if kind != "update_id" and update.object(kind):
            return kind, update.object(kind)
    return "", Fields()


def _peer(kind: str, inner: Fields) -> Peer | None:
    """The client of a private chat; None in groups, in channels and where no chat is named."""
    chat = inner.object("message").object("chat") if kind == "callback_query" else inner.object("chat")
    person = inner.object("from") or inner.object("user")
    if not chat and kind == "callback_query":
        chat = person
    number = chat.id("id")
    # Groups and channels have negative ids.
    if chat.text("type") not in ("", "private") or not (number.isascii() and number.isdecimal()):
        return None
    # In a private chat the chat is the client; `from` may be the bot itself, or absent.
    known = person if person.id("id") == number else chat
    first, last = known.line("first_name"), known.line("last_name")
    return Peer(
        external_id=number,
        username=known.text("username", 100).strip() or None,
        first_name=first,
        last_name=last,
        name=" ".join(part for part in (first, last) if part)[:200] or None,
        language=known.text("language_code", 35) or None,
    )


def _message(inner: Fields, common: dict, kind: str) -> Event:
    common["provider_id"] = inner.id("message_id") or None
    text, files, place, card = words(inner), attachments(inner), location(inner), contact(inner)
    if not (text or files or place or card):
        strange = [name for name in inner.names() if name not in _ENVELOPE]
        return Unsupported(**common, kind=strange[0] if strange else "empty")
    return InboundMessage(
        **common,
        text=text,
        attachments=files,
        location=place,
        contact=card,
        reply_to=inner.object("reply_to_message").id("message_id") or None,
        quote=inner.object("quote").text("text"),
        forwarded_from=forwarded_from(inner),
        album=inner.id("media_group_id") or None,
    )


def _edited(inner: Fields, common: dict, kind: str) -> Event:
    common["at"] = inner.moment("edit_date") or common["at"]
    return Edited(
        **common,
        provider_id=inner.id("message_id") or None,
        text=words(inner),
        attachments=attachments(inner),
    )


def _pressed(inner: Fields, common: dict, kind: str) -> Event:
    message, payload = inner.object("message"), inner.text("data", 1024)
    titles = [
        button.text("text", 256)
        for row in _rows(message.object("reply_markup"))
        for button in row
        if button.text("callback_data", 1024) == payload
    ]
    return ButtonPress(
        **common,
        payload=payload,
        title=titles[0] if titles else "",
        reply_to=message.id("message_id") or None,
        acknowledge=inner.id("id") or None,
    )


def _rows(markup: Fields) -> list[list[Fields]]:
    return [Fields({"row": row}).objects("row") for row in markup.entries("inline_keyboard")]


def _membership(inner: Fields, common: dict, kind: str) -> Event:
    status = inner.object("new_chat_member").text("status", 40)
    change = {"kicked": PeerBlocked, "member": PeerUnblocked}.get(status)
    return change(**common) if change else Unsupported(**common, kind=f"my_chat_member {status}".strip())


def _reacted(inner: Fields, common: dict, kind: str) -> Event:
    # A custom emoji is a picture of its own; some sign must stand for it, or it would look like a removal.
    emojis = tuple(entry.text("emoji", 16) or "\u2728" for entry in inner.objects("new_reaction"))
    return Reaction(**common, provider_id=inner.id("message_id") or None, emojis=emojis)


def _unknown(inner: Fields, common: dict, kind: str) -> Event:
    return Unsupported(**common, kind=kind)


_READERS: dict[str, Callable[[Fields, dict, str], Event]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "my_chat_member": _membership,
    "message_reaction": _reacted,
}
