"""P11: memory of web (two workers), intake, worker and clock: at rest, and after much work."""

import time

from tests.bench.arena import Arena
from tests.bench.figures import Figure
from tests.bench.load import Loop
from tests.bench.machine import pss
from tests.bench.measures.p1_taking_in import flood

MESSAGES, CONNECTS, WAVE = 100_000, 1_000, 100
SETTLE = 5.0


def at_rest(arena: Arena) -> None:
    """To be called before the first load; each web worker has answered a page by then."""
    for _ in range(20):
        arena.visitor.ask(arena.visitor.get("/chats"))
        arena.visitor.line.reopen()
    time.sleep(SETTLE if arena.scale >= 1 else 1)
    arena.at_rest = pss(arena.ours.pids())


def measure(arena: Arena) -> list[Figure]:
    messages = MESSAGES if arena.scale >= 1 else 500
    flood(arena, messages - arena.taken)
    connects = CONNECTS if arena.scale >= 1 else WAVE
    for _ in range(connects // WAVE):
        _wave(arena)
    time.sleep(SETTLE)
    after = pss(arena.ours.pids())
    # Fewer messages than wanted prove less than wanted.
    growth = after / arena.at_rest if arena.taken >= messages else float("nan")
    return [
        Figure("P11", "memory at rest, PSS", f"{arena.at_rest:.0f} MiB", "", arena.at_rest, 250, "MiB"),
        Figure("P11", f"after {arena.taken} messages, {connects} connects",
               f"{arena.at_rest:.0f} → {after:.0f} MiB", "", growth, 1.1),
    ]


def _wave(arena: Arena) -> None:
    """A hundred pages come and go."""
    pages = [arena.visitor.page() for _ in range(WAVE)]
    for page in pages:
        page.hello()
    Loop(arena.ours.port, tuple(pages)).watch(lambda: all(page.since is not None for page in pages), 10)
    for page in pages:
        page.close()
