"""`python app.py` on this machine, for real: every test starts the whole of c2d and looks at its processes."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from c2d.config import ROOT
from c2d.launcher import embedded
from c2d.launcher.child import kill_family

pytestmark = pytest.mark.xdist_group("launcher")

SECONDS = 60
OURS = {"web", "intake", "worker", "clock"}
NAMES = {"postgres", "valkey-server", *OURS}


class Instance:
    """One started c2d with a data folder and a port of its own."""

    def __init__(self, folder: Path, **settings: str):
        self.folder = folder
        self.port = int(settings.pop("PORT", 0)) or free_port()
        outside = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PUBLIC_URL", "TRUSTED_HOSTS", "DEMO"}
        kept = {name: value for name, value in os.environ.items() if name not in outside}
        self.output = open(folder.with_suffix(f".{time.monotonic_ns()}.out"), "w+")
        self.process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, stdout=self.output, stderr=subprocess.STDOUT,
            env={**kept, "C2D_VAR": str(folder), "PORT": str(self.port), "WEB_CONCURRENCY": "1", **settings},
        )

    def said(self) -> str:
        return Path(self.output.name).read_text()

    def wait_until_ready(self) -> "Instance":
        until(lambda: "c2d is ready" in self.said() or self.process.poll() is not None, self.said)
        assert self.process.poll() is None, self.said()
        return self

    def wait_until_mended(self, at_least: int) -> None:
        until(lambda: self.said().count("started again") >= at_least, self.said)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, name: str) -> psutil.Process | None:
        children = psutil.Process(self.process.pid).children()
        return next((one for one in children if name in title(one) and is_alive(one)), None)

    def is_healthy(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


def title(process: psutil.Process) -> str:
    try:
        return " ".join([process.name(), *process.cmdline()])
    except psutil.Error:
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(happened, explain=lambda: "") -> None:
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline, f"did not happen within {SECONDS} s\n{explain()}"
        time.sleep(0.05)


def shares(instance: Instance) -> list[int]:
    """Bytes of each process of c2d, shared pages by their share; a job's process may end meanwhile."""
    found = []
    for one in instance.family():
        with suppress(psutil.NoSuchProcess):
            if one.name().startswith("c2d "):
                found.append(one.memory_full_info().pss)
    return found


def alive(processes: list[psutil.Process]) -> list[str]:
    return [title(one) for one in processes if is_alive(one)]


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def folder():
    """Not pytest's own temporary folder: that one only its owner may enter."""
    parent = Path(tempfile.mkdtemp(prefix="c2d-launcher-"))
    parent.chmod(0o711)
    yield parent / "var"
    for link in [*parent.glob("var/postgres.home"), *parent.glob("var/*.socket")]:
        shutil.rmtree(link.resolve(), ignore_errors=True)
    shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture
def start(folder):
    begun = []

    def start_instance(**settings) -> Instance:
        begun.append(Instance(folder, **settings))
        return begun[-1]

    yield start_instance
    for instance in begun:
        if instance.process.poll() is None:
            kill_family(instance.process.pid)
            instance.process.wait()


def test_one_command_starts_everything_and_ctrl_c_stops_it_cleanly(start, folder):
    c2d = start().wait_until_ready()
    family = c2d.family()
    titles = " ".join(title(one) for one in family)
    assert c2d.is_healthy()
    assert {name for name in NAMES if name in titles} == NAMES
    sockets = [link.resolve() for link in folder.glob("*.socket")]
    assert len(sockets) == 2

    assert c2d.stop(signal.SIGINT) == 0

    assert alive(family) == []
    assert "stopped with code" not in c2d.said()
    assert [path for path in sockets if path.exists()] == []


def test_the_next_start_keeps_data_and_secret_and_moves_the_demo_to_its_port(start, folder):
    first = start().wait_until_ready()
    secret = (folder / "secret").read_text()
    facts = json.loads((folder / "run/demo.json").read_text())
    assert facts["base_url"] == f"http://localhost:{first.port}"
    assert first.stop(signal.SIGTERM) == 0

    second = start().wait_until_ready()

    assert (folder / "secret").read_text() == secret
    assert (folder / "secret").stat().st_mode & 0o077 == 0
    moved = json.loads((folder / "run/demo.json").read_text())
    assert moved["base_url"] == f"http://localhost:{second.port}"
    assert moved["logins"] == facts["logins"]
    assert moved["hooks"]["telegram"]["url"].startswith(moved["base_url"] + "/")
    until(lambda: all(login["password"] in second.said() for login in moved["logins"]), second.said)


