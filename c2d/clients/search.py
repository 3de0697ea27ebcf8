"""Finding people by any field of their card: the words of a search, the condition they make, and what matched.

The list of chats, linking and writing first all search by this. What a reader may not see neither matches
nor is shown.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from flask_babel import gettext as _
from markupsafe import Markup

from c2d.clients.access import SEES, sight
from c2d.clients.searching import DIGITS, MARK, folded
from c2d.core import veil
from c2d.core.phones import readable
from c2d.core.sql import Scoped, scoped
from c2d.core.text import highlight, other_layout, whole_number

MAX_WORDS = 6
CANDIDATES = 200
_NUMBER = re.compile(r"[\d\s()\u00a0+.-]+")
_INSIDE = re.compile(r"(?<!\w)\+?\(?\d[\d\s()\u00a0.-]{5,}\d(?!\w)")
_ROLE = "(SELECT o.role_id FROM operators o WHERE o.company_id = %(company)s AND o.id = %(me)s)"
_MAY_READ = f"(f.archived_at IS NULL AND (f.role_ids = '[]'::jsonb OR f.role_ids @> to_jsonb({_ROLE})))"
# The answers that the reader must not find by, as they stand in `client_cards.search`; null when there are none.
_HIDDEN = f"""(SELECT string_agg('{MARK}' || translate(f.id::text, '0123456789', '{DIGITS}') || ' [^{MARK}]*', '|')
    FROM custom_fields f WHERE f.company_id = %(company)s AND NOT {_MAY_READ})"""  # noqa: S608
# What who sees no phones and e-mails finds by, in SQL on `client_cards c`: by nothing that looks like one, in a name
# neither. What somebody wrote into the comment is there to read, and to find by.
UNVEILED = f"""regexp_replace(split_part(c.search, '{MARK}', 1), '{veil.SEARCHED}', ' ', 'g')
    || ' ' || translate(lower(c.comment), '\u0451', '\u0435')
    || substr(c.search, length(split_part(c.search, '{MARK}', 1)) + 1)"""
LOOKED_AT = 5000  # of the cards that the index offers for it: blanking the addresses of all would take seconds
_CONTACTS = {"phone", "email", "id"}
_WRITTEN = {"comment", "tag", "own"}
_FACTS = scoped(f"""
    SELECT card_id, kind, label, value FROM (
        SELECT id AS card_id, 0 AS n, 0 AS place, 'name' AS kind, '' AS label, name AS value, id FROM client_cards
        WHERE company_id = %(company)s AND id = ANY(%(cards)s)
        UNION ALL
        SELECT k.id, x.n, 0, x.kind, '', x.value, k.id
        FROM client_cards k, LATERAL (VALUES (1, 'title', k.title), (2, 'login', k.login), (6, 'comment', k.comment))
            AS x(n, kind, value)
        WHERE k.company_id = %(company)s AND k.id = ANY(%(cards)s) AND x.value <> ''
        UNION ALL
        SELECT card_id, 3, position, CASE WHEN number IS NULL THEN 'id' ELSE 'phone' END, source, coalesce(number, raw), id
        FROM card_phones WHERE company_id = %(company)s AND card_id = ANY(%(cards)s)
        UNION ALL
        SELECT card_id, 4, position, 'email', '', raw, id FROM card_emails
        WHERE company_id = %(company)s AND card_id = ANY(%(cards)s)
        UNION ALL
        SELECT c.card_id, 5, 0, x.kind, '', x.value, c.id
        FROM clients c, LATERAL (VALUES ('id', c.external_id), ('login', c.username), ('account', c.name)) AS x(kind, value)
        WHERE c.company_id = %(company)s AND c.card_id = ANY(%(cards)s) AND x.value <> ''
        UNION ALL
        SELECT ct.card_id, 7, 0, 'tag', '', t.name, t.id FROM card_tags ct
        JOIN tags t ON t.company_id = ct.company_id AND t.id = ct.tag_id
        WHERE ct.company_id = %(company)s AND ct.card_id = ANY(%(cards)s)
        UNION ALL
        SELECT v.card_id, 8, f.position, 'own', f.label, v.value, f.id FROM card_values v
        JOIN custom_fields f ON f.company_id = v.company_id AND f.id = v.field_id
        WHERE v.company_id = %(company)s AND v.card_id = ANY(%(cards)s) AND {_MAY_READ}
    ) facts ORDER BY card_id, n, place, id""")  # noqa: S608


@dataclass(frozen=True)
class Word:
    """A word of a search: what is looked for, and its two patterns, of which one must match."""

    text: str
    pattern: str
    other: str


class Shape(NamedTuple):
    """What decides about the SQL of a search: for each word, whether its two patterns differ; are addresses `hidden`."""

    differ: tuple[bool, ...]
    hidden: bool


@dataclass(frozen=True)
class Match:
    """Where the words stand on a card: in the name, and in the field that has what the name has not."""

    name: Markup | None = None
    field: str = ""
    value: Markup | None = None


@dataclass(frozen=True)
class Person:
    """One card that was found; `client_id` is its liveliest address that the reader may see."""

    card_id: int
    client_id: int
    name: str
    hue: int
    match: Match


@dataclass(frozen=True)
class Found:
    people: list[Person]
    instead: str | None = None  # what was searched for when the typed words found nothing


def words_of(q: str) -> list[Word]:
    """What must all occur on a card. A phone in any spelling is its digits, other words are as typed."""
    digits = _digits(q)
    if _NUMBER.fullmatch(q) and len(digits) >= 3:
        return [Word(digits, f"%{digits}%", _inside(folded(q)))]
    found = []
    for number in [m.group() for m in _INSIDE.finditer(q) if len(_digits(m.group())) >= 7]:
        q = q.replace(number, " ")
        found.append(Word(_digits(number), f"%{_digits(number)}%", _inside(folded(number))))
    for word in folded(q).split():
        plain = word.lstrip("@") or word
        if any(c.isalnum() for c in plain) or word == folded(q):
            found.append(Word(plain, _inside(plain), _inside(plain).removeprefix("% ")))
    return found[:MAX_WORDS]


def shape(words: Sequence[Word]) -> Shape:
    return Shape(tuple(word.pattern != word.other for word in words), veil.hidden())


def _condition(shape: Shape, column: str) -> str:
    return " AND ".join(_occurs(column, n, two) for n, two in enumerate(shape.differ))


def _occurs(column: str, n: int, two: bool) -> str:
    """The index is asked once for each pattern, so not twice for the same one."""
    return f"{column} LIKE ANY(ARRAY[%(word{n})s, %(start{n})s])" if two else f"{column} LIKE %(word{n})s"


def within(shape: Shape, sees_all: bool) -> str:
    """SQL of the ids of at most CANDIDATES cards on which all words occur in what the reader may see; only such cards
    count as they may see, who do not see all. Its parameters are those of `values` and `sight`."""
    sight = "" if sees_all else f"""AND EXISTS (SELECT 1 FROM dialogs d
        WHERE d.company_id = %(company)s AND d.card_id = c.id AND {SEES})"""  # noqa: S608
    # first for the index, then without what the reader must not find by
    offered = f"FROM client_cards c WHERE c.company_id = %(company)s AND {_condition(shape, 'c.search')} {sight}"
    if shape.hidden:
        offered = f"FROM (SELECT c.id, {UNVEILED} AS search {offered} LIMIT {LOOKED_AT}) c WHERE true"
    seen = f"coalesce(regexp_replace(c.search, {_HIDDEN}, '', 'g'), c.search)"
    return f"SELECT c.id {offered} AND {_condition(shape, seen)} LIMIT {CANDIDATES}"  # noqa: S608


def values(words: Sequence[Word]) -> dict[str, str]:
    """The parameters of `within`."""
    return {f"word{n}": word.pattern for n, word in enumerate(words)} | {
        f"start{n}": word.other for n, word in enumerate(words)}


def find(q: str, limit: int = 20) -> Found:
    """The people who fit, the liveliest first, as far as the reader may see them; a wrong keyboard layout is understood."""
    for typed in (q, other_layout(q)):
        people = _look(typed, limit) if typed else []
        if people:
            return Found(people, typed if typed != q else None)
    return Found([])


def matches(card_ids: Iterable[int], words: Sequence[Word], me: int) -> dict[int, Match]:
    """What matched on each of these cards, by card; one statement. A card that is not among them matched elsewhere."""
    cards = sorted(set(card_ids))
    if not cards or not words:
        return {}
    facts: dict[int, list] = {}
    for row in _FACTS.all(cards=cards, me=me):
        facts.setdefault(row.card_id, []).append(row)
    found = {card: _match(rows, [word.text for word in words]) for card, rows in facts.items()}
    return {card: match for card, match in found.items() if match}


def _look(q: str, limit: int) -> list[Person]:
    words = words_of(q)
    if not words:
        return []
    id = whole_number(q.strip())
    given = sight()
    rows = _statement(shape(words), given["sees_all"]).all(**given, **values(words), id=id, limit=limit)
    matched = matches([row.id for row in rows], words, given["me"])
    return [Person(row.id, row.client_id, veil.words(row.name), row.hue, matched.get(row.id, Match())) for row in rows]


@cache
def _statement(words: Shape, sees_all: bool) -> Scoped:
    return scoped(f"""
        SELECT c.id, c.name, c.hue, last.client_id FROM client_cards c
        JOIN LATERAL (
            SELECT d.client_id, d.sort_at FROM dialogs d WHERE d.company_id = %(company)s AND d.card_id = c.id AND {SEES}
            ORDER BY d.sort_at DESC, d.id LIMIT 1) last ON true
        WHERE c.company_id = %(company)s AND c.absorbed_by_id IS NULL AND c.id = ANY(ARRAY(
            ({within(words, sees_all)})
            UNION ALL SELECT card_id FROM clients WHERE company_id = %(company)s AND id = %(id)s
            UNION ALL SELECT card_id FROM dialogs WHERE company_id = %(company)s AND id = %(id)s))
        ORDER BY last.sort_at DESC, c.id LIMIT %(limit)s""")  # noqa: S608


def _match(facts: list, words: list[str]) -> Match | None:
    name, best, most, called = None, None, 0, veil.words(facts[0].value)
    in_name = {word for word in words if highlight(called, [word])}
    if in_name:
        name = highlight(called, words)
    for fact in facts[1:]:
        value = _read(fact)
        here = {word for word in words if word not in in_name and highlight(value, [word])}
        if len(here) > most:
            best, most = (fact, value, sorted(here)), len(here)
    if best is None:
        return Match(name) if name else None
    fact, value, here = best
    return Match(name, _label(fact), highlight(value, here, around=60))


def _read(fact) -> str:
    """What the reader is shown of a fact, '' for nothing."""
    if fact.kind in _CONTACTS and veil.hidden():
        return ""
    if fact.kind in _WRITTEN:
        return fact.value
    return readable(fact.value) if fact.kind == "phone" else veil.words(fact.value)


def _label(fact) -> str:
    if fact.kind == "own":
        return fact.label
    return {
        "title": _("Card name"), "login": _("Client login"), "comment": _("Comment"), "phone": _("Phone"),
        "email": _("Email"), "id": _("ID"), "account": _("Name in the messenger"), "tag": _("Tag"),
    }[fact.kind]


def _inside(word: str) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", word)
    # two letters make no trigram inside a word, at its beginning they do
    return f"%{escaped}%" if len(word) > 2 else f"% {escaped}%"


def _digits(text: str) -> str:
    digits = "".join(str(int(c)) for c in text if c.isdecimal())
    return digits.removeprefix("00") if len(digits) > 8 else digits
