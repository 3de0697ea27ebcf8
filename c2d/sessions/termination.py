"""Ending sessions: at once, open sockets included."""

import json

from c2d.core import redis
from c2d.core.bells import say_after_commit
from c2d.core.clock import now
from c2d.core.current import CurrentOperator
from c2d.core.db import in_transaction
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.core.tenancy import company
from c2d.operators.events import OperatorBlocked, OperatorDeleted
from c2d.operators.models import OFFLINE
from c2d.operators.statuses import set_status
from c2d.sessions.events import SessionTerminated, SignedOut

CONTROL = "c2d:ctl"
_end = scoped("""
    UPDATE login_sessions SET ended_at = %(now)s, end_reason = %(reason)s
    WHERE company_id = %(company)s AND ended_at IS NULL AND expires_at > %(now)s
      AND operator_id = %(operator)s AND (%(only)s::bigint IS NULL OR id = %(only)s) AND id <> %(but)s
    RETURNING id""")
_still_in = scoped("""
    SELECT EXISTS (SELECT FROM login_sessions WHERE company_id = %(company)s AND operator_id = %(operator)s
                   AND ended_at IS NULL AND expires_at > %(now)s)""")


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
    ended = in_transaction(lambda: ending(operator_id, "signed-out", only=session_id))
    announce(ended)


def leave(former: CurrentOperator | None) -> None:
    """Somebody signs in again on the same device: the session the cookie held before is over."""
    if former:
        with company(former.company_id):
            sign_out(former.id, former.login_session_id)


def ending(operator_id: int, reason: str, only: int | None = None, but: int = 0) -> list[int]:
    """End sessions with the running transaction; `announce` the returned ids after its commit."""
    moment = now()
    ended = [row.id for row in _end.all(operator=operator_id, now=moment, reason=reason, only=only, but=but)]
    for id in ended:
        if reason == "signed-out":
            emit(SignedOut(operator_id=operator_id, login_session_id=id))
        else:
            emit(SessionTerminated(operator_id=operator_id, login_session_id=id, reason=reason))
    if ended and not _still_in.value(operator=operator_id, now=moment):
        set_status(operator_id, OFFLINE)
    return ended


def end_of_operator(fact: OperatorBlocked | OperatorDeleted) -> None:
    """Who is blocked or deleted is out at once, on every device."""
    ended = ending(fact.operator_id, "blocked" if isinstance(fact, OperatorBlocked) else "deleted")
    if ended:
        say_after_commit(CONTROL, _words(ended))


def announce(ids: list[int]) -> None:
    """Close the sockets of ended sessions. The socket's own look into the database is the floor."""
    if ids:
        redis.publish(CONTROL, _words(ids))


def _words(ids: list[int]) -> str:
    return json.dumps({"t": "session-ended", "ids": ids})
