"""The card in the shape that clients/_card.html names."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from flask_babel import gettext as _

from c2d.channels.transports import TRANSPORTS
from c2d.clients import queries
from c2d.core.phones import readable
from c2d.core.text import initials


@dataclass
class CardPanel:
    id: int
    card_id: int
    version: int
    name: str
    initials: str
    hue: int
    open: bool
    login: str
    comment: str
    phones: list[tuple[str, str]]
    emails: list[str]
    tags: list[tuple[str, int]]
    dialogs: list
    requests: list
    fields: list = field(default_factory=list)
    tickets: list = field(default_factory=list)


def panel(client_id: int, dialog_id: int | None) -> CardPanel:
    """The card of a client as it stands beside one of its dialogs."""
    row = queries.card(client_id)
    around, dialogs = queries.around(row.id), queries.dialogs(row.id)
    return CardPanel(
        id=client_id, card_id=row.id, version=row.version, name=row.name, initials=initials(row.name), hue=row.hue,
        open=any(d.state == "open" for d in dialogs if dialog_id in (None, d.id)), login=row.login,
        comment=row.comment,
        phones=[(p.a, readable(p.c) if p.c else p.b) for p in around["phone"]],
        emails=[e.b for e in around["email"]],
        tags=[(t.a, t.n) for t in around["tag"]],
        dialogs=[_dialog(d, dialog_id) for d in dialogs],
        requests=[SimpleNamespace(number=f"N-{r.n}", opened=r.at, closed=r.till) for r in around["request"]],
    )


def _dialog(row: Any, current: int | None) -> SimpleNamespace:
    transport = TRANSPORTS.get(row.transport)
    return SimpleNamespace(
        id=row.id, ch=transport.glyph if transport else "ext",
        transport_label=_(transport.label) if transport else row.transport, channel_name=row.channel_name,
        login=f"@{row.username.lstrip('@')}" if row.username else row.external_id, at=row.sort_at,
        current=row.id == current, unread=row.unread,
    )
