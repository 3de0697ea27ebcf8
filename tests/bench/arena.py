"""Everything a measure needs, started: stores, c2d, the floor, the seeded companies, signed-in visitors.

All servers share one core, the load has the other. The seeded database is kept as a template in
`var/bench`; each run works on a fresh copy of it.
"""

import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from c2d.config import ROOT
from c2d.launcher.child import Child
from c2d.launcher.embedded import Store
from tests.bench import floor_sql, seed
from tests.bench.machine import cores, on_core, pin
from tests.bench.updates import Writers
from tests.support import running
from tests.support.http import Line
from tests.support.running import Instance
from tests.support.visitor import Visitor

RUN = "bench_run"
SERVERS, LOAD = cores()
FULL_LIVE = {"WEB_CONCURRENCY": "1", "WEB_THREADS": "1100", "LIVE_MAX_SOCKETS": "1100"}


def folder() -> Path:
    """Where the bench keeps its data."""
    return Path(os.environ.get("C2D_VAR") or ROOT / "var").absolute() / "bench"


class Arena:
    """`ours` and `floor` run; `big` and `small` are the companies."""

    def __init__(self, stores: dict[str, Store], scale: float):
        self.scale = scale
        self.stores = stores
        self.sizes = seed.sizes(scale)
        self.url = database(stores, RUN)
        self.taken = 0
        self.rate: float | None = None
        self.at_rest: float | None = None

    @property
    def rounds(self) -> int:
        return 5 if self.scale >= 1 else 2

    def many(self, count: int) -> int:
        """So many repetitions, fewer in a quick try."""
        return count if self.scale >= 1 else max(10, count // 5)

    def seconds(self, full: float) -> float:
        return full if self.scale >= 1 else max(1.0, full * 0.15)

    def prepare(self) -> None:
        """A fresh copy of the seed with the floor's tables, and answers that lead to our provider."""
        template = seeded(self.stores, self.scale)
        with connect(self.stores) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {RUN} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {RUN} TEMPLATE {template} STRATEGY FILE_COPY")
        self.provider_port = running.free_port()
        with psycopg.connect(self.url) as connection:
            self.big, self.small = seed.find(connection, "big"), seed.find(connection, "small")
            connection.execute("UPDATE channels SET base_url = %s", [f"http://127.0.0.1:{self.provider_port}"])
            connection.execute(floor_sql.SCHEMA % {"company": self.big.id})
            self.first_dialog = connection.execute(
                "SELECT min(id) FROM dialogs WHERE company_id = %s", [self.big.id]).fetchone()[0]

    def start(self, env: dict[str, str] | None = None) -> None:
        """c2d and the floor with the same settings of gunicorn, each on its own port."""
        with on_core(SERVERS):
            self.ours = Instance(folder(), self.url, self.stores["valkey"].url, env)
            self.ours.company = self.big
            self.ours.migrate()
            self.ours.begin()
        self.start_floor(env)
        with on_core(LOAD):
            self.provider = Child(
                "provider", [sys.executable, "-m", "tests.bench.provider", str(self.provider_port)])
            self.provider.spawn()

    def start_floor(self, env: dict[str, str] | None = None) -> None:
        self.floor = Instance(folder(), self.url, self.stores["valkey"].url,
                              {"FLOOR_COMPANY": str(self.big.id), **(env or {})})
        command = [sys.executable, "-m", "gunicorn", "tests.bench.floor:app", "-c", "gunicorn.conf.py"]
        child = Child("floor", command, env=self.floor.env, log=folder() / "log" / "floor.log")
        self.floor.children["web"] = child
        with on_core(SERVERS):
            child.spawn()
            self.floor.wait_for_web()

    def stop(self) -> None:
        for instance in (getattr(self, "ours", None), getattr(self, "floor", None)):
            if instance:
                instance.end()
        if provider := getattr(self, "provider", None):
            provider.stop()
        self.forget_visitors()

    def restart_web(self, env: dict[str, str]) -> None:
        """The same instance, its web processes with other settings."""
        self.forget_visitors()
        self.ours.end("web")
        self.floor.end("web")
        with on_core(SERVERS):
            self.ours.env.update(env)
            self.ours.begin("web")
        self.start_floor(env)

    def forget_visitors(self) -> None:
        for name in ("visitor", "small_visitor", "writers", "hook", "floor_line"):
            self.__dict__.pop(name, None)

    def dialog(self, number: int) -> int:
        """The id of the big company's dialog of that number in the seed's plan."""
        return self.first_dialog + number

    @cached_property
    def visitor(self) -> Visitor:
        """The big company's administrator."""
        return self.ours.sign_in(0)

    @cached_property
    def small_visitor(self) -> Visitor:
        return Visitor(self.ours.port, self.small.emails[0], self.small.password)

    @cached_property
    def floor_line(self) -> Line:
        return Line(self.floor.port)

    @cached_property
    def hook(self) -> Line:
        """A provider's kept connection."""
        return Line(self.ours.port)

    @cached_property
    def writers(self) -> Writers:
        """The clients of the big company's first Telegram channel."""
        with psycopg.connect(self.url) as connection:
            return Writers.of(connection, self.big, first=self.first_dialog)


@contextmanager
def opened(scale: float) -> Iterator[Arena]:
    """Stores, seed, c2d and floor; all stopped at the end."""
    pin(LOAD)
    _allow_many_files()
    folder().mkdir(parents=True, exist_ok=True)
    for path in (folder(), folder().parent):
        path.chmod(0o711)
    with on_core(SERVERS):
        stores = running.stores_in(folder())
        found = stores.__enter__()
    try:
        arena = Arena(found, scale)
        try:
            arena.prepare()
            arena.start()
            yield arena
        finally:
            arena.stop()
    finally:
        stores.__exit__(None, None, None)


def seeded(stores: dict[str, Store], scale: float, anew: bool = False) -> str:
    """The name of the database with the two companies; made when it is not there, or of another schema."""
    size = seed.sizes(scale)
    family = f"bench_seed_{size.dialogs}_"
    name = family + _schema()
    with connect(stores) as connection:
        there = {row[0] for row in connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [family])}
        if name in there and not anew:
            return name
        for old in there:
            connection.execute(f"DROP DATABASE {old} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}_new")
    url, key = database(stores, f"{name}_new"), running.secret_key(folder())
    env = {**os.environ, "DATABASE_URL": url, "REDIS_URL": stores["valkey"].url, "SECRET_KEY": key}
    subprocess.run([sys.executable, "app.py", "release"], cwd=ROOT, env=env, check=True, timeout=120)
    seed.seed(url, "small", seed.SMALL, secret_key=key)
    seed.seed(url, "big", size, secret_key=key)
    with connect(stores) as connection:
        connection.execute(f"ALTER DATABASE {name}_new RENAME TO {name}")
    return name


def _schema() -> str:
    """Another word for every state of the migrations and of the seeder."""
    files = sorted([*(ROOT / "migrations" / "versions").glob("*.py"), *Path(seed.__file__).parent.glob("*.py")])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def database(stores: dict[str, Store], name: str) -> str:
    return make_url(stores["postgres"].url).set(database=name).render_as_string(hide_password=False)


def connect(stores: dict[str, Store]) -> psycopg.Connection:
    """To the maintenance database, outside of transactions."""
    return psycopg.connect(stores["postgres"].url, autocommit=True)


def _allow_many_files() -> None:
    """A thousand open pages are a thousand descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8192 if hard == resource.RLIM_INFINITY else min(8192, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
