"""The database: one engine, keys that carry the company, transactions that retry."""

import random
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from psycopg import Connection
from psycopg._preparing import PrepareManager
from sqlalchemy import (
    BigInteger,
    DateTime,
    DefaultClause,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    MetaData,
    event,
    text,
)
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry, relationship
from sqlalchemy.pool import Pool

from c2d.core.clock import now

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# A column has another type now than when the statement was prepared: a new version has changed the schema.
STALE = "0A000"
# Besides that PostgreSQL's serialization failure and deadlock: the whole transaction may simply run again.
RETRYABLE = {"40001", "40P01", STALE}

T = TypeVar("T")


class _Root(DeclarativeBase):
    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={int: BigInteger})


class _Session(Session):
    """While it only reads, each statement stands for itself, as PostgreSQL's READ COMMITTED sees it anyway:
    a page without BEGIN and ROLLBACK is two round trips less."""

    reads = False

    def get_bind(self, *args, **kwargs):
        found = super().get_bind(*args, **kwargs)
        return _by_itself(found) if self.reads and isinstance(found, Engine) else found


@lru_cache(maxsize=4)
def _by_itself(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


db = SQLAlchemy(model_class=_Root, disable_autonaming=True, session_options={"class_": _Session})
Base = db.Model


class _Lasting(PrepareManager):
    """Statements stay prepared, with their plans, as long as their connection lives.

    psycopg forgets all of them at each ROLLBACK, since what they speak of may have been made in the same transaction;
    c2d makes nothing but rows. Most transactions that read end so, and a plan costs more than the reading.
    """

    prepared_max = 300

    def clear(self) -> bool:
        return False


@event.listens_for(Pool, "connect")
def _keep_prepared(connection: Connection, _record) -> None:
    connection._prepared = _Lasting()


@event.listens_for(Engine, "handle_error")
def _drop_stale(context: ExceptionContext) -> None:
    """What is prepared goes with its connection, and the other connections have prepared it too."""
    if is_stale(context.original_exception):
        context.is_disconnect = True


def is_stale(error: BaseException | None) -> bool:
    """Was the statement prepared for columns of another type?"""
    return getattr(error, "sqlstate", None) == STALE


class CompanyOwned:
    """A table whose rows belong to one company.

    `company_id` is stamped when the row is flushed (core.tenancy) and never typed in by hand.
    """

    @declared_attr
    def company_id(cls) -> Mapped[int]:
        return mapped_column(
            BigInteger, ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True, sort_order=-2
        )


class CompanyScoped(CompanyOwned):
    """The usual company's table: primary key `(company_id, id)`."""

    @declared_attr
    def id(cls) -> Mapped[int]:
        return mapped_column(BigInteger, Identity(), primary_key=True, sort_order=-1)


def owned_by(column: str, table: str, ondelete: str = "CASCADE") -> ForeignKeyConstraint:
    """A foreign key that cannot point across companies: `(company_id, column)`."""
    return ForeignKeyConstraint(
        ["company_id", column], [f"{table}.company_id", f"{table}.id"], ondelete=ondelete
    )


def to_one(column: str, target: str):
    """A read-only relationship over `owned_by`: `to_one("Operator.role_id", "Role")`."""
    owner, name = column.split(".")
    return relationship(
        target,
        primaryjoin=f"and_({owner}.company_id == remote({target}.company_id),"
        f" foreign({owner}.{name}) == remote({target}.id))",
        viewonly=True,
    )


def moment(nullable: bool = False, **options) -> Mapped:
    """A column holding an aware moment in UTC."""
    return mapped_column(DateTime(timezone=True), nullable=nullable, **options)


def created() -> Mapped:
    """A moment stamped when the row is made."""
    return moment(default=now)


def mirror_defaults() -> None:
    """Give every simple default to the database too, so that it holds for hand-written SQL."""
    for table in db.metadata.tables.values():
        for column in table.columns:
            if column.default is None or column.server_default is not None:
                continue
            found = _as_sql(column.default)
            if found:
                column.server_default = DefaultClause(text(found))


def _as_sql(default) -> str | None:
    value = default.arg if not default.is_sequence else None
    if default.is_callable:
        made = {"now": "now()", "dict": "'{}'", "list": "'[]'"}
        return made.get(getattr(value, "__name__", ""))
    if isinstance(value, bool):
        return str(value).lower()
    return {str: f"'{value}'", int: str(value)}.get(type(value))


def read_only() -> None:
    """What follows in this session reads; `in_transaction` ends that."""
    db.session().reads = True


def in_transaction(work: Callable[[], T], tries: int = 5) -> T:
    """Run `work` and commit, again from the start when PostgreSQL asks for it.

    `work` must have no side effect outside the database. Raises what the last try raised.
    """
    session = db.session()
    if session.reads:
        session.rollback()
        session.reads = False
    for attempt in range(tries):
        try:
            result = work()
            db.session.commit()
            return result
        except DBAPIError as error:
            db.session.rollback()
            if getattr(error.orig, "sqlstate", None) not in RETRYABLE or attempt == tries - 1:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
        except BaseException:
            db.session.rollback()
            raise
    raise AssertionError("unreachable")
