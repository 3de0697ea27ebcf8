"""One statement in a transaction of its own, on a bare connection: the cheapest way to make one row last."""

import os
from collections import deque
from threading import BoundedSemaphore
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Connection, Engine

from c2d.core.db import db
from c2d.core.sql import Platform

MOST = 8
# Connections that commit by themselves, apart from the engine's pool: switching one back and forth costs more
# than the statement.
_idle: WeakKeyDictionary[Engine, deque[psycopg.Connection]] = WeakKeyDictionary()
_room = BoundedSemaphore(MOST)
os.register_at_fork(after_in_child=_idle.clear)


def run_alone(statement: Platform, **values) -> list[tuple]:
    """Execute and commit at once, round the session; the rows it returned.

    A connection that turns out dead (PostgreSQL was restarted), or has prepared the statement for an earlier schema,
    is replaced and the statement runs again, so it must be harmless twice. Raises psycopg.OperationalError when the
    database is away.
    """
    if isinstance(db.engine, Connection):  # everything runs in the one transaction of a test
        inside: psycopg.Connection = db.engine.connection.driver_connection
        with inside.transaction():
            return _rows(inside.execute(statement.text, values))
    with _room:
        try:
            return _once(statement, values)
        except (psycopg.OperationalError, psycopg.errors.FeatureNotSupported):
            hang_up()
            return _once(statement, values)


def hang_up() -> None:
    """Close what is idle; the next statement connects anew."""
    idle = _idle.get(db.engine, ())
    while idle:
        idle.pop().close()


def _once(statement: Platform, values: dict) -> list[tuple]:
    idle = _idle.get(db.engine) or _idle.setdefault(db.engine, deque())
    connection = idle.pop() if idle else _connect()
    try:
        rows = _rows(connection.execute(statement.text, values))
    except psycopg.Error:
        connection.close()
        raise
    idle.append(connection)
    return rows


def _connect() -> psycopg.Connection:
    held = db.engine.raw_connection()
    connection: psycopg.Connection = held.driver_connection
    held.detach()
    connection.autocommit = True
    return connection


def _rows(cursor: psycopg.Cursor) -> list[tuple]:
    return cursor.fetchall() if cursor.description else []
