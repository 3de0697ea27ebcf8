"""60 open pages, 1 500 messages, 500 lost connections and a killed web process: no gap, no repeat.

The pages belong to three operators and show two dialogs. Clients write through the real hook;
what a page has seen, across all its connections, must be the dialog's messages in the order of
their events, each once, at the latest two seconds after the last was stored.
"""

import random
import re
import time
from itertools import pairwise

import psycopg

from tests.bench.load import Loop, percentile
from tests.bench.seed import Sizes
from tests.bench.updates import Writers
from tests.support import running
from tests.support.http import Line
from tests.support.pages import Page, Refused
from tests.support.running import Instance
from tests.support.visitor import Visitor

PAGES, MESSAGES, DROPS = 60, 1_500, 500
RATE = 120
SETTLE_SECONDS = 2.0
# The administrator and the supervisors, who are the first operators, see every dialog.
SIZES = Sizes(dialogs=100, messages=1_000, operators=20, deep=100)
_MESSAGE = re.compile(rb'id="m-(\d+)"')
_RESYNC = b'id="resync"'


class Tab:
    """An operator's page that comes back by itself; `seen` are the ids of messages it was sent."""

    def __init__(self, visitor: Visitor, dialog: int):
        self.visitor, self.dialog = visitor, dialog
        self.seen: list[int] = []
        self.since: int | None = None
        self.fetch = False
        self.resyncs = self.failures = 0
        self.back_at = 0.0
        self.page: Page | None = None
        self.connect()

    def connect(self) -> None:
        """Say hello where the last connection ended; try again a little later when refused."""
        try:
            self.page = self.visitor.page(heard=self._heard)
        except (Refused, OSError):
            self.failures += 1
            self.page, self.back_at = None, time.monotonic() + random.uniform(0.05, 0.2)
            return
        self.page.hello(dialog=self.dialog, since=self.since)

    def lose(self) -> None:
        """The network is gone for a moment."""
        if self.page and not self.page.ended:
            self.page.drop()
            self._gone()

    def look_after(self) -> bool:
        """Come back when it is time; True when there is a new connection to be read."""
        if self.page and self.page.ended:
            self.page.socket.close()
            self._gone()
        if self.page is None and time.monotonic() >= self.back_at:
            self.connect()
            return self.page is not None
        if self.fetch:
            self.fetch = False
            self._refetch()
        return False

    def _gone(self) -> None:
        self.since = self.page.since if self.page.since is not None else self.since
        self.page, self.back_at = None, time.monotonic() + random.uniform(0.02, 0.15)

    def _heard(self, page: Page, text: bytes) -> None:
        self.seen += map(int, _MESSAGE.findall(text))
        if _RESYNC in text:
            self.resyncs += 1
            self.fetch = True

    def _refetch(self) -> None:
        """What the page's script does on a resync: fetch the dialog anew."""
        answer = self.visitor.ask(self.visitor.get(f"/chats/{self.dialog}", fragment=True))
        newest = max(self.seen, default=0)
        self.seen += sorted(id for id in map(int, _MESSAGE.findall(answer.body)) if id > newest)


class Room:
    """All tabs in one selector, re-registered whenever one comes back."""

    def __init__(self, port: int, tabs: list[Tab]):
        self.tabs = tabs
        self.loop = Loop(port)
        for tab in tabs:
            self._listen(tab)

    def serve(self, seconds: float, done=lambda: False) -> bool:
        """Read and reconnect for so long; True as soon as `done()`."""
        return self.loop.watch(lambda: self._look_after() or done(), seconds)

    def _look_after(self) -> bool:
        for tab in self.tabs:
            page = tab.page
            if page and page.ended:
                self._forget(page)
            if tab.look_after():
                self._listen(tab)
        return False

    def lose(self, tab: Tab) -> None:
        if tab.page and not tab.page.ended:
            self._forget(tab.page)
            tab.lose()

    def _listen(self, tab: Tab) -> None:
        if tab.page:
            self.loop.add(tab.page)

    def _forget(self, page: Page) -> None:
        self.loop.remove(page)


