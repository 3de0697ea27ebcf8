"""Finding the dialog that is to be linked: by a name, a number or an id."""

import re

from c2d.clients.access import SEES, sight
from c2d.core.sql import Row, Scoped, scoped
from c2d.core.text import fold, one_line

MAX_WORDS, SHOWN, CANDIDATES = 6, 20, 200
_NUMBER = re.compile(r"(?:id)?\s*(\d{1,18})", re.IGNORECASE)
_PHONE = re.compile(r"[\d\s()+.-]+")

_DIALOGS = f"""
    SELECT d.id, d.client_id, d.card_id, d.transport, d.sort_at, d.name, d.hue, h.name AS channel_name,
           c.username, c.external_id,
           (SELECT coalesce(p.number, p.raw) FROM card_phones p WHERE p.company_id = d.company_id AND p.card_id = d.card_id
            AND p.client_id = d.client_id ORDER BY p.number NULLS LAST, p.position, p.id LIMIT 1) AS phone,
           (SELECT count(*) FROM clients x WHERE x.company_id = d.company_id AND x.card_id = d.card_id) - 1 AS others
    FROM dialogs d
    JOIN channels h ON h.company_id = d.company_id AND h.id = d.channel_id
    JOIN clients c ON c.company_id = d.company_id AND c.id = d.client_id
    WHERE d.company_id = %(company)s AND {SEES} AND """  # noqa: S608
_ORDER = f" ORDER BY d.sort_at DESC, d.id LIMIT {SHOWN}"


def _statement(words: int) -> Scoped:
    every = " AND ".join(f"k.search LIKE %(word{n})s" for n in range(words))
    return scoped(_DIALOGS + f"""d.id IN (
        SELECT x.id FROM (SELECT k.id FROM client_cards k WHERE k.company_id = %(company)s AND {every} LIMIT {CANDIDATES}) k
        JOIN dialogs x ON x.company_id = %(company)s AND x.card_id = k.id
        UNION ALL SELECT x.id FROM dialogs x WHERE x.company_id = %(company)s AND (x.client_id = %(id)s OR x.id = %(id)s))
        """ + _ORDER)  # noqa: S608


_found = [_statement(words) for words in range(1, MAX_WORDS + 1)]
_of_client = scoped(_DIALOGS + "d.client_id = ANY(%(clients)s)" + _ORDER)


def found(typed: str) -> list[Row]:
    """The dialogs that fit and that the operator may see, the liveliest first."""
    q = one_line(typed, 100)
    digits = re.sub(r"\D", "", q)
    words = [digits] if _PHONE.fullmatch(q) and len(digits) >= 3 else fold(q).split()[:MAX_WORDS]
    if not words:
        return []
    number = _NUMBER.fullmatch(q)
    patterns = {f"word{n}": f"%{_escaped(word)}%" for n, word in enumerate(words)}
    return _found[len(words) - 1].all(**sight(), **patterns, id=int(number[1]) if number else None)


def dialogs_of(clients: list[int]) -> list[Row]:
    """The dialogs of these clients in the same shape."""
    return _of_client.all(**sight(), clients=clients)


def _escaped(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)
