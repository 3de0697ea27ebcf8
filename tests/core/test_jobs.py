"""Periodic work, with Redis and without."""

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
