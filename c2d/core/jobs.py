"""Background work: RQ jobs that carry ids, doorbells that never pile up, periodic work.

A promise is a row in the database; a job only says 'look now' and may run twice or never.
"""

import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from threading import Event, Thread

import redis as redis_errors
from flask import Flask, current_app
from rq import Queue, SimpleWorker
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer
from werkzeug.utils import import_string

from c2d.core import redis
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.sql import platform
from c2d.core.tenancy import all_companies, company

QUEUES = ("high", "default", "low")
RING_SECONDS = 30
NICE = 10  # people wait for pages, nobody for a job
FAREWELL = 15.0
RESTART_PAUSE = 1.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Periodic:
    """Work the clock asks for every `seconds`: `function` is a job without arguments."""

    name: str
    seconds: int
    function: Callable
    queue: str = "default"


def job(function: Callable) -> Callable:
    """Marks a function that workers run: it starts and ends with a fresh database session."""

    @wraps(function)
    def run(*args):
        db.session.remove()
        try:
            return function(*args)
        finally:
            db.session.remove()

    return run


def enqueue(function: Callable, company_id: int, *args, queue: str = "default") -> None:
    """Run a company's job soon: `function(*args)` with its scope open. Lost when Redis is away,
    so only for what a sweeper finds or what a person can ask for again."""
    try:
        path = f"{function.__module__}.{function.__name__}"
        _queue(queue, redis.client()).enqueue(
            job_of_company, path, company_id, *args, result_ttl=0, failure_ttl=3600, job_timeout=600
        )
    except redis_errors.RedisError:
        pass


@job
def job_of_company(path: str, company_id: int, *args) -> None:
    """Entry point of a company's job inside a worker; opens the scope."""
    with company(company_id):
        import_string(path)(*args)


def ring(function: Callable, queue: str = "default") -> None:
    """Ask a worker to run `function()` soon; many rings before it starts become one job.

    The function must begin with `answered(function)` and then look until nothing is left.
    """
    connection = redis.client()
    try:
        if connection.set(_bell(function), 1, nx=True, ex=RING_SECONDS):
            _queue(queue, connection).enqueue(function, result_ttl=0, failure_ttl=3600, job_timeout=120)
    except redis_errors.RedisError:
        pass  # the sweeper finds it


def answered(function: Callable) -> None:
    """From here on a new ring makes a new job."""
    try:
        redis.client().delete(_bell(function))
    except redis_errors.RedisError:
        pass


def _bell(function: Callable) -> str:
    return f"c2d:bell:{function.__module__}.{function.__name__}"


def _queue(name: str, connection) -> Queue:
    return Queue(name, connection=connection, serializer=JSONSerializer)


def run_worker(beside: Sequence[Callable[[Event], None]] = ()) -> int:
    """Work off the queues until told to stop; the supervisor restarts a worker that died.

    Jobs run in this process: to part from it for each would cost twenty times the job's own work. `beside` run
    in threads of their own and end when their event is set.
    """
    _give_way()
    stopping, app = Event(), current_app._get_current_object()
    threads = [Thread(target=_in_app, args=(app, work, stopping), name=work.__name__, daemon=True) for work in beside]
    for thread in threads:
        thread.start()
    try:
        connection = redis.connect(current_app.config["REDIS_URL"], socket_timeout=None)
        worker = SimpleWorker(
            [_queue(name, connection) for name in QUEUES], connection=connection,
            serializer=JSONSerializer, worker_ttl=30, maintenance_interval=10, job_monitoring_interval=5,
            log_job_description=False,
        )
        worker.work(logging_level="WARNING")
    finally:
        # Also when Redis is away and the worker gives up: what runs beside is not cut off in the middle.
        stopping.set()
        for thread in threads:
            thread.join(FAREWELL)
    return 0


def _give_way() -> None:
    """Let the processes that make pages go first on a busy core."""
    os.nice(NICE)
    if os.getsid(0) == os.getpid():
        # Linux shares out the core among sessions before it looks at the processes within one.
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(NICE))


def _in_app(app: Flask, work: Callable[[Event], None], stopping: Event) -> None:
    """A thread that died would not be missed: the process goes on. So it begins anew."""
    while True:
        try:
            with app.app_context():
                return work(stopping)
        except Exception:
            log.exception("work beside the jobs", extra={"work": work.__name__})
        if stopping.wait(RESTART_PAUSE):
            return None


_beat = platform("""
    INSERT INTO beats (name, at) VALUES (%(name)s, %(at)s)
    ON CONFLICT (name) DO UPDATE SET at = excluded.at""")


def beat(name: str) -> None:
    """Leave a sign of life that /healthz shows."""
    with all_companies("signs of life belong to the platform"):
        _beat.run(name=name, at=now())
        db.session.commit()


def run_clock(periodic: list[Periodic], ticks: int | None = None) -> int:
    """Enqueue periodic work; a second clock is harmless: each slot of time is claimed once.

    While Redis is away the clock does the work itself, so all of it must be safe to run twice.
    """
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
    signal.signal(signal.SIGINT, lambda *_: stopping.append(1))
    connection = redis.client()
    alone: dict[str, int] = {}
    while not stopping and ticks != 0:
        for work in periodic:
            slot = int(time.time() // work.seconds)
            if not _enqueue_slot(connection, work, slot) and alone.get(work.name) != slot:
                alone[work.name] = slot
                _run_here(work)
        ticks = ticks and ticks - 1
        time.sleep(0.5)
    return 0


def _enqueue_slot(connection, work: Periodic, slot: int) -> bool:
    """False when Redis is away."""
    try:
        if connection.set(f"c2d:clock:{work.name}:{slot}", os.getpid(), nx=True, ex=work.seconds * 2 + 60):
            _queue(work.queue, connection).enqueue(
                work.function, job_id=f"{work.name}-{slot}", unique=True, result_ttl=0,
                failure_ttl=3600, ttl=work.seconds * 4 + 60, job_timeout=300,
            )
    except redis_errors.RedisError:
        return False
    except DuplicateJobError:
        pass
    return True


def _run_here(work: Periodic) -> None:
    """No worker can be asked: what was promised is kept all the same."""
    try:
        work.function()
    except Exception:
        log.exception("periodic work", extra={"work": work.name})
