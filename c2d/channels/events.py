from dataclasses import dataclass, field

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ChannelConnected(Event):
    audited = True
    about = "channel_id"
    channel_id: int
    subject: str
    after: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ChannelChanged(Event):
    """Renamed, enabled, disabled, checked, found broken or well again."""

    channel_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class ChannelEdited(Event):
    """Somebody renamed it, switched it, moved it or gave it new credentials; what those are is not told."""

    audited = True
    about = "channel_id"
    channel_id: int
    subject: str
    before: dict
    after: dict
