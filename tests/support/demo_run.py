"""One running c2d with the demo company, a stand-in for Telegram that its bot really talks to, and windows to look through."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from flask import Flask

from c2d.config import ROOT
from c2d.core import crypto
from c2d.launcher import embedded
from tests.support import running
from tests.support.stores import Stores
from tests.support.telegram import Client, Emulator

ADMIN, YURA, RYAN, CHRIS = range(4)
NAMES = ("Главный Админ", "Юра Борисов", "Райан Гослинг", "Кристофер Молтисанти")


@dataclass
class DemoRun:
    """`telegram` is the provider; `logins` are the demo's people in the order of ADMIN, YURA, RYAN, CHRIS."""

    instance: running.Instance
    telegram: Emulator
    logins: list[dict]
    facts: dict
    _numbers: Iterator[int] = field(default_factory=lambda: count(810_000_001))

    @property
    def url(self) -> str:
        return self.instance.base_url

    def client(self, first: str, last: str = "Живой") -> Client:
        """A person who has never written before."""
        number = next(self._numbers)
        return self.telegram.client(number, first_name=first, last_name=last, username=f"live{number}")

    def received(self, text: str, method: str = "sendMessage") -> int:
        """How often the provider was handed this text and took it."""
        said = (call.params.get("text") or call.params.get("caption") for call in self._taken(method))
        return sum(text == words for words in said)

    def mentions(self, text: str) -> int:
        """How many calls of any kind carried the text anywhere."""
        return sum(text in json.dumps(call.params, ensure_ascii=False) for call in list(self.telegram.state.calls))

    def ask(self, statement: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.instance.database_url) as connection:
            return connection.execute(statement, values).fetchall()

    def tell(self, statement: str, *values: object) -> None:
        """Change something that no screen of the journey changes."""
        with psycopg.connect(self.instance.database_url) as connection:
            connection.execute(statement, values)

    def _taken(self, method: str) -> list:
        return [call for call in self.telegram.calls_of(method) if call.status == 200]


@contextmanager
def demo_run(stores: Stores) -> Iterator[DemoRun]:
    """Everything but PostgreSQL is its own: tests of the same worker empty their Redis."""
    database = stores.clone()
    with running.folder_of_its_own() as folder, Emulator() as telegram:
        valkey = embedded.start_valkey(folder)
        instance = running.Instance(folder, database, valkey.url, {
            "DEMO": "1", "C2D_DEMO_TELEGRAM_URL": telegram.url, "WEB_CONCURRENCY": "1",
            "ARGON2_TIME": "1", "ARGON2_MEMORY": "8",
        })
        instance.env["PUBLIC_URL"] = instance.base_url
        try:
            facts = _fill(instance, folder)
            _introduce(instance, telegram, facts["hooks"]["telegram"])
            instance.begin()
            yield DemoRun(instance, telegram, facts["logins"], facts)
        finally:
            instance.end()
            valkey.discard()
            stores.drop(database)


def _fill(instance: running.Instance, folder: Path) -> dict:
    (folder / "run").mkdir(mode=0o700)
    done = subprocess.run([sys.executable, str(ROOT / "app.py"), "prepare"], cwd=ROOT, env=instance.env,
                          capture_output=True, text=True)
    if done.returncode:
        raise running.NotReady(f"no demo company\n{done.stdout}{done.stderr}")
    return json.loads((folder / "run" / "demo.json").read_text())


def _introduce(instance: running.Instance, telegram: Emulator, hook: dict) -> None:
    """The bot's token is the emulator's, so that what it sends and who writes to it meet in one bot."""
    app = Flask("seal")
    app.config["SECRET_KEY"] = instance.env["SECRET_KEY"]
    with app.app_context():
        sealed = crypto.seal({"token": telegram.token})
    with psycopg.connect(instance.database_url) as connection:
        connection.execute("UPDATE channels SET sealed = %s WHERE transport = 'telegram'", [sealed])
    state = telegram.state.bot(telegram.token).hook
    state.url, state.secret_token = hook["url"], hook["secret_token"]
