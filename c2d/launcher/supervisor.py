"""All of c2d on one machine: stores, schema, web, intake, worker, clock; watched, and stopped cleanly."""

import gc
import http.client
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from c2d.launcher import embedded, leftovers
from c2d.launcher.binaries import ServerMissing
from c2d.launcher.child import Child
from c2d.launcher.data_folder import ROOT, AlreadyRunning, DataFolder
from c2d.launcher.forked import CAN_FORK, Forked

PROGRAM = [sys.executable, str(ROOT / "app.py")]
PROCESSES = {name: [*PROGRAM, name] for name in ("web", "intake", "worker", "clock")}
START_SECONDS = 90
STOP_SECONDS = 20
# A process that ran this long starts again at once; one that keeps dying waits longer each time.
SETTLED_SECONDS = 60
LONGEST_PAUSE = 30


class Stopped(Exception):
    """Somebody asked to stop while c2d was still starting."""


class StartFailed(Exception):
    """c2d cannot start; the message says why and what to do."""


def run(folder: DataFolder, load: Callable[[], object], work: Mapping[str, Callable[[], int | None]]) -> int:
    """Start everything and stay until asked to stop; the exit code.

    `work` says what each process does, and `load` brings into memory what all of them need: once
    for all where a process can begin as a copy of this one.
    """
    try:
        folder.make()
        folder.lock()
        return Supervisor(folder, load, work).run()
    except AlreadyRunning as running:
        say(f"c2d is already running from {folder.path} ({running}). Stop that one first, "
            "or name another data folder: C2D_VAR=/path make run")
    except PermissionError as error:
        say(f"c2d cannot use its data folder as this user: {error}")
    return 1


def say(text: str) -> None:
    print(text, flush=True)


