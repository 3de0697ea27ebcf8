"""The statuses of a company's operators; each stretch of time in one is kept for the reports."""

from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.operators.events import OperatorStatusChanged
from c2d.operators.models import AWAY, OFFLINE, ONLINE, OperatorStatus

STATUSES = (ONLINE, AWAY, OFFLINE)
# key, colour, does it count as being there (and are chats assigned in it)
BUILT_IN = ((ONLINE, 15, True), (AWAY, 8, False), (OFFLINE, 0, False))
_lock = scoped("""
    SELECT status FROM operators WHERE company_id = %(company)s AND id = %(id)s FOR NO KEY UPDATE""")
_set = scoped("""
    UPDATE operators SET status = %(status)s::text, status_id = (
        SELECT id FROM operator_statuses WHERE company_id = %(company)s AND key = %(status)s::text)
    WHERE company_id = %(company)s AND id = %(id)s""")
_end_span = scoped("""
    UPDATE status_spans SET ended_at = %(now)s
    WHERE company_id = %(company)s AND operator_id = %(id)s AND ended_at IS NULL""")
_start_span = scoped("""
    INSERT INTO status_spans (company_id, operator_id, status, status_id, started_at)
    SELECT company_id, id, status, status_id, %(now)s FROM operators WHERE company_id = %(company)s AND id = %(id)s""")


def create() -> None:
    """Add the statuses that every company has to the one in scope."""
    db.session.add_all(
        OperatorStatus(key=key, hue=hue, counts_online=here, for_assignment=here, position=place)
        for place, (key, hue, here) in enumerate(BUILT_IN))
    db.session.flush()


def set_status(operator_id: int, status: str) -> None:
    """Change the status with this transaction; the same status again changes nothing."""
    if status not in STATUSES:
        raise Refused(_("Choose one of the list"), "status")
    old = _lock.value(id=operator_id)
    if old in (None, status):
        return
    moment = now()
    _set.run(id=operator_id, status=status)
    _end_span.run(id=operator_id, now=moment)
    _start_span.run(id=operator_id, now=moment)
    emit(OperatorStatusChanged(operator_id=operator_id, old=old, new=status))


def come_online(operator_id: int) -> None:
    """Somebody offline signed in; a status that was chosen stays."""
    if _lock.value(id=operator_id) == OFFLINE:
        set_status(operator_id, ONLINE)
