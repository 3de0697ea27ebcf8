"""The live hub: every event once, in order, to those who may see it, whatever breaks."""

import random
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path

import pytest
import websocket

from c2d.core import live
from tests.core.live_server import Gunicorn, Log, Page, Valkey, create_app, wait_for
from tests.core.test_socket import facts


class Town:
    """A folder with the log, a Valkey, web processes, and an app that publishes."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="c2d-"))
        self.valkey = Valkey(self.folder)
        self.log = Log(self.folder)
        self.app = create_app(self.folder, self.valkey.url)
        self.servers: list[Gunicorn] = []

    def web(self, **options) -> Gunicorn:
        self.servers.append(Gunicorn(self.folder, self.valkey.url, **options))
        return self.servers[-1]

    def happen(self, company: int = 1, dialog: int = 7, text: str = "hi") -> int:
        seq = self.log.append(company, dialog, text)
        with self.app.app_context():
            live.publish(company, seq)
        return seq

    def notify(self, notice: dict) -> None:
        with self.app.app_context():
            live.notify(1, notice)

    def end(self) -> None:
        for process in [*self.servers, self.valkey]:
            process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def town():
    town = Town()
    yield town
    town.end()


def listening(*pages: Page) -> None:
    for page in pages:
        page.read_to(0)


def test_an_event_reaches_every_page_of_its_company_and_no_other(town):
    port = town.web().port
    mine, colleague, foreign = Page(port, "1.3.5"), Page(port, "1.4.6"), Page(port, "2.9.9")
    listening(mine, colleague, foreign)
    town.happen()
    town.happen(company=2)
    for page in (mine, colleague, foreign):
        page.read_to(1)
        assert page.rows == [1]
    assert town.happen() == 2
    mine.read_to(2)
    foreign.ws.settimeout(0.3)
    with pytest.raises(websocket.WebSocketTimeoutException):
        foreign.read()


def test_only_the_open_dialog_is_heard_and_a_refused_one_never(town):
    port = town.web().port
    (town.folder / "closed").write_text("8")
    seven, eight = Page(port, dialog=7), Page(port, dialog=8)
    listening(seven, eight)
    town.happen(dialog=7)
    town.happen(dialog=8)
    seven.read_to(2)
    eight.read_to(2)
    assert (seven.rows, seven.messages) == ([1, 2], [1])
    assert (eight.rows, eight.messages) == ([1, 2], [])


def test_a_page_that_comes_back_gets_what_it_missed_once(town):
    port = town.web().port
    for _ in range(5):
        town.happen()
    page = Page(port, since=2, dialog=7)
    page.read_to(5)
    town.happen()
    page.read_to(6)
    assert page.rows == page.messages == [3, 4, 5, 6]


def test_a_page_far_behind_is_told_to_fetch_anew(town):
    port = town.web().port
    for _ in range(301):
        town.log.append(1)
    page = Page(port, since=0)
    page.read_to(301)
    assert 'id="resync"' in page.text and page.rows == []
    beyond = Page(port, since=9000)
    beyond.read_until(lambda page: page.since == 301)
    assert 'id="resync"' in beyond.text
    town.happen()
    beyond.read_to(302)


def test_a_dialog_opened_later_is_filled_in_from_when_it_was_drawn(town):
    port = town.web().port
    page = Page(port, dialog=7)
    listening(page)
    town.happen(dialog=8)
    drawn = town.happen(dialog=8)
    town.happen(dialog=8)
    page.read_to(3)
    page.say(type="view", dialog=8, list="folder=all", since=drawn)
    page.read_until(lambda page: page.messages == [3])
    town.happen(dialog=8)
    town.happen(dialog=7)
    page.read_to(5)
    assert page.messages == [3, 4]
    assert page.rows == [1, 2, 3, 4, 5]


def test_since_stays_fresh_when_nothing_is_shown(town):
    page = Page(town.web().port, dialog=9)
    listening(page)
    for _ in range(20):
        town.happen(text="quiet")
    page.read_to(20, seconds=2)
    assert page.text.count("data-seq") <= 4
    assert page.rows == []


def test_a_push_that_cannot_be_rendered_becomes_a_fetch_and_later_ones_arrive(town):
    page = Page(town.web().port, dialog=7)
    listening(page)
    town.happen(text="broken")
    town.happen()
    page.read_to(2)
    assert 'id="resync"' in page.text
    assert (page.rows, page.messages) == ([2], [1, 2])


def test_typing_and_viewers_reach_the_colleague_in_another_process(town):
    his = Page(town.web().port, "1.3.5", dialog=7)
    hers = Page(town.web().port, "1.4.6", dialog=7)
    listening(his, hers)
    hers.read_until(lambda page: '"operators": [3, 4]' in page.text)
    his.say(type="typing", dialog=7)
    his.say(type="typing", dialog=8)
    hers.read_until(lambda page: '"t": "typing"' in page.text)
    with town.app.app_context():
        assert live.viewers(1, 7) == {3, 4}
    his.say(type="view", dialog=None)
    hers.read_until(lambda page: '"operators": [4]' in page.text)
    with town.app.app_context():
        assert live.viewers(1, 7) == {4}
    assert "typing" not in his.text


def test_without_redis_events_and_viewers_arrive_within_three_seconds(town):
    port = town.web().port
    his, hers = Page(port, "1.3.5", dialog=7), Page(port, "1.4.6", dialog=7)
    listening(his, hers)
    wait_for(lambda: facts(port)["doorbell"])
    town.valkey.stop(signal.SIGKILL)
    wait_for(lambda: not facts(port)["doorbell"])
    begun = time.monotonic()
    town.happen()
    his.read_to(1)
    assert time.monotonic() - begun < 3
    hers.text = ""
    his.say(type="view", dialog=None)
    hers.read_until(lambda page: '"operators": [4]' in page.text, seconds=3)


def test_after_redis_comes_back_events_ring_again(town):
    port = town.web().port
    page = Page(port)
    listening(page)
    town.valkey.stop(signal.SIGKILL)
    wait_for(lambda: not facts(port)["doorbell"])
    town.happen()
    town.valkey.path.unlink(missing_ok=True)
    town.valkey = Valkey(town.folder)
    wait_for(lambda: facts(port)["doorbell"])
    page.read_to(1)
    # The bell is tried again a second after it failed.
    wait_for(lambda: town.happen() and _rings(town, page), 15)


def _rings(town: Town, page: Page) -> bool:
    begun = time.monotonic()
    page.read_to(town.happen())
    return time.monotonic() - begun < 0.2


def test_ringing_a_deaf_redis_neither_raises_nor_waits(town):
    town.valkey.child.send_signal(signal.SIGSTOP)
    try:
        begun = time.monotonic()
        with town.app.app_context():
            live.publish(1, 1)
            assert time.monotonic() - begun < 3  # redis-py's own patience is longer
            for _ in range(100):
                live.publish(1, 1)
                live.notify(1, {"t": "typing"})
                live.control({"t": "session-ended", "ids": []})
        assert time.monotonic() - begun < 4
    finally:
        town.valkey.child.send_signal(signal.SIGCONT)


def test_a_page_that_stops_reading_stalls_nobody_and_is_sent_away(town):
    port = town.web().port
    deaf, awake = Page(port), Page(port)
    listening(deaf, awake)
    begun = time.monotonic()
    for _ in range(30):
        awake.read_to(town.happen(text="big:1500000"))
    assert awake.rows == list(range(1, 31))
    assert time.monotonic() - begun < 60  # a line that is waited for costs minutes
    wait_for(lambda: facts(port)["sockets"] == 1)
    assert deaf.close_code() in (1013, None)


def test_a_slow_page_gets_everything_once_it_reads_again(town):
    port = town.web().port
    slow, awake = Page(port), Page(port)
    listening(slow, awake)
    for _ in range(4):
        town.happen(text="big:1500000")
    awake.read_to(4)
    assert facts(port)["stalled"] == 1
    slow.read_to(4)
    assert slow.rows == [1, 2, 3, 4]
    wait_for(lambda: facts(port)["stalled"] == 0)


class Wanderer(threading.Thread):
    """A page that loses its line at random and comes back, to whichever process answers."""

    def __init__(self, ports: list[int], last: int, seed: int):
        super().__init__(daemon=True)
        self.ports, self.last, self.chance = ports, last, random.Random(seed)
        self.rows: list[int] = []
        self.since, self.drops = 0, 0

    def run(self) -> None:
        while self.since < self.last:
            try:
                self._visit()
            except (OSError, websocket.WebSocketException):
                time.sleep(0.02)
            self.drops += 1

    def _visit(self) -> None:
        page = Page(self.chance.choice(self.ports), since=self.since, dialog=7)
        try:
            leave_after = self.chance.randint(1, 40)
            while leave_after and self.since < self.last:
                page.ws.settimeout(5)
                page.read()
                self.rows, self.since = self.rows + page.rows, page.since or self.since
                page.rows = []
                leave_after -= 1
        finally:
            page.ws.shutdown()


def test_dropped_lines_and_a_killed_process_cost_no_event_and_repeat_none(town):
    first, second = town.web(), town.web()
    events = 400
    pages = [Wanderer([first.port, second.port], events, seed) for seed in range(20)]
    for page in pages:
        page.start()
    for number in range(events):
        town.happen()
        time.sleep(0.004)
        if number == 150:
            second.stop(signal.SIGKILL)
        if number == 200:
            town.web(port=second.port)
    for page in pages:
        page.join(30)
        assert page.rows == list(range(1, events + 1))
    assert sum(page.drops for page in pages) > 40