class Supervisor:
    """Owns the processes of one data folder."""

    def __init__(self, folder: DataFolder, load: Callable[[], object], work: Mapping[str, Callable[[], int | None]]):
        self.folder = folder
        self.load = load
        self.work = work
        self.port = _port()
        self.host = os.environ.get("C2D_HOST") or "127.0.0.1"
        self.base_url = os.environ.get("PUBLIC_URL") or f"http://localhost:{self.port}"
        self.stores: list[embedded.Store] = []
        self.processes: list[Child] = []
        self.watch = Watch()
        self.stop_asked = False
        self.started_at = time.monotonic()

    def run(self) -> int:
        self.listen_to_signals()
        try:
            leftovers.clear(self.folder)
            self.refuse_taken_port()
            self.start()
            self.greet()
            self.keep_running()
            return 0
        except Stopped:
            return 0
        except (StartFailed, ServerMissing, embedded.StoreFailed) as problem:
            say(f"c2d did not start. {problem}")
            return 1
        finally:
            self.stop()

    def listen_to_signals(self) -> None:
        self.wakeup, writer = socket.socketpair()
        self.wakeup.setblocking(False)
        writer.setblocking(False)
        self._writer = writer
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # `nohup` has c2d go on when the terminal closes.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self.ask_to_stop)

    def ask_to_stop(self, *_) -> None:
        self.stop_asked = True

    def pause(self, seconds: float) -> None:
        """Until a child ends, a signal comes or the time is over."""
        if select.select([self.wakeup], [], [], seconds)[0]:
            try:
                self.wakeup.recv(4096)
            except BlockingIOError:
                pass

    def refuse_taken_port(self) -> None:
        with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise StartFailed(
                    f"Port {self.port} cannot be used ({error.strerror}). "
                    f"Choose another: PORT={self.port + 1} make run"
                ) from None

    def start(self) -> None:
        env = self.environment()
        kept = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PUBLIC_URL")
        self.folder.keep_environment({name: env[name] for name in kept})
        os.environ.update(env)
        if CAN_FORK:
            self.load()
            gc.collect()
            gc.freeze()
        self.prepare()
        for name in PROCESSES:
            self.refuse_to_go_on_after_stop()
            child = self.child(name)
            self.processes.append(child)
            self.begin(child)
        self.wait(self.is_healthy, f"{self.base_url}/healthz did not answer within {START_SECONDS} seconds.")

    def environment(self) -> dict[str, str]:
        """What the processes are told; stores that nobody named are started for it."""
        given = os.environ
        names = dict.fromkeys((urlsplit(self.base_url).hostname, "localhost", "127.0.0.1"))
        return {
            **given,
            "DATABASE_URL": given.get("DATABASE_URL") or self.start_store(embedded.start_postgres),
            "REDIS_URL": given.get("REDIS_URL") or self.start_store(embedded.start_valkey),
            "SECRET_KEY": given.get("SECRET_KEY") or self.folder.secret_key(),
            "C2D_VAR": str(self.folder.path),
            "C2D_HOST": self.host,
            "PORT": str(self.port),
            "PUBLIC_URL": self.base_url,
            "TRUSTED_HOSTS": given.get("TRUSTED_HOSTS") or ",".join(names),
            "DEMO": given.get("DEMO") or "1",
            "PYTHONUNBUFFERED": "1",
        }

    def start_store(self, start: Callable[..., embedded.Store]) -> str:
        self.refuse_to_go_on_after_stop()
        store = start(self.folder.path)
        self.stores.append(store)
        self.remember()
        self.watch.began(store)
        return store.url

    def child(self, name: str) -> Child:
        return Forked(name, self.work[name], self.part) if CAN_FORK else Child(name, [*PROGRAM, name])

    def part(self) -> None:
        """In a copy of this process: let go of what the supervisor alone may hold."""
        self.wakeup.close()
        self._writer.close()
        self.folder.part()

    def prepare(self) -> None:
        """Schema and demo company, in a process of its own so that this one stays small."""
        child = self.child("prepare")
        self.processes.append(child)
        child.spawn()
        self.wait(lambda: child.exit_code() is not None, "The schema was not ready in time.", watched=False)
        self.processes.remove(child)
        if child.exit_code():
            raise StartFailed("The database could not be prepared; the reason stands above.")

    def begin(self, child: Child) -> None:
        child.spawn()
        self.watch.began(child)
        self.remember()

    def remember(self) -> None:
        leftovers.remember(self.folder, [*self.stores, *self.processes])

    def wait(self, happened: Callable[[], bool], complaint: str, *, watched: bool = True) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not happened():
            self.refuse_to_go_on_after_stop()
            for child in self.processes if watched else ():
                if child.exit_code() is not None:
                    raise StartFailed(
                        f"{child.name} ended with code {child.exit_code()} while starting; the reason stands above."
                    )
            if time.monotonic() > deadline:
                raise StartFailed(complaint)
            self.pause(0.05)

    def refuse_to_go_on_after_stop(self) -> None:
        if self.stop_asked:
            raise Stopped

    def is_healthy(self) -> bool:
        """A listening port says little: the main process of gunicorn listens before anybody serves."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        connection = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": urlsplit(self.base_url).netloc})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def greet(self) -> None:
        say(f"\nc2d is ready at {self.base_url}  ({time.monotonic() - self.started_at:.1f} s; Ctrl-C stops it)")
        logins = (self.folder.demo() or {}).get("logins", [])
        width = max((len(login["email"]) for login in logins), default=0)
        for login in logins:
            say(f"  {login['email']:{width}}  {login['password']}  {login['role']}")
        say("")

    def keep_running(self) -> None:
        while not self.stop_asked:
            for child in [*self.stores, *self.processes]:
                self.mend(child)
            self.pause(self.watch.seconds_to_next())

    def mend(self, child: Child) -> None:
        if child.is_running():
            return
        if pause := self.watch.ended(child):
            say(f"c2d: {child.name} ended with code {child.exit_code()}; starts again in {pause:g} s")
        if self.watch.is_due(child):
            self.begin(child)
            say(f"c2d: {child.name} started again")

    def stop(self) -> None:
        """First nobody new comes in, then what runs is finished, then the stores close their books."""
        started = time.monotonic()
        by_name = {child.name: child for child in self.processes}
        web = by_name.pop("web", None)
        for group in ([web] if web else [], list(by_name.values()), list(self.stores)):
            stop_together(group)
        for store in self.stores:
            store.discard()
        self.folder.forget_environment()
        leftovers.forget(self.folder)
        say(f"c2d stopped ({time.monotonic() - started:.1f} s)")


class Watch:
    """When each child began, when it is to begin again, and how long that is put off."""

    def __init__(self):
        self._began: dict[str, float] = {}
        self._pause: dict[str, float] = {}
        self._due: dict[str, float] = {}

    def began(self, child: Child) -> None:
        self._began[child.name] = time.monotonic()
        self._due.pop(child.name, None)

    def ended(self, child: Child) -> float | None:
        """The pause before the next start; None when this end is known already."""
        if child.name in self._due:
            return None
        settled = time.monotonic() - self._began[child.name] > SETTLED_SECONDS
        pause = 0.5 if settled else min(self._pause.get(child.name, 0.25) * 2, LONGEST_PAUSE)
        self._pause[child.name] = pause
        self._due[child.name] = time.monotonic() + pause
        return pause

    def is_due(self, child: Child) -> bool:
        return time.monotonic() >= self._due[child.name]

    def seconds_to_next(self) -> float | None:
        return max(0.0, min(self._due.values()) - time.monotonic()) if self._due else None


def stop_together(children: list[Child]) -> None:
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        was_running = child.is_running()
        code = child.stop(max(0.1, deadline - time.monotonic()))
        # Killed by the very signal that asks it to stop: it was so young that it did not listen yet.
        if was_running and code not in (0, -child.stop_signal):
            say(f"c2d: {child.name} stopped with code {code}")


def _port() -> int:
    value = os.environ.get("PORT") or "8000"
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise SystemExit(f"PORT is a number from 1 to 65535, not {value!r}")
    return int(value)
