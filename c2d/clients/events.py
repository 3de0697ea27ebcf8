from dataclasses import dataclass

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ClientCreated(Event):
    card_id: int


@dataclass(frozen=True, kw_only=True)
class CardChanged(Event):
    """A field of the card has another value; `old` and `new` are as shown, '' for empty."""

    journal = True
    card_id: int
    field: str
    old: str
    new: str
