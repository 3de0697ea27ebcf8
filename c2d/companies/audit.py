"""Reading the audit log, newest first. `templates/companies/_audit_rows.html` shows what these give."""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache

from c2d.core.paging import from_cursor, to_cursor
from c2d.core.sql import Row, Scoped, scoped

PAGE_SIZE, NEWEST = 50, 2**62
_COLUMNS = """a.id, a.at, a.kind, a.actor_id, a.actor_name, a.staff_name, a.ip, a.subject_kind, a.subject_id, a.subject,
    a.before, a.after"""
_CONDITIONS = {
    "since": "a.at >= %(since)s",
    "until": "a.at < %(until)s",
    "actor": "a.actor_id = %(actor)s",
    "staff": "a.staff_name <> ''",
    "kind": "a.kind = %(kind)s",
    "about": "a.subject_kind = %(about)s",
    "subject": "a.subject_id = %(subject)s",
    "unseen": "a.subject_kind <> %(unseen)s",
    "words": """(a.subject ILIKE %(words)s OR a.actor_name ILIKE %(words)s OR a.staff_name ILIKE %(words)s
        OR a.ip LIKE %(words)s OR a.before::text ILIKE %(words)s OR a.after::text ILIKE %(words)s)""",
}
# Two short walks along two indexes; an OR would walk all of the log.
_of_person = scoped(f"""
    SELECT {_COLUMNS} FROM audit_records a WHERE a.company_id = %(company)s AND a.id IN (
        (SELECT id FROM audit_records WHERE company_id = %(company)s AND subject_kind = 'operator'
           AND subject_id = %(person)s AND id < %(below)s ORDER BY id DESC LIMIT %(size)s)
        UNION (SELECT id FROM audit_records WHERE company_id = %(company)s AND actor_id = %(person)s
           AND id < %(below)s ORDER BY id DESC LIMIT %(size)s))
    ORDER BY a.id DESC LIMIT %(size)s""")  # noqa: S608 only our own text
_people = scoped("""
    SELECT coalesce(string_agg(id || ' ' || trim(first_name || ' ' || last_name), E'\n' ORDER BY id), '')
    FROM operators WHERE company_id = %(company)s""")


@dataclass(frozen=True)
class Wanted:
    """Which part of the log: None or '' asks for nothing. `staff`: done by technical access. `words`: a LIKE pattern.

    `unseen`: the kind of subjects that the reader would find by words that they must not see.
    """

    since: datetime | None = None
    until: datetime | None = None
    actor: int | None = None
    staff: bool = False
    kind: str = ""
    about: str = ""
    subject: int | None = None
    words: str = ""
    unseen: str = ""

    @property
    def asked(self) -> dict:
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) not in (None, "", False)}


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    cursor: str | None  # of the next page


def page(wanted: Wanted, cursor: str | None, size: int = PAGE_SIZE) -> Page:
    """One page of what is wanted."""
    rows = _statement(tuple(wanted.asked)).all(**wanted.asked, below=_below(cursor), size=size + 1)
    return _page(rows, size)


def of_subject(kind: str, id: int, cursor: str | None = None, size: int = PAGE_SIZE) -> Page:
    """What was done to one thing: of_subject('role', 7)."""
    return page(Wanted(about=kind, subject=id), cursor, size)


def of_person(operator_id: int, cursor: str | None = None, size: int = PAGE_SIZE) -> Page:
    """What an operator did and what was done to them."""
    return _page(_of_person.all(person=operator_id, below=_below(cursor), size=size + 1), size)


def batch(wanted: Wanted, below: int, size: int = 500) -> list[Row]:
    """The next rows under the one with this id."""
    return _statement(tuple(wanted.asked)).all(**wanted.asked, below=below, size=size)


def people() -> str:
    """Everybody who is or was an operator of the company: lines of an id and a name, one text to compare and to keep."""
    return _people.value()


@lru_cache(maxsize=256)
def _statement(asked: tuple[str, ...]) -> Scoped:
    """Only the conditions that are asked for: so each finds its index."""
    conditions = " AND ".join(_CONDITIONS[name] for name in asked) or "true"
    return scoped(f"""
        SELECT {_COLUMNS} FROM audit_records a
        WHERE a.company_id = %(company)s AND a.id < %(below)s AND {conditions}
        ORDER BY a.id DESC LIMIT %(size)s""")  # noqa: S608 only our own text


def _below(cursor: str | None) -> int:
    key = from_cursor(cursor, 1)
    return key[0] if key and isinstance(key[0], int) and 0 < key[0] < NEWEST else NEWEST


def _page(rows: list[Row], size: int) -> Page:
    return Page(rows[:size], to_cursor(rows[size - 1].id) if len(rows) > size else None)
