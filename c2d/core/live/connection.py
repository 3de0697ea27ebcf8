"""One open page, as the hub sees it."""

import secrets
import threading
from contextlib import suppress

from c2d.core.live.batch import Batch
from c2d.core.live.contract import Viewer
from c2d.core.live.frames import FAREWELL, RESYNC, seq_mark, text_frame
from c2d.core.live.wire import Wire


class Connection:
    """A socket, its viewer, its topics and how far it has the events.

    Either it is live: the hub's thread sends to it; or it catches up by itself (catchup.py).
    `cursor` is the newest event it has been through, `marked` the newest the page was told of.
    """

    __slots__ = ("viewer", "wire", "token", "topics", "cursor", "marked", "live", "lock",
                 "greeted", "rights", "typed_at", "heard", "heard_since")

    def __init__(self, viewer: Viewer, wire: Wire):
        self.viewer = viewer
        self.wire = wire
        self.token = secrets.token_hex(4)
        self.topics: tuple[str, ...] = ()
        self.cursor = 0
        self.marked = -1
        self.live = False
        self.lock = threading.Lock()
        self.greeted = False
        self.rights = 0
        self.typed_at = 0.0
        self.heard = 0
        self.heard_since = 0.0

    def take(self, batch: Batch) -> None:
        """Send what the hub has read; nothing while the socket catches up by itself."""
        with self.lock:
            if self.live:
                self._pass_on(batch, self.topics)

    def replay(self, batch: Batch) -> None:
        """Send what this socket has read by itself."""
        with self.lock:
            self._pass_on(batch, self.topics)

    def fill_in(self, batch: Batch, topics: tuple[str, ...], after: int) -> None:
        """Send older events of topics that were not listened to; the cursor stays."""
        with self.lock:
            self._send(batch.frame(self.viewer, topics, after))

    def take_notice(self, batch: Batch) -> None:
        """Send something transient."""
        if self.live:
            self._send(batch.frame(self.viewer, self.topics, 0))

    def mark(self) -> None:
        """Tell the page how far it is complete, if it does not know."""
        with self.lock:
            if self.marked != self.cursor:
                self.marked = self.cursor
                self._send(text_frame(seq_mark(self.cursor)))

    def jump(self, seq: int) -> None:
        """Have the page fetch what it shows and go on from `seq`."""
        with self.lock:
            self.cursor = self.marked = seq
            self._send(text_frame(RESYNC + seq_mark(seq)))

    def resync(self) -> None:
        """Have the page fetch what it shows; the cursor stays."""
        with self.lock:
            self._send(text_frame(RESYNC))

    def hold(self) -> int:
        """Stop the hub's sending; returns the cursor, which now stands still."""
        with self.lock:
            self.live = False
            return self.cursor

    def close(self, code: int) -> None:
        """1008: for good; 1012, 1013: the page comes back by itself."""
        self.wire.say_goodbye(code)

    def send_away(self, code: int) -> None:
        """Close for good, so that the window shows it: without a word it would stand there as if all were well."""
        self._send(text_frame(FAREWELL))
        self.close(code)

    def _pass_on(self, batch: Batch, topics: tuple[str, ...]) -> None:
        if batch.upto <= self.cursor:
            return
        frame = batch.frame(self.viewer, topics, self.cursor)
        self.cursor = batch.upto
        if frame is not None:
            self.marked = batch.upto
            self._send(frame)

    def _send(self, frame: bytes | None) -> None:
        if frame is not None:
            # Closed: the thread that reads it is about to take it off the hub.
            with suppress(OSError):
                self.wire.send(frame)
