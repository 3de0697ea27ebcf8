"""PostgreSQL and Redis for one test run: started once, shared by all of its processes.

The first process calls `Stores.start()`, later `stop()`; pytest-xdist's workers call `Stores.start()`
too and find what is there. With DATABASE_URL and REDIS_URL given, those servers are used: databases of
our own are made beside the named one, which is never touched, and dropped at the end.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

import psycopg
import redis
from sqlalchemy.engine import make_url

from c2d.config import ROOT
from c2d.launcher import embedded

HANDED_DOWN = "C2D_TEST_STORES"
EMBEDDED_REDIS_DATABASES = 64


class Stores:
    """`clone()` gives a database with the whole schema, `redis_url()` an own Redis database."""

    def __init__(self, server: str, redis_servers: list[str], prefix: str):
        self.server = make_url(server)
        self.redis_urls = redis_servers
        self.prefix = prefix
        self._started: list[embedded.Store] = []
        self._folder: Path | None = None
        self._owner = False

    @classmethod
    def start(cls) -> Self:
        """Start or join; the schema is ready afterwards."""
        if handed_down := os.environ.get(HANDED_DOWN):
            return cls(**json.loads(handed_down))
        stores = cls._start_servers()
        stores._owner = True
        try:
            stores._make_template()
        except BaseException:
            stores.stop()
            raise
        os.environ[HANDED_DOWN] = json.dumps({
            "server": stores.server.render_as_string(hide_password=False),
            "redis_servers": stores.redis_urls, "prefix": stores.prefix,
        })
        return stores

    @classmethod
    def _start_servers(cls) -> Self:
        server, redis_server = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        # PostgreSQL may have to run as another user, who cannot enter a folder that only we may.
        folder = Path(tempfile.mkdtemp(prefix="c2d-test-"))
        folder.chmod(0o711)
        started = []
        if not server:
            started.append(embedded.start_postgres(folder, fsync=False))
            server = started[-1].url
        if redis_server:
            redis_urls = empty_redis_databases(redis_server)
        else:
            started.append(embedded.start_valkey(folder, databases=EMBEDDED_REDIS_DATABASES, durable=False))
            redis_urls = [f"{started[-1].url.removesuffix('0')}{n}" for n in range(EMBEDDED_REDIS_DATABASES)]
        stores = cls(_plain(server), redis_urls, f"c2d_test_{os.getpid()}_{secrets.token_hex(3)}")
        stores._started, stores._folder = started, folder
        return stores

    def url(self, name: str) -> str:
        """The address of a database of this run."""
        return self.server.set(database=name).render_as_string(hide_password=False)

    def clone(self) -> str:
        """The address of a new database with the schema and no rows."""
        name = f"{self.prefix}_{secrets.token_hex(4)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Early removal of a clone; `stop()` removes those that are left."""
        name = make_url(url).database
        if not name.startswith(f"{self.prefix}_"):
            raise ValueError(f"{name} is not a database of this test run")
        self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def redis_url(self, number: int | None = None) -> str:
        """A Redis database; without a number the one of this process (a worker's own).

        Published messages know no database numbers: every subscriber of the server hears them.
        """
        number = _worker_number() if number is None else number
        if number >= len(self.redis_urls):
            raise RuntimeError(f"REDIS_URL's server has only {len(self.redis_urls)} empty databases for the tests")
        return self.redis_urls[number]

    def stop(self) -> None:
        """Only the process that started them stops them."""
        if not self._owner:
            return
        os.environ.pop(HANDED_DOWN, None)
        if "postgres" not in [store.name for store in self._started]:
            self._drop_all()
        if "valkey" not in [store.name for store in self._started]:
            for url in self.redis_urls:
                redis.Redis.from_url(url).flushdb()
        for store in reversed(self._started):
            store.discard()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _template(self) -> str:
        return f"{self.prefix}_template"

    def _make_template(self) -> None:
        """By the real migrations, in a process of its own: nothing stays connected to the template."""
        self._execute(f"CREATE DATABASE {self._template}")
        made = subprocess.run(
            [sys.executable, ROOT / "app.py", "release"], cwd=ROOT, capture_output=True, text=True,
            env={
                **os.environ, "DATABASE_URL": self.url(self._template), "REDIS_URL": self.redis_urls[0],
                "SECRET_KEY": secrets.token_hex(16),
            },
        )
        if made.returncode:
            raise RuntimeError(f"The migrations failed.\n{made.stdout}{made.stderr}")

    def _drop_all(self) -> None:
        with self._connect() as connection:
            named = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{self.prefix}_"]
            ).fetchall()
            for (name,) in named:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.server.render_as_string(hide_password=False), autocommit=True)


def empty_redis_databases(url: str) -> list[str]:
    """The databases of a given server in which nothing can be lost; never the named one."""
    base, named = _redis_base(url)
    empty = []
    for number in range(_redis_databases(url)):
        address = f"{base}{number}"
        with redis.Redis.from_url(address) as client:
            if number != named and client.dbsize() == 0:
                empty.append(address)
    return empty


def _redis_databases(url: str) -> int:
    with redis.Redis.from_url(url) as client:
        try:
            return int(client.config_get("databases")["databases"])
        except (redis.ResponseError, KeyError):
            return 16


def _redis_base(url: str) -> tuple[str, int]:
    """The address up to the database's number, and that number."""
    if url.startswith("unix:"):
        path, _, query = url.partition("?")
        named = re.search(r"(?:^|&)db=(\d+)", query)
        rest = re.sub(r"(?:^|&)db=\d+", "", query).strip("&")
        return f"{path}?{rest + '&' if rest else ''}db=", int(named.group(1)) if named else 0
    scheme, _, rest = url.partition("://")
    place, _, path = rest.partition("/")
    return f"{scheme}://{place}/", int(path) if path.isdigit() else 0


def _plain(url: str) -> str:
    """As psycopg reads it, whichever way the address of a host is written."""
    return re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql://", url)


def _worker_number() -> int:
    worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
    return int(worker.group(1)) + 1 if worker else 0