def test_a_second_start_on_the_same_data_is_refused_and_disturbs_nothing(start):
    first = start().wait_until_ready()

    second = start()

    assert second.process.wait(SECONDS) == 1
    assert "already running" in second.said()
    assert f"process {first.process.pid}" in second.said()
    assert first.is_healthy()


def test_a_taken_port_is_named_before_anything_is_started(start, folder):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        c2d = start(PORT=str(port))
        assert c2d.process.wait(SECONDS) == 1
    assert f"Port {port} cannot be used" in c2d.said()
    assert not (folder / "valkey").exists()


def test_a_stop_while_it_still_starts_leaves_no_process_behind(start, folder):
    c2d = start()
    until(lambda: (folder / "run/processes.json").exists(), c2d.said)
    family = c2d.family()

    assert c2d.stop(signal.SIGINT) == 0

    assert "c2d is ready" not in c2d.said()
    assert alive(family) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent is gone")
def test_killing_the_supervisor_leaves_no_process_behind(start):
    c2d = start().wait_until_ready()
    family = c2d.family()
    assert len(family) >= len(NAMES)

    c2d.stop(signal.SIGKILL)

    until(lambda: not alive(family), lambda: "\n".join(alive(family)))


def test_a_start_right_after_a_kill_works(start):
    start().wait_until_ready().stop(signal.SIGKILL)

    again = start().wait_until_ready()

    assert again.is_healthy()
    assert again.stop() == 0


def test_a_process_that_died_is_started_again(start):
    c2d = start().wait_until_ready()
    victims = {name: c2d.child(name) for name in ("worker", "web", "intake", "clock", "valkey-server", "postgres")}

    for number, victim in enumerate(victims.values(), start=1):
        victim.kill()
        c2d.wait_until_mended(at_least=number)

    # A new PostgreSQL may have to try again until the last process of the killed one is gone.
    until(lambda: all(c2d.child(name) not in (None, victim) for name, victim in victims.items()), c2d.said)
    until(c2d.is_healthy, c2d.said)
    assert c2d.stop() == 0


def test_a_killed_web_worker_is_replaced(start):
    c2d = start().wait_until_ready()
    worker = c2d.child("web").children()[0]

    worker.kill()

    until(lambda: [one for one in c2d.child("web").children() if is_alive(one) and one != worker], c2d.said)
    until(c2d.is_healthy, c2d.said)
    assert c2d.stop() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets processes begin as copies")
def test_the_processes_share_what_they_have_loaded(start):
    c2d = start(WEB_CONCURRENCY="2").wait_until_ready()
    until(lambda: len(shares(c2d)) >= len(OURS) + 2)
    assert sum(shares(c2d)) < 250 * 2**20


def test_given_stores_are_used_and_not_started(start, folder):
    folder.with_name("given").mkdir(mode=0o711)
    database = embedded.start_postgres(folder.with_name("given"), fsync=False)
    redis = embedded.start_valkey(folder.with_name("given"))
    try:
        c2d = start(DATABASE_URL=database.url, REDIS_URL=redis.url).wait_until_ready()
        titles = " ".join(title(one) for one in c2d.family())
        assert c2d.is_healthy()
        assert "postgres" not in titles and "valkey" not in titles
        assert not list(folder.glob("pg*")) and not (folder / "valkey").exists()
        assert c2d.stop() == 0
        assert database.is_running() and redis.is_running()
    finally:
        database.discard()
        redis.discard()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be locked out of a folder by being root")
def test_root_may_keep_the_project_where_nobody_else_may_look(start, folder):
    folder.parent.chmod(0o700)
    c2d = start().wait_until_ready()
    assert (folder / "postgres.home").resolve().is_dir()
    assert c2d.is_healthy()
    assert c2d.stop() == 0


def test_a_wrong_setting_ends_the_start_with_a_sentence(start):
    c2d = start(PORT="0", MAX_UPLOAD_MB="many")
    assert c2d.process.wait(SECONDS) == 1
    assert "MAX_UPLOAD_MB is a whole number" in c2d.said()
