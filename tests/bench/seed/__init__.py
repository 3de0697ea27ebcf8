"""The bulk seeder: a company with its people, dialogs and history, written with COPY within a minute.

Names and texts are the same every time; moments count back from last midnight (UTC).
"""

import time

import psycopg

from tests.bench.seed.company import Company, find, make_frame
from tests.bench.seed.history import Firsts, History
from tests.bench.seed.people import People
from tests.bench.seed.plan import SMALL, Plan, Sizes, sizes
from tests.bench.seed.sheets import pour_all, take_ids, take_numbers

__all__ = ["SMALL", "Company", "Sizes", "find", "seed", "sizes"]


def seed(url: str, slug: str, size: Sizes, *, secret_key: str, base_url: str = "http://127.0.0.1:9") -> Company:
    """Write one company into a migrated database and analyze; `base_url` is where its answers go.

    Does nothing when a company of that name is there already.
    """
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        found = find(connection, slug)
        if found is None:
            _write(connection, slug, size, base_url, secret_key)
            found = find(connection, slug)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE" if size.dialogs >= 10_000 else "ANALYZE")
    return found


def _write(connection: psycopg.Connection, slug: str, size: Sizes, base_url: str, secret_key: str) -> None:
    begun = time.monotonic()
    plan = Plan(size)
    frame = make_frame(connection, slug, size.operators, base_url, secret_key)
    history = History(plan, frame, _reserve(connection, plan))
    history.write()
    people = People(history)
    people.write()
    pour_all(connection, {sheet.table: sheet for sheet in (
        people.cards, people.clients, people.phones, people.tags, people.dialogs,
        history.requests, history.messages, history.events)})
    connection.execute("UPDATE company_counters SET event_seq = %s WHERE company_id = %s",
                       [history.seq, frame.company_id])
    print(f"seeded {slug}: {size.dialogs} dialogs, {size.messages} messages in {time.monotonic() - begun:.1f} s")


def _reserve(connection: psycopg.Connection, plan: Plan) -> Firsts:
    requests = sum(-(-count // 8) for count in plan.counts)
    dialogs = plan.sizes.dialogs
    return Firsts(
        card=take_ids(connection, "client_cards", plan.cards[-1] + 1),
        client=take_ids(connection, "clients", dialogs), dialog=take_ids(connection, "dialogs", dialogs),
        message=take_ids(connection, "messages", plan.sizes.messages),
        request=take_ids(connection, "requests", requests),
        number=take_numbers(connection, "request_numbers", requests))
