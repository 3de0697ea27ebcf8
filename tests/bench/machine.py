"""The machine under the measures: cores for the servers and for the load, memory, its description."""

import os
import platform
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg


def cores() -> tuple[set[int], set[int]]:
    """The core of the servers and the core of the load; the same one where there is only one."""
    if not hasattr(os, "sched_getaffinity"):
        return set(), set()
    usable = sorted(_usable)
    return {usable[0]}, {usable[-1]}


@contextmanager
def on_core(which: set[int]) -> Iterator[None]:
    """What is started inside stays on that core with all its children; macOS cannot."""
    if not which:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, which)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def pin(which: set[int]) -> None:
    """This process stays there from now on."""
    if which:
        os.sched_setaffinity(0, which)


def pss(heads: Iterable[int]) -> float:
    """MiB of these processes and all their children: each shared page counted by its share."""
    total = 0.0
    for head in heads:
        for process in [psutil.Process(head), *psutil.Process(head).children(recursive=True)]:
            total += _pss_of(process.pid)
    return total


def describe(url: str) -> str:
    """One line: processor, cores, memory, kernel, Python, PostgreSQL."""
    with psycopg.connect(url) as connection:
        version = connection.execute("SHOW server_version").fetchone()[0].split(" ")[0]
    memory = psutil.virtual_memory().total / 2**30
    return (f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}, "
            f"Python {platform.python_version()}, PostgreSQL {version}")


def _pss_of(pid: int) -> float:
    if not sys.platform.startswith("linux"):
        return psutil.Process(pid).memory_info().rss / 2**20
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


_usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
