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
LISTS = ("/settings/operators?size=10", "/settings/operators?size=10&sort=role", "/settings/sessions", "/settings/audit")

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
    INSERT INTO audit_records (company_id, at, kind, actor_name) SELECT :company, :now, 'signed_in', 'Анна'
    FROM generate_series(1, :n)""")


def run(scale: float = 1.0) -> tuple[bool, str]:
    """In turn for a small and a large company; the median of the pairs' ratios."""
    with on_stage() as (app, cast, as_):
        _fill(cast.romashka, FEW, FEW, FEW)
        _fill(cast.chuzhaya, OPERATORS, SESSIONS, AUDITED)
        for table in ("operators", "login_sessions", "audit_records"):
            db.session.connection().execute(text(f"ANALYZE {table}"))
        db.session.commit()
        few, many = as_(cast.anna), as_(cast.hariton)
        figures, held = [], True
        for address in LISTS:
            ratio, statements = _compare(few, many, address, max(10, int(ROUNDS * scale)))
            held = held and ratio <= LIMIT and len(set(statements)) == 1
            figures.append(f"{address} {ratio:.2f} x, {'/'.join(map(str, statements))} statements")
        return held, "; ".join(figures)


def _fill(company: int, people: int, sessions: int, audited: int) -> None:
    moment = now()
    db.session.connection().execute(_PEOPLE, {"company": company, "n": people})
    db.session.connection().execute(_SESSIONS, {"company": company, "n": sessions, "now": moment,
                                               "later": moment + timedelta(days=1)})
    db.session.connection().execute(_AUDIT, {"company": company, "n": audited, "now": moment})
    db.session.commit()


def _compare(few: Browser, many: Browser, address: str, rounds: int) -> tuple[float, tuple[int, int]]:
    ratios = []
    for turn in range(rounds + 5):
        small, large = _timed(few, address), _timed(many, address)
        if turn >= 5:
            ratios.append(large / small)
    return statistics.median(ratios), (_statements(few, address), _statements(many, address))


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
