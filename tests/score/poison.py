"""Every hostile body into every hook: no answer of 5xx, no stuck queue, the next message is stored.

Real processes; the bodies are signed as the provider would, so they reach the very end.
"""

import json
import time

import psycopg

from c2d.channels.adapters.own_json import SIGNATURE, sign
from tests.bench.seed import Sizes
from tests.support import running
from tests.support.http import Line, request
from tests.support.poison import POISON
from tests.support.running import Instance

SECRET = "poison-secret"
TRANSPORTS = ("telegram", "external", "demo")
SETTLE_SECONDS = 40
SIZES = Sizes(dialogs=100, messages=1_000, operators=20, deep=100)


def run(scale: float = 1.0) -> tuple[bool, str]:
    """All bodies at once, whatever the scale: there are few of them."""
    with running.small({"WEB_CONCURRENCY": "1"}, SIZES) as instance:
        with psycopg.connect(instance.database_url, autocommit=True) as connection:
            return _play(instance, connection)


def _play(instance: Instance, connection: psycopg.Connection) -> tuple[bool, str]:
    channels = {transport: _channel(connection, instance.company.id, transport) for transport in TRANSPORTS}
    answers = [
        _answer(instance.port, _post(transport, body))
        for transport in TRANSPORTS for body in [*POISON, _healthy(transport)]
    ]
    stuck = _stuck(connection, channels)
    alive = sum(_alive(connection, channel) for channel in channels.values())
    dead = connection.execute("SELECT count(*) FROM inbound_deliveries WHERE state = 2").fetchone()[0]
    broken = [status for status in answers if status >= 500]
    held = not broken and not stuck and alive == len(TRANSPORTS)
    return held, (
        f"{len(POISON)} bodies × {len(TRANSPORTS)} hooks: {len(broken)} answers of 5xx, {stuck} deliveries stuck, "
        f"{dead} set aside with a reason, {alive}/{len(TRANSPORTS)} healthy messages stored after them"
    )


def _answer(port: int, data: bytes) -> int:
    """The status; 413 also where the server hung up before a body too large was through."""
    line = Line(port)
    try:
        return line.ask(data).status
    except ConnectionError:
        return 413 if len(data) > 1024 * 1024 else 500
    finally:
        line.close()


def _channel(connection: psycopg.Connection, company: int, transport: str) -> int:
    return connection.execute("""
        INSERT INTO channels (company_id, transport, name, token, secret) VALUES (%s, %s, 'Poison', %s, %s)
        RETURNING id""", [company, transport, f"poison-{transport}", SECRET]).fetchone()[0]


def _post(transport: str, body: bytes) -> bytes:
    proof = {SIGNATURE: sign(SECRET, body), "X-Telegram-Bot-Api-Secret-Token": SECRET}
    headers = {**proof, "Content-Type": "application/json"}
    return request("POST", f"/hooks/poison-{transport}", headers=headers, body=body)


def _healthy(transport: str) -> bytes:
    if transport != "telegram":
        return json.dumps({"client": {"id": "4711"}, "message": {"id": "4711", "text": "alive"}}).encode()
    message = {"message_id": 4711, "date": 1_790_000_000, "chat": {"id": 4711, "type": "private"},
               "from": {"id": 4711, "first_name": "A"}, "text": "alive"}
    return json.dumps({"update_id": 4711, "message": message}).encode()


def _stuck(connection: psycopg.Connection, channels: dict[str, int]) -> int:
    until = time.monotonic() + SETTLE_SECONDS
    while True:
        waiting = connection.execute(
            "SELECT count(*) FROM inbound_deliveries WHERE state = 0 AND channel_id = ANY(%s)",
            [list(channels.values())]).fetchone()[0]
        if not waiting or time.monotonic() > until:
            return waiting
        time.sleep(0.1)


def _alive(connection: psycopg.Connection, channel: int) -> int:
    return connection.execute(
        "SELECT count(*) FROM messages WHERE channel_id = %s AND text = 'alive'", [channel]).fetchone()[0]
