"""Rows of dialogs in the shapes that the templates name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from c2d.channels.models import DISABLED
from c2d.channels.transports import TRANSPORTS, Capabilities, Transport
from c2d.core import veil
from c2d.core.current import operator
from c2d.core.text import initials, short_name
from c2d.dialogs.models import OPEN
from c2d.dialogs.view import ListView

_UNKNOWN = Transport(key="", label="", glyph="ext", mark="")


def transport_of(key: str) -> Transport:
    return TRANSPORTS.get(key, _UNKNOWN)


def transport_label(key: str) -> str:
    """The messenger's name in the reader's language."""
    label = transport_of(key).label
    return _(label) if label else key


def client_name(row: Any) -> str:
    return veil.words(row.name) or _("Client %(id)s", id=row.client_id)


@dataclass(frozen=True)
class ListRow:
    """One chat in the list, as dialogs/_row.html takes it."""

    id: int
    name: str
    initials: str
    hue: int
    ch: str
    transport_label: str
    at: datetime
    sort: int
    preview: str
    preview_kind: str
    preview_out: bool
    draft: str | None
    unread: int
    waiting_since: datetime | None
    failed: bool
    open: bool
    assignee: str | None


def list_row(row: Any, view: ListView, draft: str | None) -> ListRow:
    name = client_name(row)
    return ListRow(
        id=row.id, name=name, initials=initials(name), hue=row.hue, ch=transport_of(row.transport).glyph,
        transport_label=transport_label(row.transport), at=row.sort_at, sort=view.sort_key(row),
        preview=row.preview, preview_kind=row.preview_kind, preview_out=row.preview_out, draft=draft,
        unread=row.unread, waiting_since=row.waiting_since, failed=row.failed, open=row.state == OPEN,
        assignee=short_name(row.first_name, row.last_name),
    )


@dataclass(frozen=True)
class DialogHead:
    """The dialog above its messages, as dialogs/_header.html takes it: the same for every reader."""

    id: int
    client_id: int
    name: str
    ch: str
    transport_label: str
    channel_name: str
    login: str
    open: bool
    assignee_id: int | None
    assignee: str | None
    blacklisted: bool


@dataclass(frozen=True)
class OpenDialog(DialogHead):
    """As dialogs/_dialog.html takes it, with what depends on who reads: may they write, is it theirs."""

    head: DialogHead
    seq: int
    caps: Capabilities
    read_only: bool
    mine: bool
    blocked: str | None  # why nothing can be sent
    others: bool  # the client has further dialogs that the reader may see
    merged: int | None  # the card, where all its dialogs are shown together,
    together: tuple[int, ...]  # these


def dialog_head(row: Any) -> DialogHead:
    return DialogHead(
        id=row.id, client_id=row.client_id, name=client_name(row), ch=transport_of(row.transport).glyph,
        transport_label=transport_label(row.transport), channel_name=row.channel_name,
        login=login_of(row.username, row.external_id), open=row.state == OPEN, assignee_id=row.operator_id,
        assignee=short_name(row.first_name, row.last_name), blacklisted=row.blacklisted,
    )


def dialog_for_reader(row: Any, together: tuple[int, ...] = ()) -> OpenDialog:
    """`together` are the dialogs of the card when all of them are shown as one log."""
    head, who = dialog_head(row), operator()
    off = row.channel_state == DISABLED
    return OpenDialog(
        **vars(head), head=head, seq=row.seq or 0, caps=transport_of(row.transport).can,
        read_only=who.looks_only or not (who.may("chats.reply") or who.may("chats.comment")),
        mine=row.operator_id == who.id,
        blocked=_("The channel is switched off: nothing can be sent through it.") if off else None,
        others=row.others, merged=row.card_id if together else None, together=together,
    )


def login_of(username: str | None, external_id: str) -> str:
    return veil.words(f"@{username.lstrip('@')}" if username else external_id)


def request_label(number: int) -> str:
    return f"N-{number}"
