"""The door for hand-written SQL: the hot paths (taking in, list, open, reply) and set-based work.

`scoped` statements name `%(company)s` and get it from the scope, never from the caller;
`platform` statements serve all companies and run only inside `all_companies`.

They run on the session's connection and in its transaction, but straight through psycopg: SQLAlchemy
describes the columns of such a result anew each time, which costs as much as the statement.
"""

import re
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from c2d.core.db import db, is_stale
from c2d.core.tenancy import NoCompany, company_id, scope

Row = Any  # a named tuple of the statement's columns


class Statement:
    """SQL text with psycopg's `%(name)s` parameters, run on the session's transaction."""

    def __init__(self, text: str):
        self.text = re.sub(r"\s+", " ", text).strip()

    def run(self, **values: Any) -> psycopg.Cursor:
        """Execute; pending ORM changes are flushed first. Raises what SQLAlchemy would."""
        session = db.session()
        try:
            return self._run(session, values)
        except DBAPIError as error:
            if not (session.reads and is_stale(error.orig)):
                raise
            session.rollback()  # nothing but the connection, which knows the statement as it was
            return self._run(session, values)

    def _run(self, session: Session, values: dict) -> psycopg.Cursor:
        session.flush()
        connection = session.connection()
        cursor = connection.connection.cursor(row_factory=namedtuple_row)
        try:
            return cursor.execute(self.text, self._bind(values))
        except psycopg.Error as error:
            raise _wrapped(error, connection, self.text) from error

    def all(self, **values: Any) -> list[Row]:
        return self.run(**values).fetchall()

    def first(self, **values: Any) -> Row | None:
        return self.run(**values).fetchone()

    def value(self, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.first(**values)
        return row and row[0]

    def count(self, **values: Any) -> int:
        """How many rows an UPDATE or DELETE touched."""
        return self.run(**values).rowcount

    def _bind(self, values: dict) -> dict:
        raise NotImplementedError


class Scoped(Statement):
    """SQL of the company in scope."""

    def __init__(self, text: str):
        super().__init__(text)
        if "%(company)s" not in text:
            raise ValueError("a company's SQL names %(company)s: " + self.text[:80])

    def _bind(self, values: dict) -> dict:
        if "company" in values:
            raise ValueError("the company comes from the scope")
        return {**values, "company": company_id()}


class Platform(Statement):
    """SQL over all companies, or over tables that belong to none."""

    def _bind(self, values: dict) -> dict:
        if not isinstance(scope(), str):
            raise NoCompany("platform SQL runs inside all_companies(reason)")
        return values


def _wrapped(error: psycopg.Error, connection: Connection, text: str) -> BaseException:
    """The error as SQLAlchemy tells it, after the same consequences: when one connection is lost, so are all."""
    lost = is_stale(error) or connection.dialect.is_disconnect(error, connection.connection, None)
    if lost:
        connection.invalidate(error)
        connection.engine.dispose()
    return DBAPIError.instance(
        text, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=lost, dialect=connection.dialect,
    )


def scoped(text: str) -> Scoped:
    return Scoped(text)


def platform(text: str) -> Platform:
    return Platform(text)
