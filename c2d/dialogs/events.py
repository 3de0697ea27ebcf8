from dataclasses import dataclass

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class RequestOpened(Event):
    journal = True
    number: int


@dataclass(frozen=True, kw_only=True)
class RequestClosed(Event):
    journal = True
    number: int


@dataclass(frozen=True, kw_only=True)
class DialogReopened(Event):
    journal = True
    number: int


@dataclass(frozen=True, kw_only=True)
class DialogAssigned(Event):
    """The dialog has another operator; names are kept as they were at that moment."""

    journal = True
    to_id: int
    to_name: str
    by_name: str
    from_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class DialogReturned(Event):
    """Back to New, without an operator."""

    journal = True
    from_id: int
    by_name: str


@dataclass(frozen=True, kw_only=True)
class DialogRead(Event):
    """Its operator has seen the newest message."""


@dataclass(frozen=True, kw_only=True)
class DialogMarkedUnread(Event):
    pass


@dataclass(frozen=True, kw_only=True)
class ChannelBlockedByClient(Event):
    """The client wants nothing more from us on this channel."""

    journal = True


@dataclass(frozen=True, kw_only=True)
class ChannelUnblockedByClient(Event):
    journal = True
