"""The card in the shapes that the templates name."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

from flask_babel import gettext as _

from c2d.channels.transports import TRANSPORTS
from c2d.clients import EDIT, answers, contacts, duplicates, linking, queries
from c2d.clients.duplicates import Suggestion
from c2d.clients.fields import BUILT_IN, OWN, Field
from c2d.core import veil
from c2d.core.current import can, operator
from c2d.core.text import full_name, initials


class Fact(NamedTuple):
    """A field with what the card says in it; `value` as stored, `text` as the reader reads it.

    `veiled`: a part is kept from the reader, who gets `value` without it and may not edit it.
    """

    key: str
    label: str
    value: str
    text: str
    kind: str
    required: bool
    href: str | None
    veiled: bool = False


class Entry(NamedTuple):
    """A phone or an e-mail; `own` ones may be changed by hand."""

    id: int
    source: str
    text: str
    raw: str
    own: bool


class About(NamedTuple):
    """As much of a card as its phones and e-mails need beside themselves."""

    id: int
    edits: bool


class DialogLine(NamedTuple):
    """One of the client's dialogs, as clients/_dialogs.html takes it."""

    id: int
    ch: str
    transport_label: str
    channel_name: str
    login: str
    at: datetime
    current: bool
    unread: int


class TagShown(NamedTuple):
    id: int
    name: str
    hue: int


@dataclass
class CardPanel:
    """`edits`: may the reader change it. `columns`: '1' or '2', as the reader likes it."""

    id: int
    card_id: int
    dialog_id: int | None
    version: int
    name: str
    initials: str
    hue: int
    open: bool
    edits: bool
    columns: str
    facts: dict[str, Fact]
    fields: list[Fact]
    phones: tuple[Entry, ...]
    emails: tuple[Entry, ...]
    tags: list[TagShown]
    dialogs: tuple[DialogLine, ...]
    requests: list
    tickets: list = field(default_factory=list)
    linked: bool = False
    links: list = field(default_factory=list)
    duplicates: list[Suggestion] = field(default_factory=list)

    @property
    def about(self) -> About:
        return About(self.id, self.edits and not veil.hidden())


def panel(client_id: int, dialog_id: int | None) -> CardPanel:
    """The card of a client as it stands beside one of its dialogs."""
    row = queries.card(client_id)
    around, dialogs = queries.around(row.id), queries.dialogs(row.id)
    links, name = linking.history(row.id) if row.has_links else (), veil.words(row.name)
    return CardPanel(
        id=client_id, card_id=row.id, dialog_id=dialog_id, version=row.version, name=name,
        initials=initials(name), hue=row.hue,
        open=any(d.state == "open" for d in dialogs if dialog_id in (None, d.id)), edits=edits(),
        columns=operator().preferences.get("card_columns", "2"),
        facts={key: fact(field, getattr(row, key)) for key, field in BUILT_IN.items()},
        fields=[_own_fact(f) for f in around["field"]],
        phones=entries(contacts.PHONES, around["phones"]), emails=entries(contacts.EMAILS, around["emails"]),
        tags=[TagShown(t.id, t.raw, t.n) for t in around["tag"]],
        dialogs=tuple(dialog_line(d, dialog_id) for d in dialogs),
        duplicates=duplicates.of_card(row.id) if can("clients.link") else [],
        requests=[SimpleNamespace(number=f"N-{r.n}", opened=r.at, closed=r.till) for r in around["request"]],
        linked=row.addresses > 1, links=[_link(link) for link in links],
    )


def edits() -> bool:
    """May the signed-in operator change cards?"""
    return may_edit(operator().permissions, operator().read_only)


def may_edit(permissions: Set[str], read_only: bool) -> bool:
    return EDIT in permissions and not read_only


def fact(field: Field, value: str) -> Fact:
    shown = veiled(field, value)
    if shown != value:
        return Fact(field.key, field.title, shown, shown, field.kind, field.required, None, veiled=True)
    return Fact(field.key, field.title, value, answers.written(field.kind, value), field.kind, field.required,
                answers.address(field.kind, value))


def veiled(field: Field, value: str) -> str:
    """What the reader sees of a value: a client may be called by their number. What people write about is left as it is."""
    return veil.words(value) if field.key in ("name", "title", "login") else value


def entries(part: str, rows: Iterable[Any]) -> tuple[Entry, ...]:
    mask = veil.phone if part == contacts.PHONES else veil.email
    return tuple(Entry(row.id, row.source, mask(contacts.written(part, row)), mask(row.raw), row.client_id is None)
                 for row in rows)


def label_of(part: str) -> str:
    return {contacts.PHONES: _("Phone"), contacts.EMAILS: _("Email")}[part]


def _own_fact(row: Any) -> Fact:
    own = Field(f"{OWN}{row.id}", row.raw, row.source, required=row.required, id=row.id)
    return fact(own, row.normal or "")


def channel_mark(transport: str, channel_name: str) -> SimpleNamespace:
    """Which channel a message went through: its glyph, and its name in words."""
    known = TRANSPORTS.get(transport)
    return SimpleNamespace(ch=known.glyph if known else "ext", transport=_(known.label) if known else transport,
                           name=channel_name)


def dialog_line(row: Any, current: int | None) -> DialogLine:
    """One of the client's dialogs, as a list of them shows it."""
    mark = channel_mark(row.transport, row.channel_name)
    return DialogLine(
        id=row.id, ch=mark.ch, transport_label=mark.transport, channel_name=row.channel_name,
        login=veil.words(f"@{row.username.lstrip('@')}" if row.username else row.external_id), at=row.sort_at,
        current=row.id == current, unread=row.unread,
    )


def _link(row: Any) -> SimpleNamespace:
    return SimpleNamespace(
        ids="ID " + ", ID ".join(map(str, row.client_ids)), at=row.linked_at, undone_at=row.undone_at,
        by=full_name(row.first_name, row.last_name), undone_by=full_name(row.undone_first, row.undone_last),
    )
