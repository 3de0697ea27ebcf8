"""The TCP socket under a websocket, written by several threads, none of which ever waits.

A send tries the kernel at once; what does not fit waits in a bounded queue that the keeper
empties when the client reads again. One client that stops reading thus delays nobody.
"""

import logging
import os
import selectors
import socket
import threading
import time
from collections import deque
from contextlib import suppress

from c2d.core.live.frames import close_frame

log = logging.getLogger(__name__)

QUEUE_FRAMES = 200
QUEUE_BYTES = 8 * 1024 * 1024
STALL_SECONDS = 30.0
GOODBYE_SECONDS = 2.0
TRY_AGAIN_LATER = 1013


class Wire:
    """Stands in for the socket that simple-websocket reads and writes.

    `code` is that of the close frame once goodbye was said, else None; `deadline` (monotonic) is
    when the keeper cuts it.
    """

    __slots__ = ("_sock", "_lock", "_waiting", "_waiting_bytes", "_farewell", "_closed",
                 "deadline", "code", "__weakref__")

    def __init__(self, sock: socket.socket):
        self._sock = sock
        self._lock = threading.Lock()
        self._waiting: deque[memoryview] | None = None
        self._waiting_bytes = 0
        self._farewell = False
        self._closed = False
        self.deadline: float | None = None
        self.code: int | None = None
        _tune(sock)

    def send(self, data: bytes) -> int:
        """Send or queue all of `data`; OSError when the wire is closed. Never blocks."""
        with self._lock:
            if self._closed:
                raise OSError("closed")
            if not self._farewell:
                self._put(data)
        return len(data)

    def say_goodbye(self, code: int) -> None:
        """Send a close frame; the wire is cut if the client has not answered in two seconds."""
        with self._lock:
            if not (self._closed or self._farewell):
                self._part(code)

    def cut(self) -> None:
        """End the connection now; the thread that reads it wakes with an end of file."""
        with self._lock:
            if not self._closed:
                with suppress(OSError):
                    self._sock.shutdown(socket.SHUT_RDWR)

    def recv(self, size: int) -> bytes:
        return self._sock.recv(size)

    def fileno(self) -> int:
        return self._sock.fileno()

    def close(self) -> None:
        # Under the lock: the number of a closed descriptor may belong to another client's
        # socket by the time a concurrent send reaches the kernel.
        with self._lock:
            if not self._closed:
                self._closed = True
                self._waiting = None
                KEEPER.forget(self)
                self._sock.close()

    @property
    def stalled(self) -> bool:
        """Are there frames that the client has not taken?"""
        return bool(self._waiting)

    def drain(self) -> bool:
        """Send what waits, as far as the client takes it; False when nothing is left."""
        with self._lock:
            while self._waiting and not self._closed:
                piece = self._waiting[0]
                sent = self._try(piece)
                if not sent:
                    return True
                self._waiting_bytes -= sent
                if not self._farewell:
                    self.deadline = time.monotonic() + STALL_SECONDS
                if sent < len(piece):
                    self._waiting[0] = piece[sent:]
                    return True
                self._waiting.popleft()
            self._waiting = None
            if not self._farewell:
                self.deadline = None
            return False

    def _put(self, data: bytes) -> None:
        if self._waiting:
            self._queue(memoryview(data))
            return
        sent = self._try(data)
        if sent < len(data):
            self._queue(memoryview(data)[sent:])

    def _queue(self, rest: memoryview) -> None:
        if self._waiting is None:
            self._waiting = deque()
            self._waiting_bytes = 0
            self.deadline = time.monotonic() + STALL_SECONDS
        # A first frame is taken whatever its size: the page needs it, now or after coming back.
        if self._waiting and not self._farewell and (
                len(self._waiting) >= QUEUE_FRAMES
                or self._waiting_bytes + len(rest) > QUEUE_BYTES):
            self._part(TRY_AGAIN_LATER)
            return
        self._waiting.append(rest)
        self._waiting_bytes += len(rest)
        KEEPER.watch(self)

    def _part(self, code: int) -> None:
        self._farewell = True
        self.code = code
        if self._waiting:
            # Only the frame that is half out must be finished before the close frame.
            self._waiting = deque([self._waiting[0]])
        self._put(close_frame(code))
        self.deadline = time.monotonic() + GOODBYE_SECONDS
        KEEPER.watch(self)

    def _try(self, data) -> int:
        try:
            return self._sock.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0
        except OSError:
            # The reading thread sees the same end and closes; what is sent until then is lost
            # with the connection and made up for when the page comes back.
            return len(data)


class Keeper:
    """One thread that empties the queues of stalled wires and cuts the hopeless ones."""

    def __init__(self):
        self._start()
        os.register_at_fork(after_in_child=self._start)

    def _start(self) -> None:
        self._lock = threading.Lock()
        self._watched: set[Wire] = set()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()

    def watch(self, wire: Wire) -> None:
        """Look after this wire until its queue is empty and no deadline is left."""
        with self._lock:
            self._watched.add(wire)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live-keeper", daemon=True)
                self._thread.start()
        self._wake.set()

    def forget(self, wire: Wire) -> None:
        """The wire is closed."""
        with self._lock:
            self._watched.discard(wire)

    def _run(self) -> None:
        while True:
            with self._lock:
                wires = list(self._watched)
            if not wires:
                self._wake.wait()
            self._wake.clear()
            try:
                self._attend(wires)
            except Exception:
                log.exception("keeper of stalled sockets")
                time.sleep(0.1)

    def _attend(self, wires: list[Wire]) -> None:
        stalled = [wire for wire in wires if wire.stalled]
        for wire in _writable(stalled, 0.05) if stalled else self._pause():
            wire.drain()
        now = time.monotonic()
        for wire in wires:
            if wire.deadline is None:
                self.forget_if_done(wire)
            elif now > wire.deadline:
                wire.cut()
                self.forget(wire)

    def _pause(self) -> tuple[()]:
        self._wake.wait(0.1)
        return ()

    def forget_if_done(self, wire: Wire) -> None:
        with self._lock:
            if wire.deadline is None and not wire.stalled:
                self._watched.discard(wire)


def _writable(wires: list[Wire], timeout: float) -> list[Wire]:
    with selectors.DefaultSelector() as selector:
        for wire in wires:
            try:
                selector.register(wire, selectors.EVENT_WRITE)
            except (ValueError, KeyError, OSError):
                continue
        return [key.fileobj for key, _ in selector.select(timeout)]


def _tune(sock: socket.socket) -> None:
    sock.settimeout(None)
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(STALL_SECONDS * 1000))


KEEPER = Keeper()
