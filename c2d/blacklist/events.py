from dataclasses import dataclass

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ClientBlocked(Event):
    """A card is blocked; told in each of its dialogs. `until` is an ISO moment, None for ever.

    `closes` asks for the end of this dialog's open request.
    """

    journal = True
    card_wide = True
    card_id: int
    reason: str
    until: str | None = None
    closes: bool = False


@dataclass(frozen=True, kw_only=True)
class ClientUnblocked(Event):
    """`expired`: nobody lifted it, its end came."""

    journal = True
    card_wide = True
    card_id: int
    expired: bool = False
