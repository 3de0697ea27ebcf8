"""1 000 simultaneous wrong logins, known or unknown, cost ten hashes and tell nothing; another address gets in.

The same for the second step: ten codes are checked. Two web processes of a real instance; how often they hash is
counted inside the libraries themselves (tests.support.counting).
"""

import re
import selectors
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pyotp
from argon2 import PasswordHasher

from c2d.sessions.throttle import ACCOUNT_LIMIT
from tests.bench.seed.company import PASSWORD
from tests.support import running
from tests.support.counting import Counters
from tests.support.http import Answer, Line, request
from tests.support.running import Instance

TRIES, PAIRS, MOST_APART = 1_000, 60, 0.10
DRIFT_CODES = 3  # a code is compared with those of three steps
_TOKEN = re.compile(rb'name="csrf-token" content="([^"]+)"')
_VARIES = re.compile(rb'(name="csrf-token" content|name="csrf_token" value|name="email"[^>]* value)="[^"]*"')
_COOKIE = re.compile(rb"\r\nset-cookie: *([^=]+=[^;\r]*)", re.IGNORECASE)
_SECRET = re.compile(rb'aria-labelledby="secret">([A-Z2-7 ]+)<')


class Client:
    """A browser at an address of its own, as the proxy in front would tell it."""

    def __init__(self, port: int, ip: str):
        self.port, self.ip, self.cookie, self.token = port, ip, "", ""
        self.line = Line(port)
        self.get("/login")

    def get(self, path: str) -> Answer:
        return self._learn(self.line.ask(request("GET", path, headers=self._headers())))

    def post(self, path: str, **fields: str) -> Answer:
        return self._learn(self.line.ask(self.form(path, **fields)))

    def form(self, path: str, **fields: str) -> bytes:
        headers = {**self._headers(), "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.token}
        return request("POST", path, headers=headers, body=urlencode(fields).encode())

    def _headers(self) -> dict[str, str]:
        return {"X-Forwarded-For": self.ip, **({"Cookie": self.cookie} if self.cookie else {})}

    def _learn(self, answer: Answer) -> Answer:
        if kept := _COOKIE.search(b"\r\n" + answer.head):
            self.cookie = kept.group(1).decode()
        if found := _TOKEN.search(answer.body):
            self.token = found.group(1).decode()
        return answer


@dataclass
class Flood:
    """What came of many requests at once: `said` are the different bodies, without what differs by design."""

    statuses: Counter
    said: set[tuple[int, bytes]]


def run(scale: float = 1.0) -> tuple[bool, str]:
    """A fresh instance with two web processes behind a proxy that is believed."""
    with tempfile.TemporaryDirectory() as folder:
        counters = Counters(Path(folder))
        env = {**counters.env, "WEB_CONCURRENCY": "2", "TRUST_PROXY": "1"}
        with running.small(env) as instance:
            _at_full_cost(instance)
            return _play(instance, counters, max(ACCOUNT_LIMIT + 10, int(TRIES * scale)))


def _at_full_cost(instance: Instance) -> None:
    """The seed hashes cheaply; these accounts are to cost what the instance's own would."""
    made = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(PASSWORD)
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        connection.execute("UPDATE operators SET password_hash = %s", [made])


def _play(instance: Instance, counters: Counters, tries: int) -> tuple[bool, str]:
    emails = instance.company.emails
    Client(instance.port, "10.9.9.9").post("/login", email="nobody@bench.example", password="warm")  # noqa: S106
    floods = {}
    for name, email, ip in (("known", emails[1], "10.0.0.1"), ("unknown", "nobody@bench.example", "10.0.0.2")):
        client, before = Client(instance.port, ip), counters.read()["hash"]
        flood = _all_at_once(instance.port, [client.form("/login", email=email, password=f"wrong {n}") for n in range(tries)])
        floods[name] = flood, counters.read()["hash"] - before
    elsewhere = Client(instance.port, "10.0.0.3").post("/login", email=emails[1], password=PASSWORD).status
    apart = min(_apart(instance, round) for round in range(3))
    second, codes, passed = _second_step(instance, counters, emails[2], tries)
    (known, hashes), (unknown, dummies) = floods["known"], floods["unknown"]
    expected = Counter({422: ACCOUNT_LIMIT, 429: tries - ACCOUNT_LIMIT})
    held = (
        hashes <= ACCOUNT_LIMIT and dummies <= ACCOUNT_LIMIT and known.statuses == unknown.statuses == expected
        and known.said == unknown.said and len(known.said) == 2 and elsewhere == 303 and apart <= MOST_APART
        and codes <= ACCOUNT_LIMIT and second.statuses == expected and len(second.said) == 2 and passed == 303
    )
    return held, (f"{tries} wrong logins at once: {hashes} hashes for a known address, {dummies} for an unknown one, "
                  f"{dict(known.statuses)}, {'the same' if known.said == unknown.said else 'DIFFERENT'} words, medians "
                  f"{apart:.1%} apart, elsewhere {elsewhere}; {tries} wrong codes: {codes} checked, "
                  f"{dict(second.statuses)}, elsewhere {passed}")


def _second_step(instance: Instance, counters: Counters, email: str, tries: int) -> tuple[Flood, int, int]:
    """The flood of codes, how many were checked, and what the right one got at another address."""
    secret = _set_up(Client(instance.port, "10.0.1.1"), email)
    client = Client(instance.port, "10.0.1.2")
    client.post("/login", email=email, password=PASSWORD)
    client.get("/login/2fa")
    before = counters.read()["code"]
    flood = _all_at_once(instance.port, [client.form("/login/2fa", code=f"{n:06}") for n in range(tries)])
    checked = (counters.read()["code"] - before) // DRIFT_CODES
    owner = Client(instance.port, "10.0.1.3")
    owner.post("/login", email=email, password=PASSWORD)
    owner.get("/login/2fa")
    right = pyotp.TOTP(secret).at(int(time.time()) + 30)  # the current step was used when it was set up
    return flood, checked, owner.post("/login/2fa", code=right).status


def _set_up(client: Client, email: str) -> str:
    client.post("/login", email=email, password=PASSWORD)
    client.get("/account/security")
    client.post("/account/security/second-factor/secret")
    secret = _SECRET.search(client.get("/account/security/second-factor").body).group(1).decode().replace(" ", "")
    answer = client.post("/account/security/second-factor", code=pyotp.TOTP(secret).now())
    if b"/account/security/recovery-codes" not in answer.head:
        raise RuntimeError(f"the second factor was not set up: {answer.status}")
    return secret


def _apart(instance: Instance, round: int) -> float:
    """By how much the median times of a wrong password differ, known and unknown addresses in turn."""
    times: dict[bool, list[float]] = {True: [], False: []}
    emails = instance.company.emails
    for n in range(PAIRS):
        for known in (True, False) if n % 2 else (False, True):
            client = Client(instance.port, f"10.{20 + round}.{n}.{1 + known}")
            data = client.form("/login", email=emails[n % len(emails)] if known else f"nobody{n}@bench.example",
                               password="wrong all the same")  # noqa: S106
            begun = time.perf_counter()
            status = client.line.ask(data).status
            times[known].append(time.perf_counter() - begun)
            client.line.close()
            if status != 422:
                raise RuntimeError(f"a wrong password got {status}")
    medians = [statistics.median(times[known]) for known in (True, False)]
    return abs(medians[0] - medians[1]) / min(medians)


def _all_at_once(port: int, requests: list[bytes]) -> Flood:
    """Every request on a connection of its own, all of them sent before the first answer is read."""
    lines = [Line(port) for _ in requests]
    statuses, said, waiting = Counter(), set(), selectors.DefaultSelector()
    for line in lines:
        waiting.register(line, selectors.EVENT_READ)
    for line, data in zip(lines, requests, strict=True):
        line.begin(data)
    until = time.monotonic() + 90
    while waiting.get_map() and time.monotonic() < until:
        for key, _ in waiting.select(1):
            if answer := key.fileobj.feed():
                statuses[answer.status] += 1
                said.add((answer.status, _VARIES.sub(b"", answer.body)))
                waiting.unregister(key.fileobj)
                key.fileobj.close()
    statuses["lost"] += len(waiting.get_map())
    return Flood(+statuses, said)
