"""Finding chats: by any field of the client's card, a request's number, words of a message.

Searching looks at all chats that the operator may see, whatever the folder: who searches for a
client does not know where the chat lies.
"""

import re
from dataclasses import dataclass, field, replace
from functools import cache

from c2d.blacklist.queries import BLOCKED
from c2d.clients import search as people
from c2d.clients.access import SEES, sight
from c2d.clients.search import Match, Shape
from c2d.core.current import CurrentOperator
from c2d.core.sql import Scoped, scoped
from c2d.core.text import fold, other_layout
from c2d.dialogs import rows
from c2d.dialogs.view import ListView

_REQUEST = re.compile(r"\s*(?:[nN\u043d\u041d\u2116]\s*-?\s*)?(\d{4,18})\s*")  # N-1, also in Cyrillic, also with the sign
# the index of messages.models.FOLDED; written out because messages stand to the right
_TEXT = "to_tsvector('russian', translate(m.text, '\u0451\u0401', '\u0435\u0435'))"


@dataclass(frozen=True)
class Found:
    page: rows.Page
    instead: str | None = None  # what was searched for when the typed words found nothing
    matched: dict[int, Match] = field(default_factory=dict)  # by card


def search(view: ListView, who: CurrentOperator, cursor: str | None = None) -> Found:
    """One page of what fits; words typed in the wrong keyboard layout are understood."""
    found = _look(view, view.q, who, cursor)
    if found.page.rows or cursor:
        return found
    meant = other_layout(view.q)
    if meant:
        second = _look(view, meant, who, cursor)
        if second.page.rows:
            return replace(second, instead=meant)
    return found


def _look(view: ListView, q: str, who: CurrentOperator, cursor: str | None) -> Found:
    words = people.words_of(q)
    if not words:
        return Found(rows.Page([], None))
    key, given = rows._key(cursor), sight(who)
    number = _REQUEST.fullmatch(q)
    lexemes = _lexemes(q)
    statement = _statement(people.shape(words), number is not None, lexemes is not None,
                           rows.active_filters(view), view.operator is not None, view.sort, key is not None, given["sees_all"])
    at, id = key or (None, None)
    page = rows.cut(statement.all(
        **given, **rows.values(view), **people.values(words), at=at, id=id, lexemes=lexemes,
        number=int(number[1]) if number else None,
    ), view)
    return Found(page, matched=people.matches([row.card_id for row in page.rows], words, who.id))


def _lexemes(q: str) -> str | None:
    words = re.findall(r"\w+", fold(q))[:people.MAX_WORDS]
    return " & ".join(f"'{word}':*" for word in words) if any(len(w) > 2 for w in words) else None


@cache
def _statement(words: Shape, number: bool, text: bool, filters: tuple, operator: bool, sort: str,
               after: bool, sees_all: bool) -> Scoped:
    column, direction, beyond = rows.ORDER[sort]
    conditions = " ".join(rows.FILTERS[name] for name in filters)
    if operator:
        conditions += " AND d.operator_id = %(operator)s"
    if after:
        conditions += f" AND (d.{column}, d.id) {beyond} (%(at)s::timestamptz, %(id)s::bigint)"
    source = f"""SELECT {rows.COLUMNS} FROM dialogs d
        WHERE d.company_id = %(company)s AND d.id = ANY(ARRAY({_candidates(words, number, text, sees_all)}))
          AND {SEES} {conditions}
        ORDER BY d.{column} {direction}, d.id {direction} LIMIT {rows.PAGE_SIZE + 1}"""  # noqa: S608
    return scoped(rows.dressed(source, column, direction))


def _candidates(words: Shape, number: bool, text: bool, sees_all: bool) -> str:
    parts = [f"""SELECT x.id FROM ({people.within(words, sees_all)}) c
        JOIN dialogs x ON x.company_id = %(company)s AND x.card_id = c.id"""]  # noqa: S608
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
                     AND d.id = m.dialog_id AND {BLOCKED})) LIMIT {people.CANDIDATES})""")  # noqa: S608
    return " UNION ALL ".join(parts)
