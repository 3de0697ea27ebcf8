"""One statement in a transaction of its own, on a bare connection: the cheapest way to make one row last."""

import psycopg
from sqlalchemy import Connection

from c2d.core.db import db
from c2d.core.sql import Platform


def run_alone(statement: Platform, **values) -> list[tuple]:
    """Execute and commit at once, round the session; the rows it returned.

    A connection that turns out dead (PostgreSQL was restarted) is replaced and the statement runs
    again, so it must be harmless twice. Raises psycopg.OperationalError when the database is away.
    """
    if isinstance(db.engine, Connection):  # everything runs in the one transaction of a test
        inside: psycopg.Connection = db.engine.connection.driver_connection
        with inside.transaction():
            return _rows(inside.execute(statement.text, values))
    try:
        return _once(statement, values)
    except psycopg.OperationalError:
        db.engine.dispose()
        return _once(statement, values)


def _once(statement: Platform, values: dict) -> list[tuple]:
    held = db.engine.raw_connection()
    connection: psycopg.Connection = held.driver_connection
    try:
        connection.autocommit = True
        rows = _rows(connection.execute(statement.text, values))
        connection.autocommit = False
    except BaseException:
        # whatever state it is in, nobody should meet it in the pool
        held.invalidate()
        raise
    held.close()
    return rows


def _rows(cursor: psycopg.Cursor) -> list[tuple]:
    return cursor.fetchall() if cursor.description else []
