from dataclasses import dataclass

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ChannelConnected(Event):
    channel_id: int


@dataclass(frozen=True, kw_only=True)
class ChannelChanged(Event):
    """Renamed, enabled, disabled, checked, found broken or well again."""

    channel_id: int
    state: str
