"""Is this instance well, and the figures that tell."""

from collections.abc import Callable

import redis as redis_errors
from flask import Flask, jsonify
from sqlalchemy.exc import SQLAlchemyError

from c2d.core import redis
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.permissions import PUBLIC
from c2d.core.slice import Slice
from c2d.core.sql import platform
from c2d.core.tenancy import all_companies

LATE_AFTER = 60  # seconds without a sign of life from work that gives one every few seconds
bp = Slice("health", __name__)
_facts: dict[str, Callable[[], object]] = {}


def fact(name: str, read: Callable[[], object]) -> None:
    """Show `name: read()` in /healthz; `read` runs with the platform's scope open."""
    _facts[name] = read


_beats = platform("SELECT name, at FROM beats")
_alive = platform("SELECT 1")


@bp.get("/up", needs=PUBLIC)
def up():
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/healthz", needs=PUBLIC)
def healthz():
    """200 with figures when the database answers, 503 otherwise.

    `status` is 'late' when background work gave no sign of life for a minute: web still serves,
    so starting web anew would not help.
    """
    answer = {"status": "ok"}
    try:
        with all_companies("health looks over all companies"):
            _alive.value()
            answer.update({name: read() for name, read in _facts.items()})
            answer["beats"] = {b.name: round((now() - b.at).total_seconds(), 1) for b in _beats.all()}
            if any(age > LATE_AFTER for age in answer["beats"].values()):
                answer["status"] = "late"
    except SQLAlchemyError as error:
        db.session.rollback()
        return jsonify(status="database is away", error=type(error).__name__), 503
    try:
        redis.client().ping()
        answer["redis"] = "ok"
    except redis_errors.RedisError:
        answer["redis"] = "away"
    return jsonify(answer)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
