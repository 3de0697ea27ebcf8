"""One process of c2d, as the process that started it sees it."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

from c2d.config import ROOT

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
# Loaded once and early: between fork and exec nothing may be loaded any more.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class User(NamedTuple):
    uid: int
    gid: int


class Child:
    """A command that can be started, asked to stop, and started again.

    Only from the main thread: Linux takes the end of the thread that started a process for the
    end of its parent.
    """

    def __init__(
        self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None,
        stop_signal: int = signal.SIGTERM, log: Path | None = None, user: User | None = None,
    ):
        self.name = name
        self.command = [str(part) for part in command]
        self.env = env
        self.stop_signal = stop_signal
        self.log = log
        self.user = user
        self.process: subprocess.Popen | None = None

    def spawn(self) -> None:
        output = open(self.log, "ab") if self.log else None
        try:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT if self.user is None else "/", env=self.env,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                # Ctrl-C in a terminal reaches the whole group; only the parent may answer to it.
                start_new_session=True,
                preexec_fn=die_with_parent(self.stop_signal), **as_user(self.user),
            )
        finally:
            if output:
                output.close()

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.is_running():
            self.process.send_signal(self.stop_signal)

    def stop(self, patience: float = 20) -> int | None:
        """Ask, wait, and in the end insist; the exit code."""
        if self.process is None:
            return None
        self.ask_to_stop()
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            kill_family(self.process.pid)
            return self.process.wait()

    def last_words(self) -> str:
        if not self.log or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


def kill_family(pid: int) -> None:
    """Kill a process and all that it started, which might outlive it otherwise."""
    try:
        head = psutil.Process(pid)
        family = [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            pass


def as_user(user: User | None) -> dict:
    """Arguments for subprocess; none when the user stays the same."""
    return {"user": user.uid, "group": user.gid, "extra_groups": []} if user else {}


def die_with_parent(number: int) -> Callable[[], None] | None:
    """Linux sends the signal when the parent is gone, even after kill -9; macOS cannot."""
    if _libc is None:
        return None
    parent = os.getpid()

    def ask() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def announce(name: str) -> None:
    """Call this process so in `ps -e` and `top`; Linux only."""
    if _libc is not None:
        _libc.prctl(_PR_SET_NAME, f"c2d {name}".encode()[:15])
