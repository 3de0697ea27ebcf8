"""An Outbound as the calls that say it: https://core.telegram.org/bots/api#sendmessage and its neighbours."""

from collections.abc import Iterator
from dataclasses import dataclass

from c2d.channels.contract import Button, ChannelError, Outbound, OutboundFile

TEXT_LIMIT, CAPTION_LIMIT, CALLBACK_BYTES = 4096, 1024, 64
PHOTO_BYTES, FILE_BYTES = 10_000_000, 50_000_000
_SHAPES = {
    "image": ("sendPhoto", "photo", ("image/jpeg", "image/png", "image/webp")),
    "voice": ("sendVoice", "voice", ("audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a")),
    "audio": ("sendAudio", "audio", ("audio/mpeg", "audio/mp4", "audio/x-m4a")),
    "video": ("sendVideo", "video", ("video/mp4",)),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One call: a Bot API method, its parameters, and for an upload the file and the name of its field."""

    method: str
    params: dict
    field: str = ""
    file: OutboundFile | None = None

    def as_document(self) -> "Part":
        return Part("sendDocument", self.params, "document", self.file)


def parts(outbound: Outbound) -> list[Part]:
    """All calls for a message, in order; always the same ones, so that a retry can go on in the middle."""
    captioned = len(outbound.attachments) > 0 and _units(outbound.text) <= CAPTION_LIMIT
    found = [
        _upload(file, outbound.text if captioned and place == 0 else "")
        for place, file in enumerate(outbound.attachments)
    ]
    if not captioned:
        found += [Part("sendMessage", {"text": piece}) for piece in split(outbound.text)]
    if not found:
        raise ChannelError("payload", "There is nothing to send")
    for part in found:
        part.params["chat_id"] = outbound.peer.external_id
    if outbound.quote and outbound.quote.isdecimal():
        # A message deleted meanwhile must not keep the answer from leaving.
        found[0].params["reply_parameters"] = {"message_id": int(outbound.quote), "allow_sending_without_reply": True}
    if outbound.buttons:
        found[-1].params["reply_markup"] = keyboard(outbound.buttons)
    return found


def keyboard(buttons: tuple[Button, ...]) -> dict:
    """One button a row: titles are sentences more often than words."""
    return {"inline_keyboard": [[_button(button)] for button in buttons]}


def split(text: str, limit: int = TEXT_LIMIT) -> Iterator[str]:
    """Pieces of at most `limit` UTF-16 units (Telegram counts those), cut at a line or a word where one ends late
    enough; blank pieces are left out, for Telegram refuses them."""
    rest = text.strip()
    while len(rest) > limit or _units(rest) > limit:
        head = _head(rest, limit)
        cut = max(head.rfind("\n"), 0) or max(head.rfind(" "), 0)
        cut = cut if cut > len(head) // 2 else len(head)
        if rest[:cut].strip():
            yield rest[:cut].strip()
        rest = rest[cut:].strip()
    if rest:
        yield rest


def _head(text: str, limit: int) -> str:
    head = text[:limit]
    while _units(head) > limit:
        head = head[: len(head) - max(1, (_units(head) - limit) // 2)]
    return head


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _button(button: Button) -> dict:
    if button.url:
        return {"text": button.title, "url": button.url}
    # A payload that looks like a key would be taken for one when it comes back.
    fits = 0 < len(button.payload.encode()) <= CALLBACK_BYTES and not button.payload.startswith("b:")
    sent = button.payload if fits else button.key
    if not 0 < len(sent.encode()) <= CALLBACK_BYTES:
        raise ChannelError("payload", f"The button {button.title!r} has neither a short payload nor a key")
    return {"text": button.title, "callback_data": sent}


def _upload(file: OutboundFile, caption: str) -> Part:
    if file.size > FILE_BYTES:
        raise ChannelError("payload", f"{file.name} is larger than the 50 MB that Telegram takes")
    params = {"caption": caption} if caption.strip() else {}
    method, field, mimes = _SHAPES.get(file.kind, ("sendDocument", "document", ()))
    mime = file.mime.partition(";")[0].strip().lower()
    if mime not in mimes or (method == "sendPhoto" and file.size > PHOTO_BYTES):
        method, field = "sendDocument", "document"
    elif file.duration is not None and method != "sendPhoto":
        params["duration"] = file.duration
    return Part(method, params, field, file)
