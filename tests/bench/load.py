"""Load from one thread: closed loops (a sender waits for its answer) and open loops (a fixed rate).

Times are seconds of `time.perf_counter`; samples are seconds each.
"""

import gc
import selectors
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from tests.support.http import Answer, Line

clock = time.perf_counter
# A loop that hangs ends so many seconds after it should have.
GRACE = 10.0
LINES = 96


class Watcher(Protocol):
    """Something with a socket that is served beside the load (an open page)."""

    def fileno(self) -> int: ...

    def ready(self) -> None: ...


@dataclass
class Outcome:
    """What came of a load: `samples` of answered requests, `refused` anything but 2xx."""

    samples: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.samples) / self.seconds if self.seconds else 0.0

    def note(self, answer: Answer | None, seconds: float) -> None:
        if answer is None or not 200 <= answer.status < 300:
            self.refused += 1
        else:
            self.samples.append(seconds)


def percentile(samples: list[float], share: float) -> float:
    """The smallest sample that so large a share is not above; nan without samples."""
    if not samples:
        return float("nan")
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@contextmanager
def quiet() -> Iterator[None]:
    """No garbage collection of ours inside a measurement."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def one_by_one(line: Line, requests: list[bytes]) -> Outcome:
    """One sender, one request after the other."""
    outcome = Outcome()
    begun = clock()
    for data in requests:
        sent = clock()
        outcome.note(line.ask(data), clock() - sent)
    outcome.seconds = clock() - begun
    return outcome


class Loop:
    """The selector that senders and watchers share."""

    def __init__(self, port: int, watchers: tuple[Watcher, ...] = (), tick: Callable[[float], None] | None = None):
        self.port = port
        self.tick = tick
        self.selector = selectors.DefaultSelector()
        for watcher in watchers:
            self.add(watcher)

    def add(self, watcher: Watcher) -> None:
        """Serve it from now on."""
        self.selector.register(watcher, selectors.EVENT_READ, watcher.ready)

    def remove(self, watcher: Watcher) -> None:
        """To be called before its socket is closed."""
        self.selector.unregister(watcher)

    def closed(self, senders: int, make: Callable[[], bytes], seconds: float) -> Outcome:
        """`senders` each send what `make` gives, at once after the answer, for so many seconds."""
        outcome, waiting = Outcome(), {}
        begun = clock()
        for _ in range(senders):
            line = self._line(lambda line: self._answered(line, waiting, outcome, again))
            self._send(line, make(), waiting, clock())

        def again(line: Line) -> None:
            if clock() - begun < seconds:
                self._send(line, make(), waiting, clock())

        while waiting and clock() - begun < seconds + GRACE:
            self._turn(0.05)
        outcome.seconds = clock() - begun
        outcome.refused += len(waiting)
        self._close()
        return outcome

    def open(self, rate: float, make: Callable[[], bytes], seconds: float, lines: int = LINES) -> Outcome:
        """`rate` requests each second, due on the dot, over so many connections at most; a sample
        counts from when it was due."""
        outcome, waiting = Outcome(), {}
        idle: deque[Line] = deque()
        for _ in range(lines):
            idle.append(self._line(lambda line: self._answered(line, waiting, outcome, idle.append)))
        begun, sent, total = clock(), 0, int(rate * seconds)
        while (sent < total or waiting) and clock() - begun < seconds + GRACE:
            while sent < total and idle and begun + sent / rate <= clock():
                self._send(idle.popleft(), make(), waiting, begun + sent / rate)
                sent += 1
            due = begun + sent / rate - clock() if sent < total and idle else 0.05
            self._turn(min(max(due, 0), 0.05))
        outcome.seconds = clock() - begun
        outcome.refused += len(waiting) + total - sent
        self._close()
        return outcome

    def watch(self, done: Callable[[], bool], seconds: float) -> bool:
        """Serve the watchers until `done()`; False when that did not happen in time."""
        until = clock() + seconds
        while not done():
            self._turn(0.01)
            if clock() > until:
                return done()
        return True

    def _line(self, ready: Callable[[Line], None]) -> Line:
        line = Line(self.port)
        self.selector.register(line, selectors.EVENT_READ, lambda: ready(line))
        return line

    def _send(self, line: Line, data: bytes, waiting: dict[Line, float], counted_from: float) -> None:
        before = line.fileno()
        line.begin(data)
        if line.fileno() != before:
            raise ConnectionError("the server closes kept connections under load")
        waiting[line] = counted_from

    def _answered(self, line: Line, waiting: dict, outcome: Outcome, then: Callable[[Line], None]) -> None:
        try:
            answer = line.feed()
        except OSError:
            self.selector.unregister(line)
            if waiting.pop(line, None) is not None:
                outcome.refused += 1
            return
        if answer and line in waiting:
            outcome.note(answer, clock() - waiting.pop(line))
            then(line)

    def _turn(self, timeout: float) -> None:
        for key, _ in self.selector.select(timeout):
            key.data()
        if self.tick:
            self.tick(clock())

    def _close(self) -> None:
        for key in list(self.selector.get_map().values()):
            if isinstance(key.fileobj, Line):
                self.selector.unregister(key.fileobj)
                key.fileobj.close()
