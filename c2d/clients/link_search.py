"""Finding the dialog that is to be linked: by any field of its card, a number or an id."""

import re
from functools import cache

from c2d.clients import search
from c2d.clients.access import SEES, sight
from c2d.clients.search import Match, Shape
from c2d.core.current import operator
from c2d.core.sql import Row, Scoped, scoped
from c2d.core.text import one_line, other_layout

SHOWN = 20
_NUMBER = re.compile(r"(?:id)?\s*(\d{1,18})", re.IGNORECASE)

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


@cache
def _statement(shape: Shape, sees_all: bool) -> Scoped:
    return scoped(_DIALOGS + f"""d.id IN (
        SELECT x.id FROM ({search.within(shape, sees_all)}) k
        JOIN dialogs x ON x.company_id = %(company)s AND x.card_id = k.id
        UNION ALL SELECT x.id FROM dialogs x WHERE x.company_id = %(company)s AND (x.client_id = %(id)s OR x.id = %(id)s))
        """ + _ORDER)  # noqa: S608


_of_client = scoped(_DIALOGS + "d.client_id = ANY(%(clients)s)" + _ORDER)


def found(typed: str) -> tuple[list[Row], dict[int, Match]]:
    """The dialogs that fit and that the operator may see, the liveliest first, and what matched on each card.

    A wrong keyboard layout is understood.
    """
    q = one_line(typed, 100)
    for text in (q, other_layout(q)):
        rows = _look(text) if text else []
        if rows:
            return rows, search.matches([row.card_id for row in rows], search.words_of(text), operator().id)
    return [], {}


def dialogs_of(clients: list[int]) -> list[Row]:
    """The dialogs of these clients in the same shape."""
    return _of_client.all(**sight(), clients=clients)


def _look(q: str) -> list[Row]:
    words, number = search.words_of(q), _NUMBER.fullmatch(q)
    if not words:
        return []
    id = int(number[1]) if number else None
    given = sight()
    return _statement(search.shape(words), given["sees_all"]).all(**given, **search.values(words), id=id)
