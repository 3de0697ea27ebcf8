"""The door for hand-written SQL: the hot paths (taking in, list, open, reply) and set-based work.

`scoped` statements name `%(company)s` and get it from the scope, never from the caller;
`platform` statements serve all companies and run only inside `all_companies`.
"""

import re
from typing import Any

from sqlalchemy import CursorResult, Row

from c2d.core.db import db
from c2d.core.tenancy import NoCompany, company_id, scope


class Statement:
    """SQL text with psycopg's `%(name)s` parameters, run on the session's transaction."""

    def __init__(self, text: str):
        self.text = re.sub(r"\s+", " ", text).strip()

    def run(self, **values: Any) -> CursorResult:
        """Execute; pending ORM changes are flushed first."""
        db.session.flush()
        return db.session.connection().exec_driver_sql(self.text, self._bind(values))

    def all(self, **values: Any) -> list[Row]:
        return self.run(**values).all()

    def first(self, **values: Any) -> Row | None:
        return self.run(**values).first()

    def value(self, **values: Any) -> Any:
        """The first column of the first row, or None."""
        return self.run(**values).scalar()

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


def scoped(text: str) -> Scoped:
    return Scoped(text)


def platform(text: str) -> Platform:
    return Platform(text)
