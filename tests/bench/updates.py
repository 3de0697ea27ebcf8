"""Clients who write: Telegram updates for c2d, the same messages for the floor, and when they were stored."""

import json
import time
from collections.abc import Iterator
from itertools import count
from urllib.parse import quote

import psycopg

from tests.bench.load import clock
from tests.bench.seed import Company
from tests.bench.seed.people import phone_of
from tests.bench.seed.words import login_of, name_of, question
from tests.support.http import request

# A message's number in its text; digits alone could be a part of anything.
MARK = r"mk(\d+)z"
_numbers = count(int(time.time()) % 1_000_000 * 100_000)


class Writers:
    """Hands out requests, one client after the other; `sent[number]` is when a message was made."""

    def __init__(self, path: str, secret: str, clients: list[tuple[int, str, str]], company_id: int):
        self.path = path
        self.company_id = company_id
        self.clients = clients
        self.sent: dict[int, float] = {}
        self._headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"}
        self._turn = count()

    @classmethod
    def of(cls, connection: psycopg.Connection, company: Company, first: int, limit: int = 5_000) -> "Writers":
        """The clients of the company's first Telegram channel, by dialog; the dialog `first` comes first."""
        hook = company.hooks[0]
        rows = connection.execute("""
            SELECT d.id, c.external_id, d.name FROM dialogs d
            JOIN clients c ON c.company_id = d.company_id AND c.id = d.client_id
            WHERE d.company_id = %s AND d.channel_id = %s AND d.id >= %s ORDER BY d.id LIMIT %s""",
            [company.id, hook.channel_id, first, limit]).fetchall()
        return cls(hook.path, hook.secret, rows, company.id)

    def update(self, client: tuple[int, str, str] | None = None) -> bytes:
        """A new message of the next client, or of this one, as Telegram posts it."""
        number, (_, peer, name) = self._next(client)
        person = {"id": int(peer), "first_name": name}
        message = {
            "message_id": number % 2_000_000_000, "from": {**person, "is_bot": False, "language_code": "ru"},
            "chat": {**person, "type": "private"}, "date": int(time.time()), "text": _text(number),
        }
        body = json.dumps({"update_id": number, "message": message}, ensure_ascii=False).encode()
        return request("POST", self.path, headers=self._headers, body=body)

    def floor_message(self, path: str, client: tuple[int, str, str] | None = None) -> bytes:
        """The same for the floor's routes."""
        number, (dialog, _, _) = self._next(client)
        body = json.dumps({"dialog": dialog, "text": _text(number), "key": str(number)}, ensure_ascii=False).encode()
        return request("POST", path, headers={"Content-Type": "application/json", "X-Key": str(number)}, body=body)

    def _next(self, client: tuple[int, str, str] | None) -> tuple[int, tuple[int, str, str]]:
        number = next(_numbers)
        self.sent[number] = clock()
        return number, client or self.clients[next(self._turn) % len(self.clients)]


class Shelf:
    """Looks every 25 ms which messages are committed and so visible to everybody; `tick` of a Loop."""

    EVERY = 0.025

    def __init__(self, url: str, company_id: int):
        self.connection = psycopg.connect(url, autocommit=True)
        self.company_id = company_id
        self.seen: dict[int, float] = {}
        self.backlogs: list[int] = []
        self._seq = self._one("SELECT event_seq FROM company_counters WHERE company_id = %s")
        self._looked = self._counted = 0.0

    def __call__(self, now: float) -> None:
        if now - self._looked >= self.EVERY:
            self._looked = now
            self._look()
        if now - self._counted >= 1:
            self._counted = now
            self.backlogs.append(self.backlog())

    def backlog(self) -> int:
        """How many deliveries wait to be worked off."""
        return self._one("SELECT count(*) FROM inbound_deliveries WHERE company_id = %s AND state = 0")

    def drain(self, seconds: float) -> bool:
        """Wait until nothing waits; False when it did not happen in time."""
        until = clock() + seconds
        while self.backlog():
            if clock() > until:
                return False
            self._look()
            time.sleep(self.EVERY)
        self._look()
        return True

    def delays(self, sent: dict[int, float]) -> list[float]:
        """Seconds from sending until visible; a message never seen is left out."""
        return [at - sent[number] for number, at in self.seen.items() if number in sent]

    def close(self) -> None:
        self.connection.close()

    def _look(self) -> None:
        rows = self.connection.execute("""
            SELECT e.seq, substring(m.text FROM 'mk([0-9]+)z')::bigint FROM event_records e
            JOIN messages m ON m.company_id = e.company_id AND m.id = e.message_id
            WHERE e.company_id = %s AND e.seq > %s AND e.kind = 'message_received' ORDER BY e.seq""",
            [self.company_id, self._seq]).fetchall()
        now = clock()
        for seq, number in rows:
            self._seq = seq
            if number is not None:
                self.seen.setdefault(number, now)

    def _one(self, text: str) -> int:
        return self.connection.execute(text, [self.company_id]).fetchone()[0]


def searches(numbers: range) -> Iterator[str]:
    """Parts of phones, logins and names, by turns, percent-encoded."""
    for n in numbers:
        first, last = name_of(n)
        phone, login = phone_of(n), login_of(first, last, n)
        yield quote((phone[4:11], login[2:], f"{first} {last}"[1:-1])[n % 3])


def _text(number: int) -> str:
    return f"{question(number)} mk{number}z"
