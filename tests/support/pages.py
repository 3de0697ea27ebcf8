"""Open pages: websockets read without a library, so that a thousand fit beside the load."""

import base64
import json
import os
import re
import socket
import struct
import time

_SEQ = re.compile(rb'data-seq="(\d+)"')
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


class Refused(ConnectionError):
    """The server did not open the websocket; the text is its first line."""


class Page:
    """What an operator's open page does: says hello, reads frames, knows how far it is complete.

    `heard(page, text)` gets every text frame, as it is read.
    """

    def __init__(self, port: int, cookie: str = "", path: str = "/live", heard=None):
        self.heard = heard or (lambda page, text: None)
        self.since: int | None = None
        self.close_code: int | None = None
        self.broken = False
        self._buffer = b""
        self._parts: list[bytes] = []
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=15)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._shake_hands(path, cookie)

    @property
    def ended(self) -> bool:
        return self.broken or self.close_code is not None

    def fileno(self) -> int:
        return self.socket.fileno()

    def hello(self, dialog: int | None = None, view: str = "folder=all", since: int | None = None) -> None:
        """What a page says first; `since` is the event it has everything up to."""
        self.since = since
        self.say({"type": "hello", "since": since, "dialog": dialog, "list": view})

    def say(self, message: dict) -> None:
        self._send(_TEXT, json.dumps(message).encode())

    def ready(self) -> None:
        """Read what is there; never waits when a selector called."""
        try:
            part = self.socket.recv(262_144)
        except OSError:
            part = b""
        if not part:
            self.broken = True
            return
        self._buffer += part
        while self._frame():
            pass

    def drop(self) -> None:
        """Hang up without a word, as a lost network does."""
        self.broken = True
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self) -> None:
        if not self.broken:
            self._send(_CLOSE, struct.pack("!H", 1000))
        self.socket.close()
        self.broken = True

    def _shake_hands(self, path: str, cookie: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        fields = {"Host": "localhost", "Origin": "http://localhost", "Upgrade": "websocket", "Connection": "Upgrade",
                  "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13", "Cookie": cookie}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        while b"\r\n\r\n" not in self._buffer:
            part = self.socket.recv(65_536)
            if not part:
                raise Refused("hung up during the handshake")
            self._buffer += part
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        if b" 101 " not in head[:20]:
            self.socket.close()
            raise Refused(head.split(b"\r\n")[0].decode(errors="replace"))

    def _frame(self) -> bool:
        """Take one whole frame off the buffer."""
        data = self._buffer
        if len(data) < 2:
            return False
        size, start = data[1] & 127, 2
        if size == 126:
            start = 4
            size = int.from_bytes(data[2:4], "big") if len(data) >= 4 else 1 << 62
        elif size == 127:
            start = 10
            size = int.from_bytes(data[2:10], "big") if len(data) >= 10 else 1 << 62
        if len(data) < start + size:
            return False
        self._buffer = data[start + size :]
        self._take(data[0], data[start : start + size])
        return True

    def _take(self, first: int, body: bytes) -> None:
        code = first & 15
        if code == _PING:
            self._send(_PONG, body)
        elif code == _CLOSE:
            self.close_code = int.from_bytes(body[:2], "big") if body else 1005
        elif code in (0, _TEXT):
            self._parts.append(body)
            if first & 128:
                text = b"".join(self._parts)
                self._parts.clear()
                for seq in _SEQ.findall(text):
                    self.since = int(seq)
                self.heard(self, text)

    def _send(self, code: int, body: bytes) -> None:
        mask = os.urandom(4)
        size = len(body)
        head = struct.pack("!BB", 128 | code, 128 | size) if size < 126 else struct.pack("!BBH", 128 | code, 254, size)
        try:
            self.socket.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(body)))
        except OSError:
            self.broken = True


class Stopwatch:
    """Notes when each marker first arrives in a page's frames: `seen[number]` is its moment."""

    def __init__(self, pattern: bytes):
        self.pattern = re.compile(pattern)
        self.seen: dict[int, float] = {}

    def __call__(self, page: Page, text: bytes) -> None:
        now = time.perf_counter()
        for number in self.pattern.findall(text):
            self.seen.setdefault(int(number), now)
