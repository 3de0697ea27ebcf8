from dataclasses import dataclass, field

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


@dataclass(frozen=True, kw_only=True)
class CardBlocked(Event):
    """The same once for the whole card, for the audit log."""

    audited = True
    about = "card_id"
    card_id: int
    subject: str
    after: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CardUnblocked(Event):
    """Somebody lifted the block: once for the whole card, for the audit log."""

    audited = True
    about = "card_id"
    card_id: int
    subject: str


@dataclass(frozen=True, kw_only=True)
class BlacklistReplyChanged(Event):
    audited = True
    before: dict
    after: dict
