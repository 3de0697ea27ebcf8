"""What the core and the adapters of providers say to each other.

An adapter is one outside world (Telegram, an SMS gateway ...). It sees neither the database nor Flask: it turns raw
bytes into events, an Outbound into provider calls, and everything that goes wrong into a ChannelError.
Adapters import this module and `core.http`, nothing else of c2d: the events and the reading of JSON are here too.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

import httpx

from c2d.channels.arrivals import (
    MEDIA_KINDS,
    ButtonPress,
    Deleted,
    Edited,
    Event,
    IdentityChange,
    InboundMessage,
    Location,
    MediaRef,
    Peer,
    PeerBlocked,
    PeerUnblocked,
    Reaction,
    SharedContact,
    StatusUpdate,
    Unrecognised,
    Unsupported,
)
from c2d.channels.payload import Fields, body_key, clean_text, header, parse_json
from c2d.core.text import N_

__all__ = [
    "AccountFacts", "Adapter", "Answer", "Button", "ButtonPress", "ChannelAccess", "ChannelError", "ConnectField",
    "Deleted", "ERROR_KINDS", "Edited", "Event", "Fields", "Http", "IdentityChange", "InboundMessage", "Location",
    "MEDIA_KINDS", "MediaRef", "N_", "OUTBOUND_KINDS", "Outbound", "OutboundFile", "Peer", "PeerBlocked",
    "PeerUnblocked", "Reaction", "STATUSES", "SendResult", "SharedContact", "StatusUpdate", "Unrecognised",
    "Unsupported", "body_key", "clean_text", "header", "later_status", "parse_json",
]  # fmt: skip

STATUSES = ("queued", "accepted", "sent", "delivered", "read", "played")
OUTBOUND_KINDS = ("message", "edit", "delete", "reaction")
ERROR_KINDS = ("retry", "rate", "unknown", "window", "template", "recipient", "payload", "auth", "account")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAccess:
    """A connected channel without the database. `base_url` overrides the provider's address (empty: the real one);
    `secret` proves inbound deliveries. Secrets are kept out of repr so that no log shows them."""

    id: int
    transport: str
    base_url: str = ""
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: str = field(default="", repr=False)
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundFile:
    """`open` is called when the bytes are needed, may be called again on a retry; the adapter closes what it opened.
    `url` is where a receiver without uploads (external, demo) fetches it; `duration` in seconds."""

    name: str
    mime: str
    kind: str
    size: int
    open: Callable[[], BinaryIO]
    url: str = ""
    duration: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """`key` is short and unique within the channel (`b:<id>`, at most 64 bytes): it is what travels when the provider
    has no room for `payload`, and the core turns it back. With `url` the button opens a page and returns nothing."""

    title: str
    payload: str = ""
    key: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """`kind` is 'message', or 'edit' (new text) / 'delete' / 'reaction' (emoji in text) of the provider id `target`.
    `quote` is a provider id. `sent` holds the provider ids of parts that an earlier attempt delivered: a long message
    leaves as several, and a retry goes on after them."""

    message_id: str
    peer: Peer
    kind: str = "message"
    text: str = ""
    attachments: tuple[OutboundFile, ...] = ()
    buttons: tuple[Button, ...] = ()
    quote: str | None = None
    target: str | None = None
    sent: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Whatever else a caller has in hand (a comment, a system line) must not reach a client.
        if self.kind not in OUTBOUND_KINDS:
            raise ValueError(f"{self.kind!r} is not for clients")


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """All provider ids of the message in order (those of `Outbound.sent` first) and the status it now has."""

    provider_ids: tuple[str, ...]
    status: str = "sent"


class ChannelError(Exception):
    """A provider said no, or nothing.

    kind: retry (later, safe) · rate (after `retry_after` seconds) · unknown (no answer after the request left: it may
    have arrived, so only a human sends it again) · window · template · recipient · payload · auth · account.
    `sent` are the provider ids of the parts that did leave: pass them back as `Outbound.sent`.
    """

    def __init__(
        self, kind: str, text: str = "", *, code: str = "", retry_after: float | None = None, sent: tuple[str, ...] = ()
    ):
        super().__init__(kind, code, text)
        self.kind, self.text, self.code = kind, text, code
        self.retry_after, self.sent = retry_after, sent

    @property
    def permanent(self) -> bool:
        """Trying again by ourselves cannot help, or could send the message twice."""
        return self.kind not in ("retry", "rate")

    @property
    def breaks_channel(self) -> bool:
        """The whole channel is unusable until an administrator acts."""
        return self.kind in ("auth", "account")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider gets to read in reply to its request."""

    body: str = ""
    status: int = 200
    mime: str = "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """`problems` are the provider's own words about what does not work, empty when all is well."""

    external_id: str
    name: str
    username: str = ""
    webhook_url: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectField:
    """One input of the form that connects a channel; `label` and `hint` are msgids, `pattern` a full-match regex."""

    name: str
    label: str
    hint: str = ""
    secret: bool = False
    required: bool = True
    pattern: str = ""


class Http(Protocol):
    """What adapters need of `core.http.Outgoing` (or an httpx.Client): no redirects, deadlines and caps inside."""

    def request(self, method: str, url: str, **options) -> httpx.Response:
        """`options` are httpx's (json, data, files, headers); raises httpx.HTTPError."""


class Adapter(Protocol):
    """One provider. Everything that talks to it raises ChannelError and nothing else."""

    fields: tuple[ConnectField, ...]

    def handshake(self, access: ChannelAccess, method: str, args: Mapping[str, str], raw: bytes) -> Answer | None:
        """The answer to a provider's proof-of-address request; None when this is an ordinary delivery."""

    def verify(self, access: ChannelAccess, headers: Mapping[str, str], raw: bytes) -> bool:
        """Did the provider send this? In constant time; False when the channel has no secret."""

    def ack(self, access: ChannelAccess) -> Answer:
        """What a stored delivery is answered with."""

    def provider_key(self, raw: bytes) -> str:
        """The same for every repeat of a delivery, at most 80 characters; never raises."""

    def peer_key(self, raw: bytes) -> str | None:
        """External id of the client whose order this delivery belongs to; never raises."""

    def parse(self, access: ChannelAccess, raw: bytes) -> list[Event]:
        """Pure; never raises; never empty."""

    def send(self, access: ChannelAccess, outbound: Outbound, http: Http) -> SendResult: ...

    def fetch_media(self, access: ChannelAccess, ref: MediaRef, http: Http) -> Iterator[bytes]:
        """The bytes in chunks; the size cap and the deadline are those of `http`."""

    def subscribe(self, access: ChannelAccess, url: str, secret: str, http: Http) -> None:
        """Have deliveries sent to `url`; harmless when repeated."""

    def unsubscribe(self, access: ChannelAccess, http: Http) -> None: ...

    def check(self, access: ChannelAccess, http: Http) -> AccountFacts: ...

    def typing(self, access: ChannelAccess, peer: Peer, http: Http) -> None: ...

    def acknowledge(self, access: ChannelAccess, token: str, http: Http) -> None:
        """Stops the waiting mark on a pressed button; a token too old is not an error."""


def later_status(old: str, new: str) -> str:
    """The one of two delivery statuses to show: only forward, and a failure only before delivery.

    >>> later_status("read", "delivered"), later_status("sent", "failed"), later_status("delivered", "failed")
    ('read', 'failed', 'delivered')
    """
    if new == "failed":
        return old if old in ("delivered", "read", "played") else new
    if old == "failed":
        return new if new in ("delivered", "read", "played") else old
    return max(old, new, key=lambda status: STATUSES.index(status) if status in STATUSES else -1)
