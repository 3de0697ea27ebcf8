"""Hooks wake the intake process, and wait a little with their answers when it falls behind.

Taking posts faster than they are worked off only makes every message late. Providers wait for one answer before
they send more on a connection, so a late answer is all it takes. Without Redis nobody waits.
"""

import time

import redis as redis_errors

from c2d.core import redis

BELL, BEHIND = "c2d:intake", "c2d:intake:behind"
RING_EVERY = 0.004  # intake looks again a little after each ring, see intake.SETTLE
TOLERATED, SHARE, LONGEST = 0.5, 0.5, 0.25  # seconds behind; what of the rest one waits; never longer
KNOWN_MS = 1000
_rung = 0.0
_behind = 0.0
_told = False


def ring() -> None:
    """Wake the intake, at most every few milliseconds, and hear how it is doing."""
    global _rung, _behind
    at = time.monotonic()
    if at - _rung < RING_EVERY:
        return
    _rung = at
    try:
        with redis.client().pipeline(transaction=False) as pipe:
            _, behind = pipe.publish(BELL, "1").get(BEHIND).execute()
        _behind = float(behind or 0)
    except (redis_errors.RedisError, ValueError):
        _behind = 0.0


def wait_if_behind() -> None:
    """Hold the answer back while the intake is late."""
    late = (_behind - TOLERATED) * SHARE
    if late > 0:
        time.sleep(min(late, LONGEST))


def report(seconds: float) -> None:
    """The intake says how long the oldest delivery it has just taken in had waited."""
    global _told
    if seconds < TOLERATED and not _told:
        return
    _told = seconds >= TOLERATED
    try:
        redis.client().set(BEHIND, f"{seconds:.3f}", px=KNOWN_MS)
    except redis_errors.RedisError:
        pass
