"""For those who hold a session longer than one request: open sockets."""

from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.sql import platform
from c2d.core.tenancy import all_companies
from c2d.operators.standing import STANDS
from c2d.sessions.door import SignedInOperator, operator_of, who

_valid = platform(f"""
    SELECT s.id FROM login_sessions s
    JOIN operators o ON o.company_id = s.company_id AND o.id = s.operator_id
    JOIN companies c ON c.id = s.company_id
    WHERE s.id = ANY(%(ids)s) AND {STANDS}""")  # noqa: S608 only our own text
_by_id = who("s.company_id = %(company_id)s AND s.id = %(id)s")


def still_valid(ids: set[int]) -> set[int]:
    """Those of the sessions that have not ended, in one query."""
    with all_companies("one look for the sockets of every company"):
        found = {row.id for row in _valid.all(ids=list(ids), now=now())}
        db.session.rollback()
    return found


def as_now(company_id: int, session_id: int) -> SignedInOperator | None:
    """The operator of a session with the rights and words of this moment; None when it is over."""
    with all_companies("a socket is looked at outside of any request"):
        row = _by_id.first(company_id=company_id, id=session_id, now=now())
        db.session.rollback()
    return operator_of(row) if row else None
