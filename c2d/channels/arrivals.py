"""What providers tell us: the events that an adapter reads out of one delivery."""

from dataclasses import dataclass
from datetime import datetime

MEDIA_KINDS = ("image", "voice", "audio", "video", "file", "sticker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The client as the provider knows it. `external_id` is unique within the transport (or the channel, see
    `Capabilities.identity`); `phone` is digits with or without '+', as given; `name` is what to show. `known_ids` are
    further ids by which the provider may name the same client (WhatsApp's number beside its own id for the person)."""

    external_id: str
    phone: str | None = None
    username: str | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    language: str | None = None
    email: str | None = None
    known_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRef:
    """A file still at the provider. `remote` means something only to the adapter that made it (a file id, a URL);
    size in bytes, duration in seconds, width and height in pixels; each unknown fact is None."""

    remote: str
    kind: str
    mime: str | None = None
    name: str | None = None
    size: int | None = None
    duration: int | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`dedupe_key` is unique within the channel and the same for every repeat; `at` is the provider's time,
    aware, UTC, None when it tells none: then the time of receiving counts. `provider_id` names the message meant."""

    dedupe_key: str
    at: datetime | None
    peer: Peer | None
    provider_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float
    title: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedContact:
    phone: str
    name: str = ""
    own: bool = False
    """The client shared their own number, checked by the provider: it may be kept as the client's phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage(Event):
    """`echo`: the company itself wrote it elsewhere (a phone, the provider's own screen) to `peer`.
    `album` is equal for messages sent as one; `reply_to` is a provider id; `forwarded_from` a name to show."""

    text: str = ""
    attachments: tuple[MediaRef, ...] = ()
    location: Location | None = None
    contact: SharedContact | None = None
    reply_to: str | None = None
    quote: str = ""
    forwarded_from: str = ""
    album: str | None = None
    echo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUpdate(Event):
    """About one message (`provider_id`), or about everything sent to `peer` until `up_to` (a provider id or an
    ISO moment, as the provider orders its messages)."""

    status: str
    up_to: str | None = None
    error_kind: str | None = None
    error_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Event):
    """The message as it is now. Providers also send this when nothing visible changed: compare before showing."""

    text: str = ""
    attachments: tuple[MediaRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction(Event):
    """`emojis` is all that the client has on the message now; empty when the last one was taken back."""

    emojis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPress(Event):
    """`payload` is a button's key (`b:<id>`) or its payload; `reply_to` the message that carried the buttons.
    With `acknowledge` the core calls `adapter.acknowledge(access, press.acknowledge, http)` soon after storing."""

    payload: str
    title: str = ""
    reply_to: str | None = None
    acknowledge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerBlocked(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerUnblocked(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChange(Event):
    """`peer` is the new identity of whoever was `old_external_id`."""

    old_external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsupported(Event):
    """Something we cannot show. With a peer it appears in the dialog as 'unsupported message'; without one
    (group chats, channel posts) it is stored and not shown."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecognised(Event):
    """Nobody can be named as its sender: kept for a human, attached to no dialog. `reason` is for the log."""

    reason: str
