"""gunicorn with our settings: one client's bad manners are no other's business."""

import os
import runpy
import socket
import sys
import time
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from c2d.config import ROOT
from c2d.launcher.child import Child
from tests.support.running import free_port

GET = "GET / HTTP/1.1\r\nHost: localhost\r\n{more}\r\n"


def answer(environ, start_response):
    """The least of applications."""
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


@pytest.fixture
def port(tmp_path):
    number = free_port()
    env = {**os.environ, "C2D_HOST": "127.0.0.1", "PORT": str(number), "WEB_CONCURRENCY": "1"}
    command = [sys.executable, "-m", "gunicorn", "tests.launcher.test_web:answer", "-c", "gunicorn.conf.py"]
    child = Child("web", command, env=env, log=tmp_path / "web.log")
    child.spawn()
    until = time.monotonic() + 30
    while not _answers(number):
        assert child.is_running() and time.monotonic() < until, child.last_words()
        time.sleep(0.05)
    yield number
    assert child.stop() == 0, child.last_words()


def test_who_does_not_hang_up_after_the_last_answer_keeps_nobody_waiting(port):
    staying = [_asked(port, "Connection: close\r\n") for _ in range(4)]
    assert all(b"ok" in _all_of(client) for client in staying)
    began = time.monotonic()
    with _asked(port) as client:
        assert b"200 OK" in client.recv(1000)
    assert time.monotonic() - began < 1
    for client in staying:
        client.close()


def test_who_sends_on_after_the_last_answer_is_cut_off_at_once(port):
    with _asked(port, "Connection: close\r\nContent-Length: 50000000\r\n") as client:
        client.settimeout(5)
        with pytest.raises(ConnectionError):
            client.sendall(b"x" * 50_000_000)


def test_a_socket_that_the_application_has_closed_is_counted_down_once():
    settings = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    worker = settings["Worker"].__new__(settings["Worker"])
    worker.nr_conns = 3
    closed, done = socket.socket(), Future()
    closed.close()
    done.set_result(False)
    worker.finish_request(SimpleNamespace(sock=closed, close=lambda graceful=False: closed.setblocking(True)), done)
    assert worker.nr_conns == 2


def _asked(port: int, more: str = "") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=20)
    client.sendall(GET.format(more=more).encode())
    return client


def _all_of(client: socket.socket) -> bytes:
    """Until the server says that nothing more comes; our side stays open."""
    got = b""
    while part := client.recv(1000):
        got += part
    return got


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
