"""One statement in a transaction of its own, on a bare connection: the cheapest way to make one row last."""

import os
from collections import deque
from threading import BoundedSemaphore

import psycopg
from sqlalchemy import Connection

from c2d.core.db import db
from c2d.core.sql import Platform

MOST = 8
# Connections that commit by themselves, apart from the engine's pool: switching one back and forth costs more
# than the statement.
_idle: deque[psycopg.Connection] = deque()
_room = BoundedSemaphore(MOST)
os.register_at_fork(after_in_child=_idle.clear)


def run_alone(statement: Platform, **values) -> list[tuple]:
    """Execute and commit at once, round the session; the rows it returned.

    A connection that turns out dead (PostgreSQL was restarted) is replaced and the statement runs
    again, so it must be harmless twice. Raises psycopg.OperationalError when the database is away.
    """
    if isinstance(db.engine, Connection):  # everything runs in the one transaction of a test
        inside: psycopg.Connection = db.engine.connection.driver_connection
        with inside.transaction():
            return _rows(inside.execute(statement.text, values))
    with _room:
        try:
            return _once(statement, values)
        except psycopg.OperationalError:
            while _idle:
                _idle.pop().close()
            return _once(statement, values)


def _once(statement: Platform, values: dict) -> list[tuple]:
    connection = _idle.pop() if _idle else _connect()
    try:
        rows = _rows(connection.execute(statement.text, values))
    except psycopg.Error:
        connection.close()
        raise
    _idle.append(connection)
    return rows


def _connect() -> psycopg.Connection:
    held = db.engine.raw_connection()
    connection: psycopg.Connection = held.driver_connection
    held.detach()
    connection.autocommit = True
    return connection


def _rows(cursor: psycopg.Cursor) -> list[tuple]:
    return cursor.fetchall() if cursor.description else []
