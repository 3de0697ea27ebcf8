"""A process that begins as a copy of this one: what is loaded by then is shared and not loaded again.

Only on Linux: on macOS what the system's own libraries did before must not be used after a fork.
"""

import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable

from c2d.config import ROOT
from c2d.launcher.child import Child, announce, die_with_parent

CAN_FORK = sys.platform == "linux"


class Forked(Child):
    """Does `work` in a copy of this process, which must have one thread and no connection.

    `part` closes, in the copy, what belongs to the original alone.
    """

    def __init__(self, name: str, work: Callable[[], int | None], part: Callable[[], None]):
        super().__init__(name, [])
        self.work = work
        self.part = part
        self.process: Copy | None = None

    def spawn(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        stay = die_with_parent(self.stop_signal)
        # A signal that comes meanwhile waits until the copy has put the original's handlers away.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        pid = os.fork()
        if pid == 0:
            self._live(stay)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self.process = Copy(pid)

    def _live(self, stay: Callable[[], None] | None) -> None:
        """Never returns: what stands above on the stack is the original's."""
        code = 1
        try:
            _forget_signals()
            self.part()
            if stay:
                stay()
            _settle(self.name)
            code = self.work() or 0
        except SystemExit as end:
            code = _code_of(end)
        except BaseException:  # whatever it was, the copy must end here
            traceback.print_exc()
        finally:
            try:
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)


class Copy:
    """As much of subprocess.Popen as a Child needs."""

    def __init__(self, pid: int):
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if deadline and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.01)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _forget_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _settle(name: str) -> None:
    # Ctrl-C in a terminal reaches the whole group; only the parent may answer to it.
    os.setsid()
    announce(name)
    os.chdir(ROOT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout.reconfigure(line_buffering=True)


def _code_of(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    print(end.code, file=sys.stderr)
    return 1
