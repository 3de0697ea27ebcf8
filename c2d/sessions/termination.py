"""Ending sessions: at once, open sockets included."""

from c2d.core import live
from c2d.core.bells import call_after_commit
from c2d.core.clock import now
from c2d.core.current import CurrentOperator
from c2d.core.db import in_transaction
from c2d.core.events import Event, emit
from c2d.core.sql import Row, scoped
from c2d.core.tenancy import company
from c2d.operators.events import OperatorBlocked, OperatorDeleted
from c2d.operators.models import OFFLINE
from c2d.operators.statuses import set_status
from c2d.sessions.events import SessionTerminated, SignedOut, TechnicalAccessEnded

# Why a session ended, as its row keeps it and as GET /login explains it (parting.py).
SIGNED_OUT, PASSWORD_CHANGED, BLOCKED, DELETED = "signed-out", "password-changed", "blocked", "deleted"
BY_ADMINISTRATOR, ELSEWHERE, TIME_OVER, UNUSED = "by-administrator", "elsewhere", "time-over", "unused"

_end = scoped("""
    UPDATE login_sessions s SET ended_at = %(now)s, end_reason = %(reason)s
    FROM operators o
    WHERE s.company_id = %(company)s AND s.ended_at IS NULL AND (s.expires_at > %(now)s OR s.id = %(only)s::bigint)
      AND s.operator_id = %(operator)s AND (%(only)s::bigint IS NULL OR s.id = %(only)s) AND s.id <> %(but)s
      AND o.company_id = s.company_id AND o.id = s.operator_id
    RETURNING s.id, s.technical_access, s.staff_name, s.browser, s.system, s.ip,
              trim(o.first_name || ' ' || o.last_name) AS name""")
# Before their sessions, as who blocks somebody does: signing out at that moment waits and does not stand crosswise.
_hold = scoped("SELECT 1 FROM operators WHERE company_id = %(company)s AND id = %(operator)s FOR NO KEY UPDATE")
_still_in = scoped("""
    SELECT EXISTS (SELECT FROM login_sessions WHERE company_id = %(company)s AND operator_id = %(operator)s
                   AND ended_at IS NULL AND expires_at > %(now)s AND NOT technical_access)""")


def end_one(operator_id: int, session_id: int, reason: str) -> bool:
    """End one session of an operator; False when it was over already."""
    ended = in_transaction(lambda: ending(operator_id, reason, only=session_id))
    announce(ended)
    return bool(ended)


def end_all_but(operator_id: int, session_id: int, reason: str) -> int:
    """End every other session of an operator; returns how many."""
    ended = in_transaction(lambda: ending(operator_id, reason, but=session_id))
    announce(ended)
    return len(ended)


def end_all(operator_id: int, reason: str) -> int:
    return end_all_but(operator_id, 0, reason)


def sign_out(operator_id: int, session_id: int) -> None:
    """The operator leaves this device."""
    end_one(operator_id, session_id, SIGNED_OUT)


def leave(former: CurrentOperator | None) -> None:
    """Somebody signs in again on the same device: the session the cookie held before is over."""
    if former:
        with company(former.company_id):
            sign_out(former.id, former.login_session_id)


def ending(operator_id: int, reason: str, only: int | None = None, but: int = 0) -> list[int]:
    """End sessions with the running transaction; `announce` the returned ids after its commit."""
    _hold.run(operator=operator_id)
    moment = now()
    ended = _end.all(operator=operator_id, now=moment, reason=reason, only=only, but=but)
    for row in ended:
        emit(_fact(row, operator_id, reason))
    own = [row for row in ended if not row.technical_access]  # staff come and go without being the operator
    if own and not _still_in.value(operator=operator_id, now=moment):
        set_status(operator_id, OFFLINE)
    return [row.id for row in ended]


def _fact(row: Row, operator_id: int, reason: str) -> Event:
    common = {
        "operator_id": operator_id, "login_session_id": row.id, "subject": row.name,
        "after": {"session": row.id, "reason": reason, "browser": row.browser, "system": row.system, "address": row.ip},
    }
    if row.technical_access:
        return TechnicalAccessEnded(staff_name=row.staff_name, reason=reason, **common)
    if reason == SIGNED_OUT:
        return SignedOut(**common)
    return SessionTerminated(reason=reason, **common)


def end_of_operator(fact: OperatorBlocked | OperatorDeleted) -> None:
    """Who is blocked or deleted is out at once, on every device."""
    call_after_commit(announce, ending(fact.operator_id, BLOCKED if isinstance(fact, OperatorBlocked) else DELETED))


def announce(ids: list[int]) -> None:
    """Close the sockets of ended sessions. The socket's own look into the database is the floor."""
    if ids:
        live.control({"t": "session-ended", "ids": ids})
