from dataclasses import dataclass

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageReceived(Event):
    """A client wrote."""


@dataclass(frozen=True, kw_only=True)
class MessageWithheld(Event):
    """A blocked client wrote, or got the automatic reply: stored, and kept out of the chats."""


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """An operator answered; the message waits for its provider."""


@dataclass(frozen=True, kw_only=True)
class MessageImported(Event):
    """Sent by the company outside c2d (from the phone) and taken over."""


@dataclass(frozen=True, kw_only=True)
class CommentAdded(Event):
    """For colleagues only; never leaves the company."""


@dataclass(frozen=True, kw_only=True)
class DeliveryStatusChanged(Event):
    """`status` is one of queued, sent, delivered, read, failed."""

    status: str


@dataclass(frozen=True, kw_only=True)
class ButtonPressed(Event):
    payload: str
    title: str
    source_message_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class MessageChanged(Event):
    """Edited, deleted, its attachment arrived or failed: show it again."""

    change: str
