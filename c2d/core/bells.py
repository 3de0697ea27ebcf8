"""What a commit sets off: asked for inside the transaction, silent when it is rolled back."""

from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.orm import Session

from c2d.core import redis
from c2d.core.db import db
from c2d.core.jobs import enqueue, ring
from c2d.core.tenancy import company_id


def ring_after_commit(function: Callable, queue: str = "default") -> None:
    """`jobs.ring(function)` once, after the open transaction is committed."""
    db.session().info.setdefault("bells", {})[function] = queue


def wake_after_commit(name: str) -> None:
    """Ring once on the Redis channel that a process listens to, after the open transaction is committed."""
    db.session().info.setdefault("wakes", set()).add(name)


def call_after_commit(function: Callable, *args, **options) -> None:
    """`function(*args, **options)` after the open transaction is committed; it must not touch the database."""
    db.session().info.setdefault("calls", []).append((function, args, options))


def enqueue_after_commit(function: Callable, *args, queue: str = "default") -> None:
    """`jobs.enqueue(function, <the company in scope>, *args)` after the open transaction is committed: it finds the rows."""
    call_after_commit(enqueue, function, company_id(), *args, queue=queue)


@event.listens_for(Session, "after_commit")
def _ring(session: Session) -> None:
    for function, args, options in session.info.pop("calls", ()):
        function(*args, **options)
    for function, queue in session.info.pop("bells", {}).items():
        ring(function, queue)
    for name in session.info.pop("wakes", ()):
        redis.publish(name, "1")


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("calls", None)
    session.info.pop("bells", None)
    session.info.pop("wakes", None)
