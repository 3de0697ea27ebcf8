"""What the tests stand on: stores that begin empty, keep to themselves and vanish."""

import os
import subprocess
import sys

import psycopg
import pytest
import redis

from c2d.config import ROOT
from tests.support.stores import HANDED_DOWN, Stores, empty_redis_databases

pytestmark = pytest.mark.xdist_group("launcher")


@pytest.fixture(scope="module")
def stores():
    """As if this were the first process of a run."""
    with pytest.MonkeyPatch.context() as environment:
        for name in (HANDED_DOWN, "DATABASE_URL", "REDIS_URL", "PYTEST_XDIST_WORKER"):
            environment.delenv(name, raising=False)
        running = Stores.start()
        yield running
        running.stop()


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows}


def databases(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def test_every_clone_has_the_schema_and_is_its_own(stores):
    one, other = stores.clone(), stores.clone()
    with psycopg.connect(one) as connection:
        connection.execute("CREATE TABLE only_here ()")
    assert "alembic_version" in tables(one)
    assert tables(one) - tables(other) == {"only_here"}


def test_a_dropped_clone_is_gone_even_while_somebody_is_connected(stores):
    url = stores.clone()
    with psycopg.connect(url):
        stores.drop(url)
    assert url.partition("?")[0].rpartition("/")[2] not in databases(stores.url("c2d"))
    with pytest.raises(ValueError):
        stores.drop(stores.url("c2d"))


def test_another_process_joins_and_does_not_stop_what_it_joined(stores):
    script = (
        "from tests.support.stores import Stores\n"
        "stores = Stores.start(); print(stores.clone(), stores.redis_url()); stores.stop()"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTEST_XDIST_WORKER": "gw3"},
    ).stdout
    database, redis_url = said.split()
    assert "alembic_version" in tables(database)
    assert redis_url == stores.redis_url(4) != stores.redis_url()
    assert redis.Redis.from_url(redis_url).ping()


def test_given_stores_keep_their_data_and_lose_only_our_databases(stores, monkeypatch):
    given, given_redis = stores.url("c2d"), stores.redis_url(5)
    with redis.Redis.from_url(given_redis) as client:
        client.set("theirs", "kept")
    with redis.Redis.from_url(stores.redis_url(6)) as client:
        client.set("theirs", "kept too")
    before = databases(given)
    monkeypatch.delenv(HANDED_DOWN)
    monkeypatch.setenv("DATABASE_URL", given.replace("postgresql://", "postgres://"))
    monkeypatch.setenv("REDIS_URL", given_redis)

    ours = Stores.start()
    try:
        assert "alembic_version" in tables(ours.clone())
        assert tables(given) == set()
        used = {ours.redis_url(n) for n in range(8)}
        assert not used & {given_redis, stores.redis_url(6)}
        redis.Redis.from_url(ours.redis_url()).set("ours", "goes")
        address = ours.redis_url()
    finally:
        ours.stop()

    assert databases(given) == before
    assert redis.Redis.from_url(given_redis).get("theirs") == b"kept"
    assert redis.Redis.from_url(address).dbsize() == 0


def test_the_number_in_a_redis_address_is_read_in_every_spelling(stores):
    socket = stores.redis_url(0).partition("?")[0]
    for spelling in (socket, f"{socket}?db=0", f"{socket}?protocol=3&db=0"):
        found = empty_redis_databases(spelling)
        assert len(found) > 50
        assert int(redis.Redis.from_url(found[-1]).connection_pool.connection_kwargs["db"]) == 63
        assert not any(address.endswith("db=0") for address in found)
        assert redis.Redis.from_url(found[-1]).ping()
