"""The sessions that stand: one's own, and those of a company's operators for its administrator."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.current import operator
from c2d.core.errors import NotFound
from c2d.core.paging import from_cursor, to_cursor
from c2d.core.sql import Row, Scoped, scoped
from c2d.core.text import fold, full_name, holding, one_line, staff_initials, whole_number
from c2d.operators.profile import hue_of
from c2d.operators.standing import LASTS_HERE, LETS_IN, STANDS
from c2d.sessions import places
from c2d.sessions.devices import DESKTOP, MOBILE, TABLET

PAGE = 30
MOST = 200  # sessions shown of one operator
NEWEST, OLDEST = "", "old"

_FROM = """login_sessions s
    JOIN operators o ON o.company_id = s.company_id AND o.id = s.operator_id
    JOIN companies c ON c.id = s.company_id"""
_STANDS_TOO = re.sub(r"\bs\.", "t.", STANDS)
_CARD = """s.id, s.operator_id, s.created_at, s.last_seen_at, s.ip, s.device, s.browser, s.browser_version, s.system,
    s.country, s.city, s.technical_access, s.staff_name, s.reason"""
_of_operator = scoped(f"""
    SELECT {_CARD} FROM {_FROM}
    WHERE s.company_id = %(company)s AND s.operator_id = %(operator)s AND {STANDS}
    ORDER BY s.id = %(current)s DESC, s.last_seen_at DESC, s.id DESC LIMIT {MOST}""")  # noqa: S608 only our own text
_one = scoped(f"""
    SELECT s.id, s.operator_id FROM {_FROM}
    WHERE s.company_id = %(company)s AND s.id = %(id)s AND {STANDS}""")  # noqa: S608 only our own text
_counts = scoped(f"""
    SELECT s.operator_id, count(*) AS sessions FROM {_FROM}
    WHERE s.company_id = %(company)s AND s.operator_id = ANY(%(ids)s) AND {STANDS} GROUP BY 1""")  # noqa: S608 only our own text
_operator = scoped("""
    SELECT id, first_name, last_name FROM operators
    WHERE company_id = %(company)s AND id = %(id)s AND deleted_at IS NULL""")

# The newest come first along ix_login_sessions_active, from the moment where the page before ended: whoever has an
# even newer session has been shown. So a page costs the same with ten operators and with a thousand.
_newest = scoped(f"""
    WITH page AS (
        SELECT o.id, o.first_name, o.last_name, s.last_seen_at, s.id AS place FROM {_FROM}
        WHERE s.company_id = %(company)s AND {STANDS}
          AND s.last_seen_at <= %(at)s AND (s.last_seen_at, s.id) < (%(at)s, %(place)s)
          AND NOT EXISTS (
              SELECT FROM login_sessions t
              WHERE t.company_id = s.company_id AND t.operator_id = s.operator_id AND t.last_seen_at >= s.last_seen_at
                AND (t.last_seen_at, t.id) > (s.last_seen_at, s.id) AND {_STANDS_TOO})
        ORDER BY s.last_seen_at DESC, s.id DESC LIMIT {PAGE + 1})
    SELECT p.id, p.first_name, p.last_name, p.last_seen_at, p.place, n.sessions
    FROM page p, LATERAL (
        SELECT count(*) AS sessions FROM {_FROM}
        WHERE s.company_id = %(company)s AND s.operator_id = p.id AND {STANDS}) n
    ORDER BY p.last_seen_at DESC, p.place DESC""")  # noqa: S608 only our own text


def _by_operator(after: str, order: str, which: str = "") -> Scoped:
    """Who is looked for by name or wanted from the other end: of each operator the newest session, then those of a page."""
    return scoped(f"""
        WITH page AS (
            SELECT o.id, o.first_name, o.last_name, a.last_seen_at FROM operators o CROSS JOIN LATERAL (
                SELECT s.last_seen_at FROM login_sessions s
                WHERE s.company_id = %(company)s AND s.operator_id = o.id AND {LASTS_HERE}
                ORDER BY s.last_seen_at DESC LIMIT 1) a
            WHERE o.company_id = %(company)s AND {LETS_IN} {which} AND (a.last_seen_at, o.id) {after} (%(at)s, %(place)s)
            ORDER BY a.last_seen_at {order}, o.id {order} LIMIT {PAGE + 1})
        SELECT p.id, p.first_name, p.last_name, p.last_seen_at, p.id AS place, n.sessions
        FROM page p, LATERAL (
            SELECT count(*) AS sessions FROM login_sessions s
            WHERE s.company_id = %(company)s AND s.operator_id = p.id AND {LASTS_HERE}) n
        ORDER BY p.last_seen_at {order}, p.id {order}""")  # noqa: S608 only our own text


_NAMED = """AND (o.id = %(number)s::bigint
    OR translate(lower(o.first_name || ' ' || o.last_name), U&'\\0451', U&'\\0435') LIKE ALL (%(words)s::text[]))"""
_oldest = _by_operator(">", "ASC")
_searched = {NEWEST: _by_operator("<", "DESC", _NAMED), OLDEST: _by_operator(">", "ASC", _NAMED)}
_BEGINNING, _END, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), 2**63 - 1


class Card:
    """A session as it is shown; it has the columns of its row."""

    def __init__(self, row: Row, current: int = 0):
        self._row = row
        self.current = row.id == current

    def __getattr__(self, name: str):
        return getattr(self._row, name)

    @property
    def title(self) -> str:
        """'Firefox, 136.0b2'."""
        return ", ".join(part for part in (self.browser, self.browser_version) if part) or _("Unknown device")

    @property
    def kind(self) -> str:
        return {DESKTOP: _("Computer"), MOBILE: _("Phone"), TABLET: _("Tablet")}.get(self.device, "")

    @property
    def icon(self) -> str:
        return "mobile" if self.device in (MOBILE, TABLET) else "monitor"

    @property
    def place(self) -> str:
        return places.words(self.country, self.city)


@dataclass(frozen=True)
class Active:
    """A line of the administrator's list."""

    id: int
    name: str
    initials: str
    sessions: int
    last_seen_at: datetime | None = None

    @property
    def hue(self) -> int:
        return hue_of(self.id)

    @property
    def number(self) -> str:
        """'813 274', as the id is written for people."""
        return f"{self.id:,}".replace(",", "\u00a0")


