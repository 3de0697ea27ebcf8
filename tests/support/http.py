"""HTTP/1.1 over a kept connection, as cheap as Python allows: what measures must not cost much itself."""

import re
import socket
from typing import NamedTuple

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_LAST_CHUNK = b"0\r\n\r\n"
PATIENCE = 15.0


class Answer(NamedTuple):
    """`body` is as it came: with the chunk sizes in it when the server sent chunks."""

    status: int
    head: bytes
    body: bytes


def request(method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """The bytes of a request to the loopback."""
    fields = {"Host": "localhost", **(headers or {})}
    if body or method == "POST":
        fields["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Line:
    """One kept connection; one request at a time."""

    def __init__(self, port: int):
        self.port = port
        self._buffer = b""
        self._open()

    def fileno(self) -> int:
        return self.socket.fileno()

    def begin(self, data: bytes) -> None:
        """Send a request; the answer comes through `feed`."""
        self._buffer = b""
        try:
            self.socket.sendall(data)
        except OSError:
            self.reopen()
            self.socket.sendall(data)

    def feed(self) -> Answer | None:
        """Read once; the answer when it is complete. OSError when the server hung up before."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionResetError("the server closed the connection")
        self._buffer += part
        return _complete(self._buffer)

    def ask(self, data: bytes) -> Answer:
        """Send and wait; once more on a fresh connection when the kept one turns out closed."""
        for again in (True, False):
            try:
                self.begin(data)
                while not (answer := self.feed()):
                    pass
                return answer
            except (ConnectionError, TimeoutError):
                self.reopen()
                if not again:
                    raise
        raise AssertionError("unreachable")

    def reopen(self) -> None:
        self.socket.close()
        self._open()

    def close(self) -> None:
        self.socket.close()

    def _open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _complete(data: bytes) -> Answer | None:
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    head, status = data[: end + 2], int(data[9:12])
    if status in (204, 304):
        return Answer(status, head, b"")
    length = _LENGTH.search(head)
    body = data[end + 4 :]
    if length:
        return Answer(status, head, body) if len(body) >= int(length.group(1)) else None
    if _CHUNKED.search(head):
        return Answer(status, head, body) if body.endswith(_LAST_CHUNK) else None
    raise ConnectionError("an answer without length")
