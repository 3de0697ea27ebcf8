"""The audit log: who changed what, from what to what, and from where. Rows are added and never change.

A slice writes no row by hand: an event with `audited = True` leaves one when it is recorded (core.events). The
database itself refuses to change or drop a row (migrations).
"""

import json
from datetime import datetime

from flask import has_request_context, request
from sqlalchemy import Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.clock import now
from c2d.core.current import operator_or_none
from c2d.core.db import Base, CompanyScoped, moment
from c2d.core.sql import scoped
from c2d.core.text import one_line


class AuditRecord(CompanyScoped, Base):
    """One thing that was done. Names are those of that moment; `before` and `after` hold the fields that changed.

    `staff_name`: who of the platform's staff did it in the name of `actor_id`.
    """

    __tablename__ = "audit_records"
    __table_args__ = (
        Index("ix_audit_records_subject", "company_id", "subject_kind", "subject_id", "id"),
        Index("ix_audit_records_actor", "company_id", "actor_id", "id"),
        Index("ix_audit_records_staff", "company_id", "id", postgresql_where=text("staff_name <> ''")),
    )
    at: Mapped[datetime] = moment()
    kind: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(130), default="")
    staff_name: Mapped[str] = mapped_column(String(120), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    login_session_id: Mapped[int | None]
    subject_kind: Mapped[str] = mapped_column(String(30), default="")
    subject_id: Mapped[int | None]
    subject: Mapped[str] = mapped_column(String(200), default="")
    before: Mapped[dict] = mapped_column(JSONB, default=dict)
    after: Mapped[dict] = mapped_column(JSONB, default=dict)


_add = scoped("""
    INSERT INTO audit_records (company_id, at, kind, actor_id, actor_name, staff_name, ip, login_session_id, subject_kind,
                               subject_id, subject, before, after)
    VALUES (%(company)s, %(at)s, %(kind)s, %(actor)s,
            coalesce((SELECT left(trim(first_name || ' ' || last_name), 130) FROM operators
                      WHERE company_id = %(company)s AND id = %(actor)s), ''),
            %(staff)s, %(ip)s, %(session)s, %(subject_kind)s, %(subject_id)s, %(subject)s, %(before)s, %(after)s)""")


def record(kind: str, actor_id: int | None, *, subject_kind: str = "", subject_id: int | None = None, subject: str = "",
           before: dict | None = None, after: dict | None = None, at: datetime | None = None, staff: str = "") -> None:
    """Add a row to the running transaction; address, session and (unless given) staff are those of the request."""
    who = operator_or_none()
    _add.run(
        at=at or now(), kind=kind, actor=actor_id, staff=staff or (who.staff_name if who else ""), ip=_address(),
        session=who.login_session_id if who else None, subject_kind=subject_kind, subject_id=subject_id,
        subject=subject[:200], before=_json(before), after=_json(after),
    )


def _address() -> str:
    return one_line(request.remote_addr, 45) if has_request_context() else ""


def _json(values: dict | None) -> str:
    return json.dumps(values or {}, default=str, ensure_ascii=False)


def changed(before: dict, after: dict) -> tuple[dict, dict]:
    """Only the fields that differ: what an audited event takes as `before` and `after`."""
    keys = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in keys}, {key: after[key] for key in keys}
