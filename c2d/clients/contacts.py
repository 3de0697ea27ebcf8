"""Phones and e-mails of a card: several of each, the first one is the primary.

Those that a channel brought are the client's address there: they are neither changed nor removed by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _

from c2d.clients import card, searching
from c2d.clients.events import CardChanged
from c2d.companies.settings import own
from c2d.core import emails
from c2d.core.errors import Conflict, NotFound, Refused
from c2d.core.phones import normalise, readable
from c2d.core.sql import Row, Scoped, scoped
from c2d.core.text import one_line

PHONES, EMAILS = "phones", "emails"
MOST = 50


@dataclass(frozen=True)
class Part:
    """`field` is the key in events; `read` gives what is stored (raw, normal form) or raises Refused."""

    field: str
    read: Callable[[str], tuple[str, str]]
    rows: Scoped
    add: Scoped
    change: Scoped
    remove: Scoped
    first: Scoped


def _phone(typed: str) -> tuple[str, str]:
    raw = one_line(typed, 100)
    number = normalise(raw, own().country)
    if number is None:
        raise Refused(_("This does not look like a phone number"), PHONES)
    return raw, number


def _email(typed: str) -> tuple[str, str]:
    raw = one_line(typed, 254)
    address = emails.normalise(raw)
    if address is None:
        raise Refused(_("This does not look like an e-mail address"), EMAILS)
    return raw, address


def _part(field: str, table: str, normal: str, source: str, read: Callable[[str], tuple[str, str]]) -> Part:
    where = "WHERE company_id = %(company)s AND card_id = %(card)s AND id = %(id)s"
    return Part(
        field, read,
        scoped(f"""SELECT card_id, id, client_id, {source} AS source, raw, {normal} AS normal, position FROM {table}
            WHERE company_id = %(company)s AND card_id = ANY(%(cards)s) ORDER BY position, id"""),  # noqa: S608
        scoped(f"""INSERT INTO {table} (company_id, card_id, raw, {normal}, position)
            VALUES (%(company)s, %(card)s, %(raw)s, %(normal)s, %(position)s)"""),  # noqa: S608
        scoped(f"UPDATE {table} SET raw = %(raw)s, {normal} = %(normal)s {where}"),  # noqa: S608
        scoped(f"DELETE FROM {table} {where}"),  # noqa: S608
        scoped(f"UPDATE {table} SET position = %(position)s {where}"),  # noqa: S608
    )


PARTS = {
    PHONES: _part("phone", "card_phones", "number", "source", _phone),
    EMAILS: _part("email", "card_emails", "address", "''", _email),
}


def written(part: str, row: Row) -> str:
    """An entry as a person reads it, without the mark of its transport."""
    return readable(row.normal) if part == PHONES and row.normal else row.raw


def rows(part: str, card_ids: list[int]) -> list[Row]:
    """The entries of these cards, the primary one of each first."""
    return PARTS[part].rows.all(cards=card_ids)


def add(client_id: int, part: str, typed: str) -> None:
    """Raises Refused when it is none, or stands on the card already."""
    raw, normal = PARTS[part].read(typed)
    kept = card.locked(client_id)
    there = rows(part, [kept.id])
    _refuse_twice(part, there, normal)
    if len(there) >= MOST:
        raise Refused(_("At most %(num)s fit", num=MOST), part)
    PARTS[part].add.run(card=kept.id, raw=raw, normal=normal, position=max((r.position for r in there), default=-1) + 1)
    _tell(kept.id, part, "", _said(part, normal, raw))


def change(client_id: int, part: str, entry_id: int, typed: str, shown: str | None = None) -> None:
    """`shown` is the raw text that the editor had: Conflict when it is another one by now."""
    raw, normal = PARTS[part].read(typed)
    kept = card.locked(client_id)
    there = rows(part, [kept.id])
    entry = _own(there, entry_id)
    if entry.raw == raw:
        return
    if shown is not None and shown != entry.raw:
        raise Conflict(_("Somebody changed this meanwhile: %(text)s. Save again to put yours in its place",
                         text=written(part, entry)))
    _refuse_twice(part, [row for row in there if row.id != entry.id], normal)
    PARTS[part].change.run(card=kept.id, id=entry.id, raw=raw, normal=normal)
    _tell(kept.id, part, written(part, entry), _said(part, normal, raw))


def remove(client_id: int, part: str, entry_id: int) -> None:
    kept = card.locked(client_id)
    entry = _own(rows(part, [kept.id]), entry_id)
    PARTS[part].remove.run(card=kept.id, id=entry.id)
    _tell(kept.id, part, written(part, entry), "")


def make_primary(client_id: int, part: str, entry_id: int) -> None:
    """Put the entry first; it may be one of a channel's."""
    kept = card.locked(client_id)
    there = rows(part, [kept.id])
    entry = _among(there, entry_id)
    if entry is there[0]:
        return
    PARTS[part].first.run(card=kept.id, id=entry.id, position=there[0].position - 1)
    card.grow(kept.id)
    old, new = (" ".join(filter(None, (row.source, written(part, row)))) for row in (there[0], entry))
    card.tell(kept.id, CardChanged, field=f"{PARTS[part].field}_primary", old=old, new=new)


def _tell(card_id: int, part: str, old: str, new: str) -> None:
    card.grow(card_id)
    searching.refresh([card_id])
    card.tell(card_id, CardChanged, field=PARTS[part].field, old=old, new=new)


def _said(part: str, normal: str, raw: str) -> str:
    return readable(normal) if part == PHONES else raw


def _refuse_twice(part: str, there: list[Row], normal: str) -> None:
    if any(row.normal == normal for row in there):
        same = _("This number is on the card already") if part == PHONES else _("This address is on the card already")
        raise Refused(same, part)


def _among(there: list[Row], entry_id: int) -> Row:
    for row in there:
        if row.id == entry_id:
            return row
    raise NotFound()


def _own(there: list[Row], entry_id: int) -> Row:
    entry = _among(there, entry_id)
    if entry.client_id is not None:
        raise Refused(_("This is the client's address in a channel: it cannot be changed by hand"), "value")
    return entry
