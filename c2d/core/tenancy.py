"""Company scope that fails closed.

Every statement on a company's table needs a scope: `company(id)` for one company, or
`all_companies(reason)` for the few places that serve the whole platform. Without one it raises.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token

from sqlalchemy import Table, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import TextClause

from c2d.core.db import CompanyOwned, db

_scope: ContextVar[int | str | None] = ContextVar("company_scope", default=None)


class NoCompany(RuntimeError):
    """A company's table was touched outside any company."""


class WrongCompany(RuntimeError):
    """A row of one company was about to be used in the scope of another."""


def scope() -> int | str | None:
    """The company's id, the reason given to `all_companies`, or None."""
    return _scope.get()


def company_id() -> int:
    """The id of the company in scope. Raises NoCompany outside of one."""
    current = _scope.get()
    if not isinstance(current, int):
        raise NoCompany("no company is in scope here")
    return current


def enter(new: int | str) -> Token:
    """Open a scope that `leave` closes; prefer the context managers."""
    current = _scope.get()
    if current != new and db.session.registry.has() and len(db.session().identity_map):
        # session.get answers from the identity map without asking the database
        raise WrongCompany(f"the session still holds rows of {current!r}")
    return _scope.set(new)


def leave(token: Token) -> None:
    _scope.reset(token)


@contextmanager
def company(id: int) -> Iterator[None]:
    """Everything inside sees and writes the rows of this company only."""
    token = enter(int(id))
    try:
        yield
    finally:
        _leave_clean(token)


@contextmanager
def all_companies(reason: str) -> Iterator[None]:
    """Everything inside sees every company; each use is listed in a test with its reason."""
    token = enter(str(reason))
    try:
        yield
    finally:
        _leave_clean(token)


def _leave_clean(token: Token) -> None:
    inner = _scope.get()
    leave(token)
    if _scope.get() != inner and db.session.registry.has():
        session = db.session()
        if not session.new and not session.dirty and not session.deleted:
            session.expunge_all()


def _scoped_tables(statement) -> set[str]:
    return {
        node.name
        for node in visitors.iterate(statement)
        if isinstance(node, Table) and "company_id" in node.c
    }


@event.listens_for(Session, "do_orm_execute")
def _guard(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        return
    current = _scope.get()
    if isinstance(current, int) and state.is_orm_statement and not state.is_insert:
        state.statement = state.statement.options(_only(current))
        return
    if isinstance(current, str) and state.is_orm_statement:
        return
    if isinstance(state.statement, TextClause):
        raise NoCompany("raw SQL goes through core.sql")
    tables = _scoped_tables(state.statement)
    if tables:
        raise NoCompany(f"{sorted(tables)} touched outside a company or around the ORM")


def _only(current: int):
    return with_loader_criteria(
        CompanyOwned, lambda cls: cls.company_id == current, include_aliases=True
    )


@event.listens_for(Session, "before_flush")
def _stamp(session: Session, _context, _instances) -> None:
    current = _scope.get()
    for row in [*session.new, *session.dirty, *session.deleted]:
        if not isinstance(row, CompanyOwned) or isinstance(current, str):
            continue
        if not isinstance(current, int):
            raise NoCompany(f"{type(row).__name__} written outside a company")
        if row.company_id is None:
            row.company_id = current
        elif row.company_id != current:
            raise WrongCompany(f"{type(row).__name__} of another company")
