"""Finding chats: part of a name, phone, login, id or own field, a request's number, words of a message.

Searching looks at all chats that the operator may see, whatever the folder: who searches for a
client does not know where the chat lies.
"""

import re
from dataclasses import dataclass
from functools import cache

from c2d.blacklist.queries import BLOCKED
from c2d.clients.access import SEES, SEES_FIELD, sight
from c2d.clients.models import FOLDED_VALUE
from c2d.core.current import CurrentOperator
from c2d.core.sql import Scoped, scoped
from c2d.core.text import fold, other_layout
from c2d.dialogs import rows
from c2d.dialogs.view import ListView

MAX_WORDS = 6
CANDIDATES = 200
_PHONE = re.compile(r"[\d\s()+.-]+")
_REQUEST = re.compile(r"\s*(?:[nN\u043d\u041d\u2116]\s*-?\s*)?(\d{4,18})\s*")  # N-1, also in Cyrillic, also with the sign
# the index of messages.models.FOLDED; written out because messages stand to the right
_TEXT = "to_tsvector('russian', translate(m.text, '\u0451\u0401', '\u0435\u0435'))"


@dataclass(frozen=True)
class Found:
    page: rows.Page
    instead: str | None = None  # what was searched for when the typed words found nothing


def search(view: ListView, who: CurrentOperator, cursor: str | None = None) -> Found:
    """One page of what fits; words typed in the wrong keyboard layout are understood."""
    found = _look(view, view.q, who, cursor)
    if found.rows or cursor:
        return Found(found)
    meant = other_layout(view.q)
    if meant:
        second = _look(view, meant, who, cursor)
        if second.rows:
            return Found(second, meant)
    return Found(found)


def _look(view: ListView, q: str, who: CurrentOperator, cursor: str | None) -> rows.Page:
    patterns = _patterns(q)
    if not patterns:
        return rows.Page([], None)
    key = rows._key(cursor)
    number = _REQUEST.fullmatch(q)
    lexemes = _lexemes(q)
    statement = _statement(len(patterns), number is not None, lexemes is not None,
                           rows.active_filters(view), view.operator is not None, view.sort, key is not None)
    at, id = key or (None, None)
    given = {f"word{n}": pattern for n, pattern in enumerate(patterns)}
    given.update({f"start{n}": pattern.removeprefix("% ") for n, pattern in enumerate(patterns)})
    return rows.cut(statement.all(
        **sight(who), **rows.values(view), **given, at=at, id=id, lexemes=lexemes, role=who.role_id,
        number=int(number[1]) if number else None,
    ), view)


def _patterns(q: str) -> list[str]:
    """What must all occur in the card: the digits of a phone, else each word."""
    digits = re.sub(r"\D", "", q)
    if _PHONE.fullmatch(q) and len(digits) >= 3:
        words = [digits]
    else:
        words = fold(q).split()[:MAX_WORDS]
    return [_like(word) for word in words]


def _like(word: str) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", word)
    # two letters make no trigram inside a word, at its beginning they do
    return f"%{escaped}%" if len(word) > 2 else f"% {escaped}%"


def _lexemes(q: str) -> str | None:
    words = re.findall(r"\w+", fold(q))[:MAX_WORDS]
    return " & ".join(f"'{word}':*" for word in words) if any(len(w) > 2 for w in words) else None


@cache
def _statement(words: int, number: bool, text: bool, filters: tuple, operator: bool, sort: str, after: bool) -> Scoped:
    column, direction, beyond = rows.ORDER[sort]
    conditions = " ".join(rows.FILTERS[name] for name in filters)
    if operator:
        conditions += " AND d.operator_id = %(operator)s"
    if after:
        conditions += f" AND (d.{column}, d.id) {beyond} (%(at)s::timestamptz, %(id)s::bigint)"
    source = f"""SELECT {rows.COLUMNS} FROM dialogs d
        WHERE d.company_id = %(company)s AND d.id = ANY(ARRAY({_candidates(words, number, text)}))
          AND {SEES} {conditions}
        ORDER BY d.{column} {direction}, d.id {direction} LIMIT {rows.PAGE_SIZE + 1}"""  # noqa: S608
    return scoped(rows.dressed(source, column, direction))


def _candidates(words: int, number: bool, text: bool) -> str:
    every = " AND ".join(f"(c.search LIKE %(word{n})s OR c.search LIKE %(start{n})s)" for n in range(words))
    parts = [f"""SELECT x.id FROM (SELECT c.id FROM client_cards c WHERE c.company_id = %(company)s AND {every}
        LIMIT {CANDIDATES}) c JOIN dialogs x ON x.company_id = %(company)s AND x.card_id = c.id"""]  # noqa: S608
    # a value is found by those who see its field
    answered = " AND ".join(f"({FOLDED_VALUE} LIKE %(word{n})s OR {FOLDED_VALUE} LIKE %(start{n})s)" for n in range(words))
    parts.append(f"""SELECT x.id FROM (SELECT card_id FROM card_values JOIN custom_fields f
        ON f.company_id = card_values.company_id AND f.id = field_id
        WHERE card_values.company_id = %(company)s AND f.archived_at IS NULL AND {SEES_FIELD} AND {answered}
        LIMIT {CANDIDATES}) c JOIN dialogs x ON x.company_id = %(company)s AND x.card_id = c.card_id""")  # noqa: S608
    if number:
        parts.append("SELECT dialog_id FROM requests WHERE company_id = %(company)s AND number = %(number)s")
        parts.append("SELECT id FROM dialogs WHERE company_id = %(company)s AND id = %(number)s")
        parts.append("""SELECT x.id FROM clients k JOIN dialogs x ON x.company_id = k.company_id
            AND x.card_id = k.card_id AND x.client_id = k.id
            WHERE k.company_id = %(company)s AND k.id = %(number)s""")
    if text:
        parts.append(f"""(SELECT m.dialog_id FROM messages m WHERE m.company_id = %(company)s
            AND {_TEXT} @@ to_tsquery('russian', %(lexemes)s) AND m.deleted_at IS NULL
            AND NOT (m.withheld AND EXISTS (SELECT 1 FROM dialogs d WHERE d.company_id = m.company_id
                     AND d.id = m.dialog_id AND {BLOCKED})) LIMIT {CANDIDATES})""")  # noqa: S608
    return " UNION ALL ".join(parts)
