"""Periodic work, with Redis and without."""

import time
from threading import Event

import pytest
import redis as redis_errors

from c2d.core import jobs


class Away:
    def set(self, *_args, **_options):
        raise redis_errors.ConnectionError


def test_the_clock_does_the_work_itself_while_redis_is_away(app, monkeypatch):
    done = []
    monkeypatch.setattr(jobs.redis, "client", Away)
    monkeypatch.setattr(jobs.signal, "signal", lambda *_: None)
    monkeypatch.setattr(jobs.time, "sleep", lambda _: None)
    monkeypatch.setattr(jobs.time, "time", lambda: 90.0)
    broken = jobs.Periodic("broken", 15, lambda: 1 / 0)
    jobs.run_clock([broken, jobs.Periodic("work", 15, lambda: done.append(1))], ticks=3)
    assert done == [1]


def test_work_beside_the_jobs_begins_anew_after_an_error_and_ends_with_them(app, monkeypatch):
    begun, over = [], []

    def work(stopping: Event) -> None:
        begun.append(1)
        if len(begun) == 1:
            raise RuntimeError("something new")
        stopping.wait(20)
        over.append(1)

    monkeypatch.setattr(jobs, "RESTART_PAUSE", 0.01)
    monkeypatch.setattr(jobs, "_give_way", lambda: None)
    monkeypatch.setattr(jobs, "SimpleWorker", lambda *_, **__: GivesUp(begun))
    with pytest.raises(redis_errors.ConnectionError):
        jobs.run_worker([work])
    assert len(begun) == 2 and over == [1]


class GivesUp:
    """A worker that Redis has left, once the work beside runs again."""

    def __init__(self, begun: list):
        self.begun = begun

    def work(self, **_options) -> None:
        until = time.monotonic() + 10
        while len(self.begun) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        raise redis_errors.ConnectionError
