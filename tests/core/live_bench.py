"""Fan-out of one message to many open pages: `python -m tests.core.live_bench [sockets] [rounds]`.

Ours beside a floor (bare flask-sock, a loop over the sockets, frame encoded once), in paired
rounds; server processes on core 0, this load on core 1. Prints milliseconds until the last page
has the message, and memory for each socket.
"""

import os
import selectors
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import redis
from flask import Flask
from flask_sock import Sock

from c2d.core import live
from tests.core.live_server import Gunicorn, Log, Valkey, create_app

FRAGMENT = 3500
HELLO = b'{"type":"hello","since":0,"dialog":null,"list":""}'


def floor_app() -> Flask:
    """The least that can be done: every doorbell is sent to every socket."""
    app = Flask("floor")
    open_sockets = []
    frame = b"\x81\x7e" + FRAGMENT.to_bytes(2, "big") + b"x" * FRAGMENT

    @Sock(app).route("/live")
    def serve(ws):
        if not open_sockets:
            threading.Thread(target=send_all, daemon=True).start()
        open_sockets.append(ws)
        ws.receive()
        ws.receive()

    def send_all():
        pubsub = redis.Redis.from_url(os.environ["LIVE_REDIS"]).pubsub()
        pubsub.subscribe("c2d:ev:2")
        for message in pubsub.listen():
            if message["type"] == "message":
                for ws in open_sockets:
                    ws.sock.send(frame)
    app.get("/facts")(lambda: {"sockets": len(open_sockets)})
    return app


class Crowd:
    """Many raw websocket clients in one thread."""

    def __init__(self, port: int, size: int):
        self.selector = selectors.DefaultSelector()
        self.sockets = [self._connect(port) for _ in range(size)]

    def _connect(self, port: int) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", port))
        sock.sendall((f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
                      f"Connection: Upgrade\r\nOrigin: http://127.0.0.1:{port}\r\n"
                      "Cookie: viewer=1.3.5\r\nSec-WebSocket-Version: 13\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode())
        answer = sock.recv(4096)
        assert b" 101 " in answer, answer
        mask = b"\0\0\0\0"
        sock.sendall(b"\x81" + bytes([0x80 | len(HELLO)]) + mask + HELLO)
        self.selector.register(sock, selectors.EVENT_READ)
        return sock

    def drain(self, quiet: float) -> None:
        """Read until nothing has come for so long."""
        while events := self.selector.select(quiet):
            for key, _ in events:
                key.fileobj.recv(65536)

    def wait(self, size: int) -> list[float]:
        """When each has got `size` bytes, as times of the monotonic clock."""
        missing = {sock: size for sock in self.sockets}
        times = []
        while missing:
            for key, _ in self.selector.select(5):
                got = len(key.fileobj.recv(65536))
                missing[key.fileobj] = missing.get(key.fileobj, 0) - got
                if missing[key.fileobj] <= 0:
                    times.append(time.monotonic())
                    del missing[key.fileobj]
        return times


def worker(server: Gunicorn) -> psutil.Process:
    return psutil.Process(server.child.pid).children()[0]


def main(size: int = 1000, rounds: int = 15) -> None:
    folder = Path(tempfile.mkdtemp(prefix="c2d-"))
    os.sched_setaffinity(0, {0})
    valkey = Valkey(folder)
    floor = Gunicorn(folder, valkey.url, size + 32, app="tests.core.live_bench:floor_app()")
    ours = Gunicorn(folder, valkey.url, size + 32, limit=size + 10)
    os.sched_setaffinity(0, {1})
    log, app = Log(folder), create_app(folder, valkey.url)
    try:
        crowds = {}
        for name, server in (("floor", floor), ("ours", ours)):
            before = worker(server).memory_full_info().uss
            crowds[name] = Crowd(server.port, size)
            crowds[name].drain(2)
            process = worker(server)
            grown = (process.memory_full_info().uss - before) / size / 1024
            print(f"{name}: {grown:.1f} KiB a socket, {process.num_threads()} threads, "
                  f"{process.num_fds()} descriptors")
        last = {"floor": [], "ours": []}
        for _ in range(rounds):
            for name, crowd in crowds.items():
                company = 2 if name == "floor" else 1
                seq = log.append(company, 7, f"big:{FRAGMENT - 60}")
                begun = time.monotonic()
                with app.app_context():
                    live.publish(company, seq)
                times = crowd.wait(FRAGMENT)
                last[name].append((times[-1] - begun) * 1000)
                crowd.drain(0.2)
        for name, values in last.items():
            print(f"{name}: last of {size} after {statistics.median(values):.1f} ms (median), "
                  f"{min(values):.1f} to {max(values):.1f}")
        ratio = statistics.median(o / f for o, f in zip(last["ours"], last["floor"],
                                                           strict=True))
        print(f"ours / floor: {ratio:.2f} (median of the paired rounds)")
        print(f"stop with {size} sockets: {ours.stop():.2f} s")
    finally:
        for process in (ours, floor, valkey):
            process.stop(9)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
