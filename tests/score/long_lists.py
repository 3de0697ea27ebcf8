"""Lists of 1 000 operators and 10 000 sessions answer within 1.5 × of lists of 10, with as many statements."""

import statistics
import time
from datetime import timedelta

import psycopg
from sqlalchemy import text

from c2d.core.clock import now
from c2d.core.db import db
from tests.support.browser import Browser
from tests.support.stage import on_stage

FEW, OPERATORS, SESSIONS, AUDITED = 10, 1_000, 10_000, 20_000
ROUNDS, LIMIT = 40, 1.5
SORTS = ("first_name", "-last_name", "role", "signed_in", "email", "phone", "-read_only")
LISTS = (
    "/settings/operators", "/settings/operators?size=10", *(f"/settings/operators?size=10&sort={sort}" for sort in SORTS),
    "/settings/operators?size=10&q=фамил", "/settings/operators?size=10&q=example", "/settings/operators?size=10&tab=active",
    "/settings/operators?size=10&busy=1", "/settings/operators/{operator}", "/settings/operators/{operator}/log",
    "/settings/groups", "/settings/groups/{group}", "/settings/groups/{group}?q=фамил",
    "/settings/sessions", "/settings/sessions?q=id {operator}",
    "/settings/audit", "/settings/audit?person={operator}", "/settings/audit?action=signed_in&q=анна",
)

Asked = tuple[Browser, str]  # who asks for which address
_PEOPLE = text("""
    INSERT INTO operators (company_id, role_id, email, first_name, last_name, status)
    SELECT :company, r.id, 'n' || n || '@' || :company || '.example', 'Имя ' || n, 'Фамилия ' || n * 7919 % :n, 'offline'
    FROM generate_series(1, :n) n, roles r WHERE r.company_id = :company AND r.base = 'operator' AND r.name IS NULL""")
_SESSIONS = text("""
    INSERT INTO login_sessions (company_id, operator_id, token_hash, ip, user_agent, created_at, last_seen_at, expires_at)
    SELECT :company, o.id, md5(:company || ' ' || n || ' ' || o.id), '10.0.0.1', 'test', :now, :now - n * interval '1 s', :later
    FROM generate_series(1, :n) n
    JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS all_of_them
          FROM operators WHERE company_id = :company) o ON o.place = n % o.all_of_them""")
_AUDIT = text("""
    INSERT INTO audit_records (company_id, at, kind, actor_id, actor_name, subject_kind, subject_id, subject)
    SELECT :company, :now, 'signed_in', o.id, 'Анна', 'operator', o.id, 'Анна'
    FROM generate_series(1, :n) n
    JOIN (SELECT id, row_number() OVER (ORDER BY id) % 2 AS place FROM operators
          WHERE company_id = :company ORDER BY id LIMIT 2) o ON o.place = n % 2""")
_GROUP = text("INSERT INTO operator_groups (company_id, name) VALUES (:company, 'Продажи') RETURNING id")
_MEMBERS = text("""
    INSERT INTO group_members (company_id, group_id, operator_id, skill)
    SELECT :company, :group, id, 50 FROM operators WHERE company_id = :company ORDER BY id LIMIT 3""")

# To know who was active longest ago, or is called so like everybody, each operator is looked at once.
LOOKING_AT_ALL = ("/settings/sessions?sort=old", "/settings/sessions?q=фамил")


def run(scale: float = 1.0) -> tuple[bool, str]:
    """In turn for a small and a large company; the median of the pairs' ratios."""
    with on_stage(undone=False) as (app, cast, as_):
        small = {"operator": cast.anna.id, "group": _fill(cast.romashka, FEW, FEW, FEW)}
        large = {"operator": cast.hariton.id, "group": _fill(cast.chuzhaya, OPERATORS, SESSIONS, AUDITED)}
        db.session.remove()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tidying:
            tidying.execute(text("VACUUM ANALYZE"))
        few, many = as_(cast.anna), as_(cast.hariton)
        figures, held = [], True
        for address in (*LISTS, *LOOKING_AT_ALL):
            pair = (few, address.format(**small)), (many, address.format(**large))
            ratio, statements = _compare(*pair, max(10, int(ROUNDS * scale)))
            held = held and ratio <= LIMIT and len(set(statements)) == 1
            figures.append(f"{address} {ratio:.2f} x, {'/'.join(map(str, statements))} statements")
        return held, "; ".join(figures)


def _fill(company: int, people: int, sessions: int, audited: int) -> int:
    """So many of each, and a group of three, whose id is returned."""
    moment, connection = now(), db.session.connection()
    connection.execute(_PEOPLE, {"company": company, "n": people})
    connection.execute(_SESSIONS, {"company": company, "n": sessions, "now": moment, "later": moment + timedelta(days=1)})
    connection.execute(_AUDIT, {"company": company, "n": audited, "now": moment})
    group = connection.execute(_GROUP, {"company": company}).scalar_one()
    connection.execute(_MEMBERS, {"company": company, "group": group})
    db.session.commit()
    return group


def _compare(few: Asked, many: Asked, rounds: int) -> tuple[float, tuple[int, int]]:
    ratios = []
    for turn in range(rounds + 5):
        small, large = _timed(*few), _timed(*many)
        if turn >= 5:
            ratios.append(large / small)
    return statistics.median(ratios), (_statements(*few), _statements(*many))


def _timed(browser: Browser, address: str) -> float:
    begun = time.perf_counter()
    assert browser.get(address).status_code == 200
    return time.perf_counter() - begun


def _statements(browser: Browser, address: str) -> int:
    seen, execute = [], psycopg.Cursor.execute

    def noting(cursor, query, *args, **options):
        if not str(query).startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(query)
        return execute(cursor, query, *args, **options)

    psycopg.Cursor.execute = noting
    try:
        browser.get(address)
    finally:
        psycopg.Cursor.execute = execute
    return len(seen)
