"""Periodic work of signing in."""

from c2d.core.jobs import job
from c2d.sessions import idle, throttle


@job
def forget_old_tries() -> None:
    throttle.sweep()


@job
def send_idle_offline() -> None:
    idle.send_offline()
