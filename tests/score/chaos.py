"""10 000 messages, a fifth twice, under kill -9 and a restart of PostgreSQL: none lost, none doubled.

Clients write through the real hook and repeat a message until it is acknowledged, as providers do. In the end each
message must be stored once, in the order in which its client wrote, with one dialog and one request for each client.
"""

import json
import random
import threading
import time
from collections.abc import Callable

import psycopg

from tests.bench.seed import Sizes
from tests.support import running
from tests.support.http import Line, request
from tests.support.running import Instance

MESSAGES, WRITERS, PEERS_EACH = 10_000, 8, 12
TWICE = 0.2
FIRST_PEER, FIRST_UPDATE = 990_000_000, 7_000_000_000
SETTLE_SECONDS = 60
SIZES = Sizes(dialogs=100, messages=1_000, operators=20, deep=100)


class Writer(threading.Thread):
    """Some clients of one provider's connection: each writes its next message when the last was acknowledged."""

    def __init__(self, number: int, instance: Instance, messages: int):
        super().__init__(daemon=True)
        hook = instance.company.hooks[0]
        self.number, self.port, self.messages = number, instance.port, messages
        self.path, self.secret = hook.path, hook.secret
        self.posts = self.refused = self.sent = 0

    def run(self) -> None:
        dice = random.Random(self.number)
        for n in range(self.messages):
            body = self._body(n)
            self._post(body)
            self.sent = n + 1
            if dice.random() < TWICE:
                self._post(self._body(dice.randint(max(0, n - 20), n)))

    def _body(self, n: int) -> bytes:
        peer = FIRST_PEER + self.number * PEERS_EACH + n % PEERS_EACH
        number = self.number * MESSAGES + n
        person = {"id": peer, "first_name": f"Клиент {peer}"}
        message = {"message_id": number + 1, "date": int(time.time()), "text": f"chaos {number}",
                   "chat": {**person, "type": "private"}, "from": {**person, "is_bot": False}}
        return json.dumps({"update_id": FIRST_UPDATE + number, "message": message}).encode()

    def _post(self, body: bytes) -> None:
        """Again and again until it is acknowledged."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret, "Content-Type": "application/json"}
        data = request("POST", self.path, headers=headers, body=body)
        while True:
            self.posts += 1
            try:
                line = self._line = getattr(self, "_line", None) or Line(self.port)
                if line.ask(data).status == 200:
                    return
            except OSError:
                self._line = None
            self.refused += 1
            time.sleep(0.05)


def run(scale: float = 1.0) -> tuple[bool, str]:
    """A fresh instance with two web processes and two intake processes."""
    random.seed(7)
    messages = max(WRITERS, int(MESSAGES * scale)) // WRITERS
    with running.small({"WEB_CONCURRENCY": "2"}, SIZES) as instance:
        _begin_second_intake(instance)
        writers = [Writer(n, instance, messages) for n in range(WRITERS)]
        begun = time.monotonic()
        for writer in writers:
            writer.start()
        kills = _disturb(instance, writers)
        for writer in writers:
            writer.join()
        seconds = time.monotonic() - begun
        with psycopg.connect(instance.database_url, autocommit=True) as connection:
            drained = _drained(connection, instance.company.id)
            return _verdict(connection, instance.company.id, writers, kills, seconds, drained)


def _begin_second_intake(instance: Instance) -> None:
    instance.children["intake-2"] = instance._child("intake-2", running.supervisor.PROCESSES["intake"])
    instance.children["intake-2"].spawn()


def _disturb(instance: Instance, writers: list[Writer]) -> int:
    """Spread the accidents over the run; how many processes were killed."""
    accidents: list[Callable[[], None]] = [
        lambda: _killed(instance, "intake"), instance.kill_web_worker, lambda: _killed(instance, "intake-2"),
        lambda: _killed(instance, "worker"), lambda: _restarted(instance), lambda: _killed(instance, "web"),
        lambda: _killed(instance, "intake"), instance.kill_web_worker,
    ]
    total = sum(writer.messages for writer in writers)
    for n, accident in enumerate(accidents, 1):
        while sum(writer.sent for writer in writers) < total * n / (len(accidents) + 1):
            time.sleep(0.01)
        accident()
    return len(accidents) - 1


def _killed(instance: Instance, name: str) -> None:
    instance.kill(name)
    if name == "intake-2":
        _begin_second_intake(instance)
    else:
        instance.begin(name)


def _restarted(instance: Instance) -> None:
    instance.stores["postgres"].stop()
    instance.stores["postgres"].start()


def _drained(connection: psycopg.Connection, company: int) -> bool:
    until = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < until:
        waiting = connection.execute(
            "SELECT count(*) FROM inbound_deliveries WHERE company_id = %s AND state <> 1", [company]).fetchone()[0]
        if not waiting:
            return True
        time.sleep(0.1)
    return False


def _verdict(connection, company: int, writers: list[Writer], kills: int, seconds: float, drained: bool):
    sent = sum(writer.messages for writer in writers)
    rows = connection.execute("""
        SELECT m.dialog_id, substring(m.text FROM 7)::int FROM messages m
        WHERE m.company_id = %s AND m.text LIKE 'chaos %%' ORDER BY m.id""", [company]).fetchall()
    numbers = [number for _, number in rows]
    lost, doubled = sent - len(set(numbers)), len(numbers) - len(set(numbers))
    newest: dict[int, int] = {}
    disordered = 0
    for dialog, number in rows:
        disordered += number < newest.get(dialog, -1)
        newest[dialog] = max(number, newest.get(dialog, -1))
    peers = len({(w.number, n % PEERS_EACH) for w in writers for n in range(w.messages)})
    odd = _odd(connection, company)
    held = drained and not (lost or doubled or disordered or odd) and len(newest) == peers
    posts, refused = sum(w.posts for w in writers), sum(w.refused for w in writers)
    return held, (
        f"{sent} messages in {posts} posts ({refused} unanswered), {kills} kill -9, 1 PostgreSQL restart: "
        f"{lost} lost, {doubled} doubled, {disordered} out of order, {len(newest)}/{peers} dialogs, "
        f"{odd} wrong counters · {sent / seconds:.0f}/s"
    )


def _odd(connection, company: int) -> int:
    """Dialogs whose unread figure, open request or events do not fit their messages."""
    return connection.execute("""
        SELECT count(*) FROM (
            SELECT d.id FROM dialogs d JOIN messages m ON m.company_id = d.company_id AND m.dialog_id = d.id
            WHERE d.company_id = %(company)s AND m.text LIKE 'chaos %%' GROUP BY d.company_id, d.id
            HAVING d.unread <> count(*) OR d.last_message_id <> max(m.id)
                OR (SELECT count(*) FROM requests r WHERE r.company_id = d.company_id AND r.dialog_id = d.id) <> 1
                OR (SELECT count(*) FROM event_records e WHERE e.company_id = d.company_id AND e.dialog_id = d.id
                    AND e.kind = 'message_received') <> count(*)) AS odd""", {"company": company}).fetchone()[0]
