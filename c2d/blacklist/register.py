"""The blacklist of the settings: who is blocked now, who was, and clients to be found by number or id."""

import re
from dataclasses import dataclass

from c2d.blacklist.queries import IN_FORCE
from c2d.clients.access import SEES, sight
from c2d.clients.search import UNVEILED
from c2d.companies.settings import own
from c2d.core import veil
from c2d.core.paging import from_cursor, to_cursor
from c2d.core.phones import normalise
from c2d.core.sql import Row, scoped
from c2d.core.text import fold, holding, one_line

PAGE_SIZE = 50
MAX_WORDS = 6
NOW, HISTORY = TABS = ("now", "history")
_NUMBER = re.compile(r"[\d\s()+.-]+")

_SHOWN = """
    b.id, b.card_id, b.reason, b.blocked_at, b.until, b.lifted_at, c.name, c.hue,
    o.first_name, o.last_name, l.first_name AS lifted_first, l.last_name AS lifted_last,
    (SELECT min(k.id) FROM clients k WHERE k.company_id = b.company_id AND k.card_id = b.card_id) AS client_id,
    (SELECT array_agg(p.source || ' ' || p.raw ORDER BY p.position, p.id) FROM card_phones p
     WHERE p.company_id = b.company_id AND p.card_id = b.card_id) AS addresses"""
# A card that was linked into another is empty; what held for it holds for that one.
_FROM = f"""
    FROM blacklist_entries b
    JOIN client_cards c ON c.company_id = b.company_id AND c.id = b.card_id AND c.absorbed_by_id IS NULL
    LEFT JOIN operators o ON o.company_id = b.company_id AND o.id = b.blocked_by
    LEFT JOIN operators l ON l.company_id = b.company_id AND l.id = b.lifted_by
    WHERE b.company_id = %(company)s AND b.id < %(before)s
      AND CASE WHEN %(sees_contacts)s THEN c.search ELSE {UNVEILED} END LIKE ALL(%(patterns)s::text[])"""  # noqa: S608
_pages = {
    NOW: scoped(f"SELECT {_SHOWN} {_FROM} AND {IN_FORCE} ORDER BY b.id DESC LIMIT {PAGE_SIZE + 1}"),  # noqa: S608
    HISTORY: scoped(f"SELECT {_SHOWN} {_FROM} AND NOT ({IN_FORCE}) ORDER BY b.id DESC LIMIT {PAGE_SIZE + 1}"),  # noqa: S608
}
_known = scoped(f"""
    SELECT k.id AS card_id, k.name, k.hue, min(c.id) AS client_id,
           array_agg(DISTINCT coalesce(c.phone, c.external_id)) AS addresses,
           EXISTS (SELECT 1 FROM blacklist_entries b
                   WHERE b.company_id = k.company_id AND b.card_id = k.id AND {IN_FORCE}) AS blocked
    FROM client_cards k JOIN clients c ON c.company_id = k.company_id AND c.card_id = k.id
    WHERE k.company_id = %(company)s AND k.id IN (
        SELECT card_id FROM clients WHERE company_id = %(company)s AND id = %(id)s
        UNION ALL SELECT card_id FROM clients WHERE company_id = %(company)s AND external_id = ANY(%(addresses)s)
        UNION ALL SELECT card_id FROM card_phones
        WHERE company_id = %(company)s AND (raw = ANY(%(addresses)s) OR number = %(number)s))
      AND (%(sees_all)s OR EXISTS (SELECT 1 FROM dialogs d WHERE d.company_id = k.company_id AND d.card_id = k.id AND {SEES}))
    GROUP BY k.company_id, k.id, k.name, k.hue ORDER BY k.id LIMIT 20""")  # noqa: S608


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    cursor: str | None  # of the next page


def page(tab: str, q: str, cursor: str | None) -> Page:
    """One page of those blocked now, or of those who were, the newest first."""
    key = from_cursor(cursor, 1)
    before = key[0] if key and isinstance(key[0], int) and 0 < key[0] < 2**62 else 2**62
    rows = _pages[tab].all(before=before, patterns=_patterns(q), **sight())
    return Page(rows[:PAGE_SIZE], to_cursor(rows[PAGE_SIZE - 1].id) if len(rows) > PAGE_SIZE else None)


def known(address: str) -> list[Row]:
    """The cards that have exactly this phone number, messenger's id or client id, and are the reader's to see;
    who sees no numbers finds by none."""
    typed = one_line(address, 100)
    digits = re.sub(r"\D", "", typed)
    if not typed:
        return []
    hidden = veil.hidden()
    number = normalise(typed, own().country) if _NUMBER.fullmatch(typed) and not hidden else None
    id = int(digits) if digits == typed and len(digits) < 19 else None
    return _known.all(id=id, number=number, addresses=[a for a in {typed, digits} if a and not hidden], **sight())


def _patterns(q: str) -> list[str]:
    words = [re.sub(r"\D", "", q)] if _NUMBER.fullmatch(q) else fold(q).split()[:MAX_WORDS]
    return [holding(word) for word in words]
