"""The websocket /live under a real gunicorn: who gets in, who is thrown out, how it stops."""

import json
import shutil
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest
import websocket

from c2d.core import live
from tests.core.live_server import Gunicorn, Log, Page, Valkey, create_app, wait_for


@pytest.fixture
def folder():
    # Short: a Unix socket's path may have 107 characters.
    path = Path(tempfile.mkdtemp(prefix="c2d-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def valkey(folder):
    server = Valkey(folder)
    yield server
    server.stop()


@pytest.fixture
def start(folder):
    started = []

    def begin(redis_url=None, **options):
        started.append(Gunicorn(folder, redis_url, **options))
        return started[-1]
    yield begin
    for server in started:
        server.stop()


def refusal(*args, **options) -> int:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        Page(*args, **options)
    return refused.value.status_code


def facts(port: int) -> dict:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/facts", timeout=5) as answer:
        return json.load(answer)


def test_a_foreign_origin_is_refused_before_the_upgrade(start):
    port = start().port
    assert refusal(port, origin="https://evil.example") == 403
    assert refusal(port, origin=f"http://127.0.0.1:{port}.evil.example") == 403
    assert refusal(port, origin="null") == 403
    Page(port).read_to(0)


def test_a_stranger_is_refused_before_the_upgrade(start):
    assert refusal(start().port, viewer="nobody") == 401


def test_a_full_process_refuses_before_the_upgrade_and_has_room_again(start):
    port = start(limit=2).port
    pages = [Page(port), Page(port)]
    for page in pages:
        page.read_to(0)
    assert refusal(port) == 503
    pages[0].ws.close()
    wait_for(lambda: facts(port)["sockets"] == 1)
    Page(port).read_to(0)


def test_no_compression_is_negotiated(start):
    port = start().port
    page = Page(port)
    asked = websocket.create_connection(
        f"ws://127.0.0.1:{port}/live", cookie="viewer=1.3.5", origin=f"http://127.0.0.1:{port}",
        header=["Sec-WebSocket-Extensions: permessage-deflate"])
    assert "sec-websocket-extensions" not in asked.getheaders()
    page.read_to(0)


def test_a_foreign_text_hurts_nobody(start, folder):
    port = start().port
    page = Page(port)
    page.read_to(0)
    for text in ("", "no json", "[]", "7", '{"type":{}}', "[" * 5000,
                 '{"type":"view","dialog":true,"list":7,"since":"x"}',
                 '{"type":"view","dialog":99999999999999999999999}'):
        page.ws.send(text)
    page.ws.send_binary(b"\xff\x00")
    page.say(type="view", dialog="7")
    page.say(type="note", text="mine")
    page.read_until(lambda page: page.messages == [1])


def test_a_flood_and_a_huge_message_end_the_socket_for_good(start):
    port = start().port
    huge = Page(port)
    huge.ws.send("x" * 70_000)
    # None: the answer to what was not read to its end may overtake the close frame.
    assert huge.close_code() in (1009, None)
    flood = Page(port)
    for _ in range(300):
        try:
            flood.say(type="typing", dialog=7)
        except OSError:
            break
    assert flood.close_code() in (1008, None)


def test_an_ended_session_closes_its_sockets_within_a_second(start, folder, valkey):
    port = start(valkey.url).port
    his, hers = Page(port, "1.3.5"), Page(port, "1.4.6")
    his.read_to(0)
    hers.read_to(0)
    wait_for(lambda: facts(port)["doorbell"])
    begun = time.monotonic()
    with create_app(folder, valkey.url).app_context():
        live.control({"t": "session-ended", "ids": [5]})
    assert his.close_code() == 1008
    assert time.monotonic() - begun < 1
    wait_for(lambda: facts(port)["sockets"] == 1)
    hers.ws.ping()


def test_an_ended_session_closes_its_sockets_within_three_seconds_without_redis(start, folder):
    port = start().port
    his, hers = Page(port, "1.3.5"), Page(port, "1.4.6")
    his.read_to(0)
    hers.read_to(0)
    begun = time.monotonic()
    (folder / "ended").write_text("5")
    assert his.close_code() == 1008
    assert time.monotonic() - begun < 3
    wait_for(lambda: facts(port)["sockets"] == 1)
    assert refusal(port, "1.3.5") == 401


def test_an_operator_who_lost_his_place_is_out_and_a_lost_dialog_falls_silent(
        start, folder, valkey):
    port, log = start(valkey.url).port, Log(folder)
    his, hers = Page(port, "1.3.5", dialog=7), Page(port, "1.4.6", dialog=7)
    his.read_to(0)
    hers.read_to(0)
    wait_for(lambda: facts(port)["doorbell"])
    (folder / "gone").write_text("3")
    (folder / "closed").write_text("7")
    with create_app(folder, valkey.url).app_context():
        live.control({"t": "operator-changed", "company": 1, "operator": None})
        assert his.close_code() == 1008
        hers.read_until(lambda page: "resync" in page.text)
        live.publish(1, log.append(1))
        hers.read_to(1)
    assert (hers.rows, hers.messages) == ([1], [])


def test_fifty_sockets_are_sent_elsewhere_and_the_process_stops_at_once(start, valkey):
    server = start(valkey.url)
    pages = [Page(server.port, dialog=7) for _ in range(50)]
    for page in pages:
        page.read_to(0)
    assert server.stop() < 10  # gunicorn alone waits 25 seconds for open sockets
    assert {page.close_code() for page in pages} == {1012}
