"""P11: memory of web (two workers), intake, worker and clock: at rest, and after much work.

At rest as `make run` starts them, copies of one process that has loaded c2d; the growth is that of the
processes which the other measures have used, each started by itself.
"""

import sys
import tempfile
import time
from pathlib import Path

import psutil

from c2d.config import ROOT
from c2d.launcher.child import Child
from tests.bench.arena import Arena
from tests.bench.figures import Figure
from tests.bench.load import Loop
from tests.bench.machine import pss
from tests.bench.measures.p1_taking_in import flood
from tests.support.http import Line, request
from tests.support.running import Instance

MESSAGES, CONNECTS, WAVE = 100_000, 1_000, 100
SETTLE = 5.0


def at_rest(arena: Arena) -> None:
    """To be called before the first load; each web worker has answered a page by then."""
    for _ in range(20):
        arena.visitor.ask(arena.visitor.get("/chats"))
        arena.visitor.line.reopen()
    time.sleep(SETTLE if arena.scale >= 1 else 1)
    arena.at_rest = pss(arena.ours.pids())


def as_one_command(arena: Arena) -> float:
    """MiB of all processes that `python app.py` starts on these stores, after some pages and a rest."""
    with tempfile.TemporaryDirectory() as var:
        other = Instance(Path(var), arena.url, arena.stores["valkey"].url)
        command = Child("app", [sys.executable, str(ROOT / "app.py")], env=other.env)
        command.spawn()
        other.children["web"] = command
        try:
            other.wait_for_web()
            line = Line(other.port)
            for _ in range(20):
                line.ask(request("GET", "/login"))
                line.reopen()
            time.sleep(SETTLE)
            return pss(child.pid for child in psutil.Process(command.process.pid).children())
        finally:
            command.stop()


def measure(arena: Arena) -> list[Figure]:
    resting = as_one_command(arena)
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
        Figure("P11", "memory at rest, PSS", f"{resting:.0f} MiB", "", resting, 250, "MiB"),
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
