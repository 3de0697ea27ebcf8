"""What a Telegram message carries: https://core.telegram.org/bots/api#message"""

from c2d.channels.contract import Fields, Location, MediaRef, SharedContact

_MEDIA = {
    "animation": ("video", "video/mp4"),
    "document": ("file", None),
    "voice": ("voice", "audio/ogg"),
    "audio": ("audio", "audio/mpeg"),
    "video": ("video", "video/mp4"),
    "video_note": ("video", "video/mp4"),
}


def words(message: Fields) -> str:
    return message.text("text") or message.text("caption") or message.object("dice").text("emoji", 16)


def attachments(message: Fields) -> tuple[MediaRef, ...]:
    """The file of a message; an album is several messages, so there is at most one."""
    sizes = [size for size in message.objects("photo") if size.text("file_id", 500)]
    if sizes:
        best = max(sizes, key=lambda size: (size.whole("width") or 0) * (size.whole("height") or 0))
        return (_file(best, "image", "image/jpeg"),)
    sticker = message.object("sticker")
    if sticker.text("file_id", 500):
        return (_file(sticker, "sticker", _sticker_mime(sticker)),)
    # An animation is repeated as a document for old clients; the first kind found is the real one.
    for key, (kind, mime) in _MEDIA.items():
        if message.object(key).text("file_id", 500):
            return (_file(message.object(key), kind, mime),)
    return ()


def location(message: Fields) -> Location | None:
    venue = message.object("venue")
    point = message.object("location") or venue.object("location")
    latitude, longitude = point.number("latitude"), point.number("longitude")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Location(
        latitude=latitude,
        longitude=longitude,
        title=venue.line("title") or "",
        address=venue.line("address") or "",
    )


def contact(message: Fields) -> SharedContact | None:
    card = message.object("contact")
    phone = card.text("phone_number", 40).strip()
    if not phone:
        return None
    name = " ".join(part for part in (card.line("first_name"), card.line("last_name")) if part)
    own = bool(card.id("user_id")) and card.id("user_id") == message.object("from").id("id")
    return SharedContact(phone=phone, name=name, own=own)


def forwarded_from(message: Fields) -> str:
    origin = message.object("forward_origin")
    user = origin.object("sender_user")
    chat = origin.object("sender_chat") or origin.object("chat")
    person = " ".join(part for part in (user.line("first_name"), user.line("last_name")) if part)
    return person or origin.line("sender_user_name") or chat.line("title") or chat.line("first_name") or ""


def _file(found: Fields, kind: str, mime: str | None) -> MediaRef:
    return MediaRef(
        remote=found.text("file_id", 500),
        kind=kind,
        mime=found.text("mime_type", 100) or mime,
        name=found.line("file_name"),
        size=found.whole("file_size"),
        duration=found.whole("duration"),
        width=found.whole("width") or found.whole("length"),
        height=found.whole("height") or found.whole("length"),
    )


def _sticker_mime(sticker: Fields) -> str:
    if sticker.flag("is_animated"):
        return "application/x-tgsticker"
    return "video/webm" if sticker.flag("is_video") else "image/webp"
