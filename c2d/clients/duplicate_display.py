"""Pairs of cards in the shape that clients/duplicates.html names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from c2d.channels.transports import TRANSPORTS
from c2d.clients.duplicates import COUNTED, NAME, PHONE, REASONS, Page
from c2d.core import veil
from c2d.core.phones import readable
from c2d.core.sql import scoped
from c2d.core.text import full_name, initials

_sides = scoped("""
    SELECT k.id AS card_id, k.name, k.hue,
        (SELECT min(c.id) FROM clients c WHERE c.company_id = k.company_id AND c.card_id = k.id) AS client_id,
        ARRAY(SELECT DISTINCT c.transport FROM clients c WHERE c.company_id = k.company_id AND c.card_id = k.id
              ORDER BY c.transport) AS transports,
        ARRAY(SELECT ARRAY[p.source, p.number, p.raw] FROM card_phones p
              WHERE p.company_id = k.company_id AND p.card_id = k.id ORDER BY p.position, p.id LIMIT 5) AS phones,
        ARRAY(SELECT e.raw FROM card_emails e WHERE e.company_id = k.company_id AND e.card_id = k.id
              ORDER BY e.position, e.id LIMIT 5) AS emails,
        (SELECT max(d.sort_at) FROM dialogs d WHERE d.company_id = k.company_id AND d.card_id = k.id) AS at
    FROM client_cards k WHERE k.company_id = %(company)s AND k.id = ANY(%(cards)s)""")


@dataclass(frozen=True)
class Side:
    card_id: int
    client_id: int
    name: str
    initials: str
    hue: int
    phones: list[str]
    emails: list[str]
    transports: list[tuple[str, str]]
    at: datetime | None


@dataclass(frozen=True)
class Pair:
    """`by` and `at` tell who has told the two apart, and when; else `reasons` tell why they look alike."""

    id: str
    one: Side
    other: Side
    reasons: list[str]
    by: str = ""
    at: datetime | None = None


def pairs(page: Page) -> list[Pair]:
    """The page's pairs with both cards; one more statement."""
    cards = {id for row in page.rows for id in (row.one, row.other)}
    sides = {row.card_id: _side(row) for row in _sides.all(cards=sorted(cards))} if cards else {}
    return [_pair(row, sides[row.one], sides[row.other]) for row in page.rows]


def counted(total: int | None) -> str | None:
    """How many there are, in words; more than are counted is said so."""
    if not total:
        return None
    if total >= COUNTED:
        return _("More than %(num)s pairs", num=COUNTED - 1)
    return ngettext("%(num)d pair of cards", "%(num)d pairs of cards", total)


def _pair(row: Any, one: Side, other: Side) -> Pair:
    id = f"{row.one}-{row.other}"
    if not hasattr(row, "said_at"):
        reasons = [REASONS[n] for n in row.reasons]
        if PHONE in reasons and NAME in reasons:
            reasons.remove(NAME)  # the end of one and the same phone says nothing more
        return Pair(id, one, other, reasons)
    return Pair(id, one, other, [], full_name(row.first_name, row.last_name) or "", row.said_at)


def _side(row: Any) -> Side:
    name = veil.words(row.name) or _("Client %(id)s", id=row.client_id)
    transports = [TRANSPORTS[key] for key in row.transports if key in TRANSPORTS]
    phones = [f"{source} {veil.phone(readable(number) if number else raw)}".strip() for source, number, raw in row.phones]
    return Side(row.card_id, row.client_id, name, initials(name), row.hue, phones,
                [veil.email(address) for address in row.emails],
                [(transport.glyph, _(transport.label)) for transport in transports], row.at)
