"""60 open pages in two web processes: an ended session's socket closes within a second, without Redis within three.

An administrator ends 30 of the sessions, half of them one by one, half by all of an operator at once, and then, with
Redis killed, 15 more. Each page must be told to go to the login page before its socket closes for good (1008), every
later request of it is refused, and the sessions that were left alone work on.
"""

import selectors
import threading
import time
from dataclasses import dataclass, field

import psycopg

from c2d.core.live.frames import FAREWELL
from tests.bench.load import percentile
from tests.bench.seed import Sizes
from tests.support import running
from tests.support.pages import Page, Refused
from tests.support.running import Instance
from tests.support.visitor import Visitor

OPERATORS, EACH = 12, 5
WITH_REDIS, WITHOUT_REDIS = 1.0, 3.0  # seconds
POLICY_VIOLATION = 1008
SIZES = Sizes(dialogs=100, messages=1_000, operators=OPERATORS + 1, deep=100)


@dataclass
class Seat:
    """A signed-in device with one open page."""

    operator: int
    session: int
    visitor: Visitor
    page: Page | None = None
    told: bool = False
    closed_at: float | None = None
    asked_at: float | None = None

    @property
    def took(self) -> float:
        """Seconds from the administrator's click to the close frame."""
        return (self.closed_at or float("inf")) - self.asked_at

    def hear(self, _page: Page, text: bytes) -> None:
        self.told = self.told or FAREWELL.encode() in text


@dataclass
class Hall:
    """A thread that reads all pages and notes when each one closes."""

    seats: list[Seat]
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self):
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        return self

    def __exit__(self, *_error) -> None:
        self._over.set()
        self._thread.join()

    def closed(self, seats: list[Seat], seconds: float) -> None:
        """Wait until all of these are closed, or so long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not all(seat.closed_at for seat in seats):
            self._over.wait(0.01)

    def _read(self) -> None:
        with selectors.DefaultSelector() as selector:
            for seat in self.seats:
                selector.register(seat.page, selectors.EVENT_READ, seat)
            while not self._over.is_set():
                for key, _ in selector.select(0.05):
                    seat = key.data
                    seat.page.ready()
                    if seat.page.ended:
                        seat.closed_at = time.perf_counter()
                        selector.unregister(seat.page)


def run(scale: float = 1.0) -> tuple[bool, str]:
    """A fresh instance with two web processes."""
    each = max(2, round(EACH * scale))
    settings = {"WEB_CONCURRENCY": "2", "ARGON2_TIME": "1", "ARGON2_MEMORY": "8"}
    with running.small(settings, SIZES) as instance:
        with psycopg.connect(instance.database_url, autocommit=True) as connection:
            return _play(instance, connection, each)


def _play(instance: Instance, connection: psycopg.Connection, each: int) -> tuple[bool, str]:
    seats = [_sit_down(instance, connection, n + 1) for n in range(OPERATORS) for _ in range(each)]
    singly, together, dark, left = (seats[n * 3 * each : (n + 1) * 3 * each] for n in range(4))
    administrator = instance.sign_in(0)
    processes = len(instance.web_workers())
    with Hall(seats) as hall:
        for seat in singly:
            _end(administrator, [seat], f"/settings/sessions/{seat.session}/termination")
        for operator in sorted({seat.operator for seat in together}):
            theirs = [seat for seat in together if seat.operator == operator]
            _end(administrator, theirs, f"/settings/sessions/operators/{operator}/termination")
        hall.closed(singly + together, 5)
        instance.stores["valkey"].stop()
        for seat in dark:
            _end(administrator, [seat], f"/settings/sessions/{seat.session}/termination")
        hall.closed(dark, 8)
    return _judge(singly + together, dark, left, processes)


def _sit_down(instance: Instance, connection: psycopg.Connection, number: int) -> Seat:
    visitor = instance.sign_in(number)
    row = connection.execute("SELECT operator_id, id FROM login_sessions ORDER BY id DESC LIMIT 1").fetchone()
    seat = Seat(*row, visitor)
    seat.page = visitor.page(heard=seat.hear)
    seat.page.hello()
    return seat


def _end(administrator: Visitor, seats: list[Seat], address: str) -> None:
    begun = time.perf_counter()
    for seat in seats:
        seat.asked_at = begun
    answer = administrator.ask(administrator.post(address, {}))
    if answer.status != 303:
        raise RuntimeError(f"{address} answers {answer.status}")


def _refused(seat: Seat) -> bool:
    """Not one kind of request passes."""
    asked = seat.visitor.ask(seat.visitor.get("/account/window"))
    posted = seat.visitor.ask(seat.visitor.post("/account/theme", {"theme": "dark"}))
    try:
        seat.visitor.page().close()
    except Refused:
        return b"/login" in asked.head and (asked.status, posted.status) == (303, 401)
    return False


def _judge(bright: list[Seat], dark: list[Seat], left: list[Seat], processes: int) -> tuple[bool, str]:
    ended = bright + dark
    for_good = sum(seat.page.close_code == POLICY_VIOLATION for seat in ended)
    told, refused = sum(seat.told for seat in ended), sum(map(_refused, ended))
    alive = sum(seat.closed_at is None and seat.visitor.ask(seat.visitor.get("/account/window")).status == 200 for seat in left)
    p95, slowest = percentile([seat.took for seat in bright], 0.95), max(seat.took for seat in dark)
    held = (processes == 2 and for_good == told == refused == len(ended) and alive == len(left)
            and p95 <= WITH_REDIS and slowest <= WITHOUT_REDIS)
    return held, (f"{len(ended) + len(left)} sockets in {processes} processes, {len(bright)} ended: p95 {p95 * 1000:.0f} ms; "
                  f"{len(dark)} without Redis: at most {slowest:.2f} s; closed for good {for_good}, told {told}, "
                  f"refused {refused} of {len(ended)}; {alive} of {len(left)} others work on")
