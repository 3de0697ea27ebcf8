"""The same person twice: which cards look like one, why, and what operators have said about it.

Each reason is a value that two cards share; nobody is ever joined by it, only shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Row

from c2d.channels.transports import TRANSPORTS
from c2d.clients import holding, queries
from c2d.clients.access import SEES, sight
from c2d.clients.events import ClientsNotToldApart, ClientsToldApart
from c2d.clients.models import TAIL
from c2d.core import veil
from c2d.core.errors import NotFound
from c2d.core.events import emit
from c2d.core.paging import from_cursor, to_cursor
from c2d.core.sql import Scoped, scoped

PHONE, EMAIL, VISITOR, NAME = REASONS = ("phone", "email", "visitor", "name")
SHOWN, PAGE_SIZE, COUNTED = 3, 20, 1000
NEAR = 10  # of many cards with one value each is compared with so many that follow
# Ids that mean the same person wherever they occur: those that a provider gives for all of a company's channels.
_GLOBAL = sorted({t.mark for t in TRANSPORTS.values() if t.can.identity == "company"})
_TAIL = {alias: TAIL.replace("coalesce(number, raw)", f"coalesce({alias}.number, {alias}.raw)") for alias in ("p", "o")}
_NAMED = "translate(lower({}), '\u0451', '\u0435')"
_SEEN = f"""(%(sees_all)s OR EXISTS (SELECT 1 FROM dialogs d
    WHERE d.company_id = %(company)s AND d.card_id = {{card}} AND {SEES}))"""  # noqa: S608
_APART = """EXISTS (SELECT 1 FROM card_distinctions t WHERE t.company_id = %(company)s
    AND t.card_id = least({a}, {b}) AND t.other_card_id = greatest({a}, {b}))"""

_of_card = scoped(f"""
    SELECT o.card_id, k.name, k.hue, min(o.n) AS n, (
        SELECT c.id FROM clients c WHERE c.company_id = %(company)s AND c.card_id = o.card_id ORDER BY c.id LIMIT 1) AS client_id
    FROM (
        (SELECT 0 AS n, o.card_id FROM card_phones p
         JOIN card_phones o ON o.company_id = p.company_id AND o.number = p.number AND o.card_id <> p.card_id
         WHERE p.company_id = %(company)s AND p.card_id = %(card)s LIMIT 50)
        UNION ALL
        (SELECT 1, o.card_id FROM card_emails p
         JOIN card_emails o ON o.company_id = p.company_id AND o.address = p.address AND o.card_id <> p.card_id
         WHERE p.company_id = %(company)s AND p.card_id = %(card)s LIMIT 50)
        UNION ALL
        (SELECT 2, o.card_id FROM card_phones p
         JOIN card_phones o ON o.company_id = p.company_id AND o.raw = p.raw AND o.number IS NULL
              AND o.source = p.source AND o.card_id <> p.card_id
         WHERE p.company_id = %(company)s AND p.card_id = %(card)s AND p.number IS NULL
           AND p.source = ANY(%(marks)s) LIMIT 50)
        UNION ALL
        (SELECT 3, o.card_id FROM card_phones p
         JOIN client_cards me ON me.company_id = p.company_id AND me.id = p.card_id AND me.name <> ''
         JOIN card_phones o ON o.company_id = p.company_id AND {_TAIL["o"]} = {_TAIL["p"]} AND o.card_id <> p.card_id
         JOIN client_cards k ON k.company_id = o.company_id AND k.id = o.card_id
              AND {_NAMED.format("k.name")} = {_NAMED.format("me.name")}
         WHERE p.company_id = %(company)s AND p.card_id = %(card)s AND length({_TAIL["p"]}) = 7 LIMIT 50)
    ) o
    JOIN client_cards k ON k.company_id = %(company)s AND k.id = o.card_id AND k.absorbed_by_id IS NULL
    WHERE NOT {_APART.format(a="o.card_id", b="%(card)s::bigint")} AND {_SEEN.format(card="o.card_id")}
    GROUP BY o.card_id, k.name, k.hue ORDER BY min(o.n), o.card_id LIMIT {SHOWN}""")  # noqa: S608
_tell_apart = scoped("""
    INSERT INTO card_distinctions (company_id, card_id, other_card_id, operator_id)
    VALUES (%(company)s, least(%(one)s::bigint, %(other)s), greatest(%(one)s::bigint, %(other)s), %(me)s)
    ON CONFLICT (company_id, card_id, other_card_id) DO NOTHING RETURNING id""")
_forget = scoped("""
    DELETE FROM card_distinctions WHERE company_id = %(company)s
      AND card_id = least(%(one)s::bigint, %(other)s) AND other_card_id = greatest(%(one)s::bigint, %(other)s)
    RETURNING id""")
_told_apart = scoped(f"""
    SELECT t.id, t.card_id AS one, t.other_card_id AS other, t.said_at, o.first_name, o.last_name
    FROM card_distinctions t LEFT JOIN operators o ON o.company_id = t.company_id AND o.id = t.operator_id
    JOIN client_cards a ON a.company_id = t.company_id AND a.id = t.card_id AND a.absorbed_by_id IS NULL
    JOIN client_cards b ON b.company_id = t.company_id AND b.id = t.other_card_id AND b.absorbed_by_id IS NULL
    WHERE t.company_id = %(company)s AND (%(before)s::bigint IS NULL OR t.id < %(before)s)
      AND {_SEEN.format(card="t.card_id")} AND {_SEEN.format(card="t.other_card_id")}
    ORDER BY t.id DESC LIMIT {PAGE_SIZE + 1}""")  # noqa: S608


@dataclass(frozen=True)
class Suggestion:
    """Another card that looks like the same person; `client_id` is one of its addresses."""

    card_id: int
    client_id: int
    name: str
    hue: int
    reason: str


@dataclass(frozen=True)
class Page:
    """`total` is counted as far as COUNTED; None on further pages."""

    rows: list[Row]
    cursor: str | None
    total: int | None = None


def of_card(card_id: int) -> list[Suggestion]:
    """Other cards of what looks like the same person, as far as the operator may see them, the surest first."""
    return [Suggestion(row.card_id, row.client_id, veil.words(row.name), row.hue, REASONS[row.n])
            for row in _of_card.all(card=card_id, marks=_GLOBAL, **sight())]


def tell_apart(client_id: int, other_client_id: int, operator_id: int) -> None:
    """These two are not the same person, whoever looks. Saying it twice is saying it once."""
    one, other = _pair(client_id, other_client_id)
    if _tell_apart.first(one=one, other=other, me=operator_id):
        emit(ClientsToldApart(client_id=client_id, card_id=one, other_card_id=other, actor_id=operator_id))


def forget(client_id: int, other_client_id: int) -> None:
    """Take that back: the two are suggested again."""
    one, other = _pair(client_id, other_client_id)
    if _forget.first(one=one, other=other):
        emit(ClientsNotToldApart(client_id=client_id, card_id=one, other_card_id=other))


def page(cursor: str | None = None) -> Page:
    """Pairs of the whole company that look like one person, by their ids; with every reason that they have."""
    key = from_cursor(cursor, 2)
    key = key if key and all(isinstance(x, int) for x in key) else None
    one, other = key or (None, None)
    rows = _pairs(key is not None).all(one=one, other=other, marks=_GLOBAL, **sight())
    shown = rows[:PAGE_SIZE]
    more = to_cursor(shown[-1].one, shown[-1].other) if len(rows) > PAGE_SIZE else None
    return Page(shown, more, (rows[0].total if rows else 0) if key is None else None)


def told_apart(cursor: str | None = None) -> Page:
    """What operators have told apart, the newest first."""
    key = from_cursor(cursor, 1)
    rows = _told_apart.all(before=key[0] if key and isinstance(key[0], int) else None, **sight())
    shown = rows[:PAGE_SIZE]
    return Page(shown, to_cursor(shown[-1].id) if len(rows) > PAGE_SIZE else None)


def _pair(client_id: int, other_client_id: int) -> Sequence[int]:
    cards = holding.hold({id: queries.card(id).id for id in (client_id, other_client_id)})
    one, other = cards[client_id].id, cards[other_client_id].id
    if one == other:
        raise NotFound()
    return one, other


@cache
def _pairs(after: bool) -> Scoped:
    """Cards that share a value, numbered within it: a value that a thousand cards have makes ten thousand pairs at most."""
    shared = f"""
        SELECT 0 AS reason, number AS value, card_id FROM card_phones
        WHERE company_id = %(company)s AND number IN (
            SELECT number FROM card_phones WHERE company_id = %(company)s GROUP BY number HAVING count(*) > 1)
        UNION
        SELECT 1, address, card_id FROM card_emails
        WHERE company_id = %(company)s AND address IN (
            SELECT address FROM card_emails WHERE company_id = %(company)s GROUP BY address HAVING count(*) > 1)
        UNION
        SELECT 2, source || raw, card_id FROM card_phones
        WHERE company_id = %(company)s AND number IS NULL AND source = ANY(%(marks)s) AND raw IN (
            SELECT raw FROM card_phones WHERE company_id = %(company)s AND number IS NULL
            GROUP BY raw HAVING count(*) > 1)
        UNION
        SELECT 3, {_TAIL["p"]} || ' ' || {_NAMED.format("k.name")}, p.card_id FROM card_phones p
        JOIN client_cards k ON k.company_id = p.company_id AND k.id = p.card_id AND k.name <> ''
        WHERE p.company_id = %(company)s AND length({_TAIL["p"]}) = 7 AND {_TAIL["p"]} IN (
            SELECT {TAIL} FROM card_phones WHERE company_id = %(company)s GROUP BY {TAIL} HAVING count(*) > 1)"""  # noqa: S608
    beyond = "WHERE (one, other) > (%(one)s::bigint, %(other)s::bigint)" if after else ""
    total = "NULL::bigint" if after else f"(SELECT count(*) FROM (SELECT 1 FROM pairs LIMIT {COUNTED}) x)"  # noqa: S608
    return scoped(f"""
        WITH shared AS (
            SELECT reason, value, card_id, row_number() OVER (PARTITION BY reason, value ORDER BY card_id) AS n
            FROM ({shared}) s
        ), pairs AS MATERIALIZED (
            SELECT a.card_id AS one, b.card_id AS other, array_agg(DISTINCT a.reason) AS reasons
            FROM shared a
            JOIN shared b ON b.reason = a.reason AND b.value = a.value AND b.n > a.n AND b.n <= a.n + {NEAR}
            JOIN client_cards k ON k.company_id = %(company)s AND k.id = a.card_id AND k.absorbed_by_id IS NULL
            JOIN client_cards l ON l.company_id = %(company)s AND l.id = b.card_id AND l.absorbed_by_id IS NULL
            WHERE NOT {_APART.format(a="a.card_id", b="b.card_id")}
              AND {_SEEN.format(card="a.card_id")} AND {_SEEN.format(card="b.card_id")}
            GROUP BY a.card_id, b.card_id
        )
        SELECT one, other, reasons, {total} AS total FROM pairs {beyond} ORDER BY one, other LIMIT {PAGE_SIZE + 1}""")  # noqa: S608
