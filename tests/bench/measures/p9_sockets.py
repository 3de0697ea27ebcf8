"""P9: one message to a thousand open pages in one web process."""

from tests.bench.arena import FULL_LIVE, LOAD, Arena
from tests.bench.figures import Figure, ms, paired
from tests.bench.load import Loop, Outcome, clock, percentile, quiet
from tests.bench.machine import on_core, pss
from tests.bench.measures.reading import checked
from tests.bench.updates import MARK
from tests.support.http import Line
from tests.support.pages import Page, Stopwatch
from tests.support.visitor import Visitor

PATIENCE = 20.0
# Requests each second beside the pushing.
BESIDE = 20
EVERY = 0.25


class Crowd:
    """Open pages; `last(number)` is when the last of them had that message."""

    def __init__(self, port: int):
        self.port = port
        self.pages: list[Page] = []
        self.counts: dict[int, int] = {}
        self.last: dict[int, float] = {}

    def join(self, page: Page) -> None:
        watch = Stopwatch(MARK.encode())

        def heard(page: Page, text: bytes, watch=watch) -> None:
            before = len(watch.seen)
            watch(page, text)
            for number in list(watch.seen)[before:]:
                self.counts[number] = self.counts.get(number, 0) + 1
                self.last[number] = watch.seen[number]

        page.heard = heard
        self.pages.append(page)

    def complete(self, number: int) -> bool:
        return self.counts.get(number, 0) >= len(self.pages)

    def settle(self) -> None:
        Loop(self.port, tuple(self.pages)).watch(lambda: False, 1.0)

    def close(self) -> None:
        for page in self.pages:
            page.close()


def measure(arena: Arena) -> list[Figure]:
    size = 1000 if arena.scale >= 1 else 100
    arena.restart_web(FULL_LIVE)
    client = arena.writers.clients[0]
    visitors = [arena.visitor, *(arena.ours.sign_in(n) for n in range(1, 4))]
    _warm_up(arena, visitors, client)
    before = pss([arena.ours.children["web"].process.pid])
    crowd, below = _ours(arena, size, client[0], visitors), _floor(arena, size)
    try:
        pair = paired(
            arena.rounds,
            lambda: _last(crowd, arena.hook, lambda: arena.writers.update(client), arena),
            lambda: _last(below, arena.floor_line, lambda: arena.writers.floor_message("/push", client), arena))
        each = (pss([arena.ours.children["web"].process.pid]) - before) * 1024 / size
        ratio, quiet_p95, busy_p95 = _beside(arena, crowd, client)
    finally:
        crowd.close()
        below.close()
    return [
        Figure("P9", f"post → last of {size} pages", ms(pair.ours), ms(pair.floor), pair.ratio, 1.5),
        Figure("P9", "memory of each page", f"{each:.0f} KiB", "", each, 60, "KiB"),
        Figure("P9", "other requests' p95 beside it", f"{ms(quiet_p95)} → {ms(busy_p95)}", "", ratio, 2),
    ]


def _warm_up(arena: Arena, visitors: list[Visitor], client: tuple[int, str, str]) -> None:
    """What the first pages and requests cost is not what each further page costs."""
    crowd = _ours(arena, 20, client[0], visitors)
    for _ in range(10):
        arena.visitor.ask(arena.visitor.get("/chats/rows?folder=all", fragment=True))
        arena.hook.ask(arena.writers.update(client))
    crowd.settle()
    crowd.close()


def _ours(arena: Arena, size: int, dialog: int, visitors: list[Visitor]) -> Crowd:
    """All pages have the same dialog open, of four operators."""
    crowd = Crowd(arena.ours.port)
    for number in range(size):
        page = visitors[number % len(visitors)].page()
        page.hello(dialog=dialog)
        crowd.join(page)
    crowd.settle()
    return crowd


def _floor(arena: Arena, size: int) -> Crowd:
    crowd = Crowd(arena.floor.port)
    for _ in range(size):
        crowd.join(Page(arena.floor.port))
    crowd.settle()
    return crowd


def _last(crowd: Crowd, line: Line, make, arena: Arena) -> float:
    """Seconds from the post to the last page, median of several."""
    delays = []
    loop = Loop(crowd.port, tuple(crowd.pages))
    with quiet(), on_core(LOAD):
        for _ in range(8):
            arena.writers.sent.clear()
            data = make()
            (number,) = arena.writers.sent
            sent = clock()
            line.begin(data)
            if not loop.watch(lambda number=number: crowd.complete(number), PATIENCE):
                raise TimeoutError(f"{crowd.counts.get(number, 0)} of {len(crowd.pages)} pages have the message")
            delays.append(crowd.last[number] - sent)
            while not line.feed():
                pass
            loop.watch(lambda: False, 0.1)
    return percentile(delays, 0.5)


def _beside(arena: Arena, crowd: Crowd, client: tuple[int, str, str]) -> tuple[float, float, float]:
    """p95 of the list, with the pages idle and while a message is pushed four times a second."""
    wanted = arena.visitor.get("/chats/rows?folder=all", fragment=True)
    due = [0.0]

    def push(now: float) -> None:
        if now >= due[0]:
            due[0] = now + EVERY
            arena.hook.ask(arena.writers.update(client))

    seconds = arena.seconds(8)
    found = paired(3, lambda: _p95(crowd, wanted, seconds, push), lambda: _p95(crowd, wanted, seconds, None))
    return found.ratio, found.floor, found.ours


def _p95(crowd: Crowd, wanted: bytes, seconds: float, tick) -> float:
    with quiet():
        outcome: Outcome = Loop(crowd.port, tuple(crowd.pages), tick).open(BESIDE, lambda: wanted, seconds)
    return percentile(checked(outcome).samples, 0.95)