@dataclass(frozen=True)
class Page:
    rows: list[Active]
    cursor: str | None


def sessions_of(operator_id: int) -> list[Card]:
    """Those of one operator: the one that asks is first, then the most active."""
    current = operator().login_session_id
    return [Card(row, current) for row in _of_operator.all(operator=operator_id, current=current, now=now())]


def standing(session_id: int, operator_id: int | None = None) -> Row:
    """The session's operator. NotFound when it has ended, is another company's or not this operator's."""
    found = _one.first(id=session_id, now=now())
    if found is None or operator_id not in (None, found.operator_id):
        raise NotFound()
    return found


def one_active(operator_id: int) -> Active:
    """An operator with the number of their sessions, maybe none."""
    row = _operator.first(id=operator_id)
    if row is None:
        raise NotFound()
    return _active(row, counts([operator_id])[operator_id])


def counts(operator_ids: list[int]) -> dict[int, int]:
    """How many sessions of each of them stand."""
    found = {row.operator_id: row.sessions for row in _counts.all(ids=operator_ids, now=now())}
    return {id: found.get(id, 0) for id in operator_ids}


def active_operators(q: str, sort: str, cursor: str | None) -> Page:
    """One page of those who have sessions, by their last activity."""
    words, number = _looked_for(q)
    key = _key(cursor) or ((_BEGINNING, 0) if sort == OLDEST else (_END, _LAST))
    values = {"at": key[0], "place": key[1], "now": now()}
    if words:
        rows = _searched[sort].all(**values, words=words, number=number)
    else:
        rows = (_oldest if sort == OLDEST else _newest).all(**values)
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page([_active(row, row.sessions, row.last_seen_at) for row in rows[:PAGE]],
                to_cursor(more.last_seen_at.isoformat(), more.place) if more else None)


def _looked_for(q: str) -> tuple[list[str] | None, int | None]:
    """Patterns that the name must hold, and the id that may be meant instead: 'ID: 813 274', '813274'."""
    text = fold(one_line(q, 100))
    digits = "".join(text.removeprefix("id").lstrip(": ").split())
    return [holding(word) for word in text.split()] or None, whole_number(digits)


def _key(cursor: str | None) -> tuple[datetime, int] | None:
    found = from_cursor(cursor, 2)
    try:
        at, place = datetime.fromisoformat(found[0]), found[1]
    except (TypeError, ValueError):
        return None
    return (at, place) if at.tzinfo and type(place) is int and 0 <= place <= _LAST else None


def _active(row: Row, sessions: int, last_seen_at: datetime | None = None) -> Active:
    return Active(row.id, full_name(row.first_name, row.last_name), staff_initials(row.first_name, row.last_name),
                  sessions, last_seen_at)