def run(scale: float = 1.0) -> tuple[bool, str]:
    """A fresh instance with two web processes."""
    random.seed(13)
    with running.small({"WEB_CONCURRENCY": "2"}, SIZES) as instance:
        with psycopg.connect(instance.database_url, autocommit=True) as connection:
            return _play(instance, connection, max(1, int(MESSAGES * scale)), max(1, int(DROPS * scale)))


def _play(instance: Instance, connection: psycopg.Connection, messages: int, drops: int) -> tuple[bool, str]:
    writers = Writers.of(connection, instance.company, first=0)
    writers.clients = writers.clients[:2]
    visitors = [instance.sign_in(number) for number in range(3)]
    tabs = [Tab(visitors[n % 3], writers.clients[n // 3 % 2][0]) for n in range(PAGES)]
    room = Room(instance.port, tabs)
    if not room.serve(15, lambda: all(tab.page and tab.page.since is not None for tab in tabs)):
        return False, "not all pages got an answer to their hello"
    start = _newest(connection, instance.company.id)
    killed = _storm(instance, room, writers, messages, drops)
    stored = _wait_until_stored(connection, instance.company.id, start, messages, room)
    begun = time.monotonic()
    truth = {d: _truth(connection, instance.company.id, start, d) for d, _, _ in writers.clients}
    room.serve(SETTLE_SECONDS + 3, lambda: all(len(tab.seen) >= len(truth[tab.dialog]) for tab in tabs))
    settled = time.monotonic() - begun
    room.serve(0.5)
    return _judge(tabs, truth, stored, messages, drops, settled, killed)


def _storm(instance: Instance, room: Room, writers: Writers, messages: int, drops: int) -> bool:
    """Clients write, connections are lost, and after a third a web process is killed."""
    line, killed, lost = Line(instance.port), False, 0
    begun = time.monotonic()
    for number in range(messages):
        _post(line, writers.update())
        while lost < drops * (number + 1) // messages:
            room.lose(random.choice(room.tabs))
            lost += 1
        if not killed and number >= messages // 3:
            killed = bool(instance.kill_web_worker())
        room.serve(max(0.0, begun + number / RATE - time.monotonic()))
    line.close()
    return killed


def _post(line: Line, data: bytes) -> None:
    """As providers do: again until it is acknowledged."""
    for _ in range(20):
        try:
            if 200 <= line.ask(data).status < 300:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the hook did not acknowledge a message in twenty tries")


def _wait_until_stored(
    connection: psycopg.Connection, company: int, start: int, messages: int, room: Room,
) -> int:
    """How many messages became events, within half a minute."""
    def count() -> int:
        return connection.execute(
            "SELECT count(*) FROM event_records WHERE company_id = %s AND seq > %s AND kind = 'message_received'",
            [company, start]).fetchone()[0]

    room.serve(30, lambda: count() >= messages)
    return count()


def _newest(connection: psycopg.Connection, company: int) -> int:
    return connection.execute("SELECT event_seq FROM company_counters WHERE company_id = %s", [company]).fetchone()[0]


def _truth(connection: psycopg.Connection, company: int, start: int, dialog: int) -> list[int]:
    return [id for (id,) in connection.execute("""
        SELECT message_id FROM event_records WHERE company_id = %s AND seq > %s AND dialog_id = %s
        AND kind = 'message_received' ORDER BY seq""", [company, start, dialog])]


def _judge(tabs, truth, stored: int, messages: int, drops: int, settled: float, killed: bool) -> tuple[bool, str]:
    gaps = sum(len(set(truth[tab.dialog]) - set(tab.seen)) for tab in tabs)
    repeats = sum(len(tab.seen) - len(set(tab.seen)) for tab in tabs)
    place = {id: n for ids in truth.values() for n, id in enumerate(ids)}
    disorder = sum(place.get(a, 0) > place.get(b, 0) for tab in tabs for a, b in pairwise(tab.seen))
    held = killed and stored == messages and not (gaps or repeats or disorder) and settled <= SETTLE_SECONDS
    resyncs = percentile([tab.resyncs for tab in tabs], 1.0)
    return held, (f"{len(tabs)} pages, {stored}/{messages} messages, {drops} drops, web killed {int(killed)}x: "
                  f"{gaps} gaps, {repeats} repeats, {disorder} out of order, settled in {settled:.2f} s, "
                  f"at most {resyncs:.0f} resyncs a page")
