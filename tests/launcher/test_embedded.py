"""PostgreSQL and Valkey as c2d itself starts them."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import redis

from c2d.launcher import binaries, embedded
from c2d.launcher.binaries import ServerMissing

CYRILLIC = "SELECT 'ПРИВЕТ' ILIKE '%привет%', lower('ЁЛКА')"


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="c2d-embedded-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def no_wheels(monkeypatch):
    monkeypatch.setattr(binaries, "_package_folder", lambda name: None)


def answer(url: str, statement: str):
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchone()


def test_postgres_keeps_its_data_and_knows_cyrillic(folder):
    first = embedded.start_postgres(folder)
    assert answer(first.url, CYRILLIC) == (True, "ёлка")
    assert answer(first.url, "SHOW fsync") == ("on",)
    with psycopg.connect(first.url) as connection:
        connection.execute("CREATE TABLE kept ()")
    first.discard()

    second = embedded.start_postgres(folder, settings={"work_mem": "8MB"})
    try:
        assert answer(second.url, "SELECT to_regclass('kept')::text") == ("kept",)
        assert answer(second.url, "SHOW work_mem") == ("8MB",)
    finally:
        second.discard()


def test_the_log_holds_nothing_of_what_rows_say(folder):
    store = embedded.start_postgres(folder)
    try:
        with psycopg.connect(store.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE said (text text UNIQUE)")
            for _ in range(2):
                with suppress(psycopg.errors.UniqueViolation):
                    connection.execute("INSERT INTO said VALUES ('мой секрет')")
        log = next(folder.rglob("postgres.log")).read_text()
    finally:
        store.discard()
    assert "said_text_key" in log and "мой секрет" not in log


def test_a_store_can_be_stopped_and_started_under_the_same_address(folder):
    store = embedded.start_valkey(folder)
    try:
        redis.Redis.from_url(store.url).set("written", "before")
        assert store.stop() == 0
        store.start()
        assert redis.Redis.from_url(store.url).get("written") == b"before"
    finally:
        store.discard()


def test_a_store_that_cannot_start_says_why(folder):
    embedded.start_postgres(folder).discard()
    version = next(folder.glob("pg*/PG_VERSION"))
    version.write_text("9\n")
    with pytest.raises(embedded.StoreFailed, match="(?s)postgres did not start.*initialized by PostgreSQL version 9"):
        embedded.start_postgres(folder)
    assert not list(folder.glob("*.socket"))


def test_installed_servers_serve_where_the_packages_have_none(folder, no_wheels):
    try:
        binaries.find_postgres()
        binaries.find_valkey()
    except ServerMissing:
        pytest.skip("neither PostgreSQL nor Redis is installed here")
    stores = [embedded.start_postgres(folder), embedded.start_valkey(folder)]
    try:
        assert answer(stores[0].url, CYRILLIC) == (True, "ёлка")
        assert redis.Redis.from_url(stores[1].url).ping()
    finally:
        for store in stores:
            store.discard()


def test_a_machine_without_any_server_is_told_what_to_install(no_wheels, monkeypatch):
    monkeypatch.setattr(binaries, "_installed_postgres", lambda: iter(()))
    monkeypatch.setattr(binaries.shutil, "which", lambda name: None)
    with pytest.raises(ServerMissing, match="Install PostgreSQL 15 or newer"):
        binaries.find_postgres()
    with pytest.raises(ServerMissing, match="Install Valkey or Redis 7"):
        binaries.find_valkey()
