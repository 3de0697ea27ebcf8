"""Online, away, offline; each stretch of time is kept for the reports."""

from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.operators.events import OperatorStatusChanged
from c2d.operators.models import AWAY, OFFLINE, ONLINE

STATUSES = (ONLINE, AWAY, OFFLINE)
_lock = scoped("""
    SELECT status FROM operators WHERE company_id = %(company)s AND id = %(id)s FOR NO KEY UPDATE""")
_set = scoped("UPDATE operators SET status = %(status)s WHERE company_id = %(company)s AND id = %(id)s")
_end_span = scoped("""
    UPDATE status_spans SET ended_at = %(now)s
    WHERE company_id = %(company)s AND operator_id = %(id)s AND ended_at IS NULL""")
_start_span = scoped("""
    INSERT INTO status_spans (company_id, operator_id, status, started_at)
    VALUES (%(company)s, %(id)s, %(status)s, %(now)s)""")


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
    _start_span.run(id=operator_id, status=status, now=moment)
    emit(OperatorStatusChanged(operator_id=operator_id, old=old, new=status))


def come_online(operator_id: int) -> None:
    """Somebody offline signed in; a status that was chosen stays."""
    if _lock.value(id=operator_id) == OFFLINE:
        set_status(operator_id, ONLINE)
