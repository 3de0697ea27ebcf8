from dataclasses import dataclass, field

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ClientCreated(Event):
    card_id: int


@dataclass(frozen=True, kw_only=True)
class CardChanged(Event):
    """A field of the card has another value, '' for empty.

    `field` is the key of the field; one of the company's own also has the `label` of that moment
    and the `shape` of its values, by which they are written out for the reader.
    """

    journal = True
    card_wide = True
    card_id: int
    field: str
    old: str
    new: str
    label: str = ""
    shape: str = "text"


@dataclass(frozen=True, kw_only=True)
class TagsAdded(Event):
    journal = True
    card_wide = True
    card_id: int
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TagsRemoved(Event):
    journal = True
    card_wide = True
    card_id: int
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CustomFieldAdded(Event):
    audited = True
    about = "field_id"
    field_id: int
    label: str
    after: dict = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return self.label


@dataclass(frozen=True, kw_only=True)
class CustomFieldChanged(Event):
    """`label` is the name it has now."""

    audited = True
    about = "field_id"
    field_id: int
    label: str
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return self.label


@dataclass(frozen=True, kw_only=True)
class CustomFieldArchived(Event):
    audited = True
    about = "field_id"
    field_id: int
    label: str

    @property
    def subject(self) -> str:
        return self.label


@dataclass(frozen=True, kw_only=True)
class CustomFieldRestored(Event):
    audited = True
    about = "field_id"
    field_id: int
    label: str

    @property
    def subject(self) -> str:
        return self.label


@dataclass(frozen=True, kw_only=True)
class CardsLinked(Event):
    """The dialog's card and another one became one: `clients` are those of the other side.

    Ids alone: what a card says would stay in the journal of the wrong person once they are parted.
    """

    journal = True
    card_wide = True
    card_id: int
    clients: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CardsUnlinked(Event):
    """Its clients and those named here have a card each again. Ids alone, as in CardsLinked."""

    journal = True
    card_wide = True
    card_id: int
    clients: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ClientMoved(Event):
    """The client writes from another number or id now; `other_client_id` was known under the new one before."""

    journal = True
    card_id: int
    old: str
    new: str
    other_client_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ClientsToldApart(Event):
    """Somebody said that two cards are not the same person."""

    card_id: int
    other_card_id: int


@dataclass(frozen=True, kw_only=True)
class ClientsNotToldApart(Event):
    """That was taken back."""

    card_id: int
    other_card_id: int
