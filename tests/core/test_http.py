"""Outgoing requests end by their deadline, whatever the other side does."""

import socket
import threading
import time

import httpx
import pytest

from c2d.core.http import Outgoing


@pytest.fixture
def dripping():
    """The address of a server that says its answer's headers byte by byte, for ten seconds."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(9999)
                client.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                for _ in range(200):
                    if over.wait(0.05):
                        break
                    client.sendall(b"a")

        server = threading.Thread(target=lambda: _until_gone(serve))
        server.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        over.set()
        server.join(10)


def test_an_answer_that_drips_in_is_given_up_at_the_deadline(dripping):
    outgoing, began = Outgoing(guarded=False, deadline=0.5), time.monotonic()
    try:
        with pytest.raises(httpx.TimeoutException):
            outgoing.get(dripping)
        assert time.monotonic() - began < 3
    finally:
        outgoing.close()


def _until_gone(serve) -> None:
    try:
        serve()
    except OSError:
        pass  # the client hung up
