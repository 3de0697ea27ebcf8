"""Facts: one row each, in commit order for each company.

`emit(event)` inside a transaction; at commit the company's counter is bumped as the last
statement and the rows get their gapless `seq`. The rows are journal, catch-up cursor of the open
pages, source of webhooks and reports, and outbox of the reactions that run later.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, String, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from c2d.core import audit
from c2d.core.clock import now
from c2d.core.current import operator_or_none
from c2d.core.db import Base, CompanyOwned, db, moment
from c2d.core.sql import scoped
from c2d.core.tenancy import company, company_id, scope

MAX_DEPTH = 5


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of the facts that slices emit: ids and scalars only.

    `dialog_id` files the fact under a dialog; `journal = True` in a subclass makes it a line of
    the conversation; `actor_id` is the operator (filled from the request), None for the system.
    `card_wide = True`: it is told in every dialog of a card, and once where all of them are shown together.
    `audited = True`: the fact also leaves a row in the audit log (core.audit). Its fields `subject` (the name of what
    was changed), `before` and `after` (dicts of the fields that changed) go there, as far as it has them, and
    `about = "role_id"` names the field with the subject's id; a field `staff_name` says who of the platform's staff it was.
    """

    journal = False
    card_wide = False
    audited = False
    about = ""
    dialog_id: int | None = None
    client_id: int | None = None
    message_id: int | None = None
    actor_id: int | None = None
    at: datetime | None = None

    @classmethod
    def kind(cls) -> str:
        """`RequestOpened` -> 'request_opened'."""
        return "".join("_" + c.lower() if c.isupper() else c for c in cls.__name__).lstrip("_")

    def particulars(self) -> dict:
        base = {"dialog_id", "client_id", "message_id", "actor_id", "at"}
        return {key: value for key, value in asdict(self).items() if key not in base}


class EventRecord(CompanyOwned, Base):
    """A fact as stored. `particulars` holds the event's own fields."""

    __tablename__ = "event_records"
    __table_args__ = (
        Index(
            "ix_event_records_journal", "company_id", "dialog_id", "seq",
            postgresql_where=text("journal"),
        ),
        Index("ix_event_records_waiting", "company_id", "seq", postgresql_where=text("dispatched_at IS NULL")),
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(60))
    journal: Mapped[bool] = mapped_column(Boolean)
    actor_id: Mapped[int | None]
    dialog_id: Mapped[int | None]
    client_id: Mapped[int | None]
    message_id: Mapped[int | None]
    particulars: Mapped[dict] = mapped_column(JSONB)
    at: Mapped[datetime] = moment()
    dispatched_at: Mapped[datetime | None] = moment(nullable=True)
    lease_until: Mapped[datetime | None] = moment(nullable=True)


@dataclass
class Reactions:
    """What happens on a fact: `inline` in its transaction, `later` from the outbox, in batches.

    `later` handlers get a list of stored events and may see one twice.
    """

    inline: list[Callable] = field(default_factory=list)
    later: list[Callable] = field(default_factory=list)


REACTIONS: dict[type[Event], Reactions] = {}
_after_commit: list[Callable[[int, int, bool], None]] = []


def on_commit(hook: Callable[[int, int, bool], None]) -> None:
    """Call `hook(company_id, newest_seq, something_waits)` after each commit with events."""
    _after_commit.append(hook)


def emit(fact: Event) -> None:
    """Record a fact with this transaction and run its inline reactions."""
    session = db.session()
    if session.reads:
        raise RuntimeError(f"{fact.kind()} in a request that reads: say in_transaction")
    if not session.in_transaction():
        session.begin()  # so that a rollback forgets the fact even when nothing else was done
    pending = session.info.setdefault("events", [])
    actor = operator_or_none()
    pending.append((company_id(), fact, fact.actor_id or (actor.id if actor else None)))
    depth = session.info.get("depth", 0)
    if depth >= MAX_DEPTH:
        raise RuntimeError(f"{fact.kind()} came {depth} reactions deep")
    session.info["depth"] = depth + 1
    try:
        for react in REACTIONS[type(fact)].inline:
            react(fact)
    finally:
        session.info["depth"] = depth


def emit_all(facts: Iterable[Event]) -> None:
    for fact in facts:
        emit(fact)


_store_facts = scoped("""
    WITH counter AS (
        UPDATE company_counters SET event_seq = event_seq + %(n)s
        WHERE company_id = %(company)s RETURNING event_seq - %(n)s AS before)
    INSERT INTO event_records (company_id, seq, kind, journal, actor_id, dialog_id, client_id,
                               message_id, particulars, at, dispatched_at)
    SELECT %(company)s, counter.before + t.place, t.kind, t.journal, t.actor_id, t.dialog_id, t.client_id,
           t.message_id, t.particulars, t.at, t.dispatched_at
    FROM counter, unnest(
        %(kind)s::text[], %(journal)s::bool[], %(actor_id)s::bigint[], %(dialog_id)s::bigint[],
        %(client_id)s::bigint[], %(message_id)s::bigint[], %(particulars)s::jsonb[], %(at)s::timestamptz[],
        %(dispatched_at)s::timestamptz[])
        WITH ORDINALITY AS t(kind, journal, actor_id, dialog_id, client_id, message_id, particulars, at,
                             dispatched_at, place)
    ORDER BY t.place RETURNING seq""")


@event.listens_for(Session, "before_commit")
def _store(session: Session) -> None:
    pending = session.info.pop("events", None)
    if not pending or session is not db.session():
        return
    session.flush()
    by_company: dict[int, list] = {}
    for id, fact, actor in pending:
        by_company.setdefault(id, []).append((fact, actor))
    for id, facts in by_company.items():
        if scope() == id:
            newest, waits = _write(facts)
        else:
            with company(id):
                newest, waits = _write(facts)
        session.info.setdefault("told", []).append((id, newest, waits))


def _write(facts: list) -> tuple[int, bool]:
    moment_now = now()
    later = [bool(REACTIONS[type(fact)].later) for fact, _ in facts]
    stored = _store_facts.all(
        n=len(facts),
        kind=[fact.kind() for fact, _ in facts],
        journal=[fact.journal for fact, _ in facts],
        actor_id=[actor for _, actor in facts],
        dialog_id=[fact.dialog_id for fact, _ in facts],
        client_id=[fact.client_id for fact, _ in facts],
        message_id=[fact.message_id for fact, _ in facts],
        particulars=[json.dumps(fact.particulars(), default=str) for fact, _ in facts],
        at=[fact.at or moment_now for fact, _ in facts],
        dispatched_at=[None if wait else moment_now for wait in later],
    )
    for fact, actor in facts:
        if fact.audited:
            _audit(fact, actor)
    return stored[-1].seq, any(later)


def _audit(fact: Event, actor: int | None) -> None:
    audit.record(
        fact.kind(), actor, subject_kind=fact.about.removesuffix("_id"), subject_id=getattr(fact, fact.about, None),
        subject=getattr(fact, "subject", ""), before=getattr(fact, "before", None), after=getattr(fact, "after", None),
        at=fact.at, staff=getattr(fact, "staff_name", ""),
    )


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    for id, newest, waits in session.info.pop("told", ()):
        for hook in _after_commit:
            hook(id, newest, waits)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("events", None)
    session.info.pop("told", None)
