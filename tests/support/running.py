"""A real instance for tests and measures: own stores, web, intake, worker and clock, on a random port.

    with running.small() as instance:
        instance.company.emails, instance.base_url
        instance.kill("intake")     # kill -9, with all its children
        instance.begin("intake")

Unlike `python app.py` nothing is started again by itself, but gunicorn replaces its own workers.
"""

import os
import secrets
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from c2d.config import ROOT
from c2d.launcher import embedded, supervisor
from c2d.launcher.child import Child, kill_family
from tests.bench import seed
from tests.support.http import Line, request
from tests.support.visitor import Visitor

START_SECONDS = 60


class NotReady(RuntimeError):
    """The instance did not come up; the text ends with what its processes said last."""


class Instance:
    """The four processes of c2d on given stores. `env` is added to what they are told."""

    def __init__(self, folder: Path, database_url: str, redis_url: str, env: Mapping[str, str] | None = None):
        self.folder = folder
        self.port = free_port()
        self.base_url = f"http://localhost:{self.port}"
        self.database_url = database_url
        self.company: seed.Company | None = None
        self.stores: dict[str, embedded.Store] = {}
        self.env = {
            **os.environ, "DATABASE_URL": database_url, "REDIS_URL": redis_url, "SECRET_KEY": secret_key(folder),
            "C2D_VAR": str(folder), "C2D_HOST": "127.0.0.1", "PORT": str(self.port), "PUBLIC_URL": "",
            "TRUSTED_HOSTS": "localhost,127.0.0.1", "DEMO": "0", "ALLOW_PRIVATE_HOSTS": "1",
            "PYTHONUNBUFFERED": "1", **(env or {}),
        }
        self.children: dict[str, Child] = {}

    def migrate(self) -> None:
        """Bring the schema up to date."""
        child = self._child("release", [sys.executable, str(ROOT / "app.py"), "release"])
        child.spawn()
        child.process.wait(START_SECONDS)
        if child.exit_code():
            raise NotReady(f"the migrations failed\n{child.last_words()}")

    def begin(self, *names: str) -> None:
        """Start these processes, all without names; wait for web when it is among them."""
        for name in names or supervisor.PROCESSES:
            self.children[name] = self._child(name, supervisor.PROCESSES[name])
            self.children[name].spawn()
        if not names or "web" in names:
            self.wait_for_web()

    def end(self, *names: str) -> None:
        """Stop these processes as their host would, all without names; web first."""
        chosen = [self.children[name] for name in names or supervisor.PROCESSES if name in self.children]
        for child in chosen:
            child.ask_to_stop()
        for child in chosen:
            child.stop(20)

    def kill(self, name: str) -> None:
        """kill -9 a process and all that it started."""
        child = self.children[name]
        if child.is_running():
            kill_family(child.process.pid)
            child.process.wait(10)

    def web_workers(self) -> list[int]:
        """The process ids of gunicorn's workers, oldest first."""
        return sorted(child.pid for child in psutil.Process(self.children["web"].process.pid).children())

    def kill_web_worker(self) -> int:
        """kill -9 gunicorn's oldest worker; gunicorn starts another."""
        pid = self.web_workers()[0]
        psutil.Process(pid).kill()
        return pid

    def pids(self) -> list[int]:
        """The heads of the running processes, without the stores."""
        return [child.process.pid for child in self.children.values() if child.is_running()]

    def sign_in(self, number: int = 0) -> Visitor:
        """The browser of the seeded company's operator of that number (0: the administrator)."""
        return Visitor(self.port, self.company.emails[number], self.company.password)

    def wait_for_web(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            web = self.children["web"]
            if not web.is_running() or time.monotonic() > deadline:
                raise NotReady(f"web does not answer\n{web.last_words()}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            line = Line(self.port)
        except OSError:
            return False
        try:
            return line.ask(request("GET", "/up")).status == 200
        except OSError:
            return False
        finally:
            line.close()

    def _child(self, name: str, command: list[str]) -> Child:
        logs = self.folder / "log"
        logs.mkdir(exist_ok=True, mode=0o700)
        return Child(name, command, env=self.env, log=logs / f"{name}.log")


@contextmanager
def small(env: Mapping[str, str] | None = None, size: seed.Sizes = seed.SMALL) -> Iterator[Instance]:
    """Everything in a temporary folder, with a seeded company of 100 dialogs; gone at the end."""
    with folder_of_its_own() as folder, stores_in(folder) as stores:
        instance = Instance(folder, stores["postgres"].url, stores["valkey"].url, env)
        instance.stores = stores
        try:
            instance.migrate()
            instance.company = seed.seed(instance.database_url, "small", size, secret_key=instance.env["SECRET_KEY"])
            instance.begin()
            yield instance
        finally:
            instance.end()


@contextmanager
def folder_of_its_own() -> Iterator[Path]:
    """PostgreSQL may have to run as another user, who must be able to pass through."""
    folder = Path(tempfile.mkdtemp(prefix="c2d-run-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def stores_in(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[dict[str, embedded.Store]]:
    """PostgreSQL and Valkey with their data in `folder`, as durable as in production."""
    started: dict[str, embedded.Store] = {}
    try:
        started["postgres"] = embedded.start_postgres(folder, settings=settings)
        started["valkey"] = embedded.start_valkey(folder)
        yield started
    finally:
        for store in reversed(started.values()):
            store.discard()


def secret_key(folder: Path) -> str:
    """One key for each folder: what was sealed with it can be opened at the next start."""
    file = folder / "secret"
    if not file.exists():
        file.write_text(secrets.token_hex(24))
    return file.read_text()


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
