"""In which status an operator is; each stretch of time in one is kept for the reports."""

from collections.abc import Iterable

from flask_babel import gettext as _

from c2d.companies.settings import of, own
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.sql import Row, scoped
from c2d.core.text import whole_number
from c2d.operators.events import OperatorStatusChanged
from c2d.operators.models import AWAY, OFFLINE, ONLINE, OperatorStatus
from c2d.operators.status_display import counts_as

# key, colour, does it count as being there (and are chats assigned in it)
BUILT_IN = ((ONLINE, 15, True), (AWAY, 8, False), (OFFLINE, 0, False))
# Shared: until the choice is made nobody archives it or changes what it counts as. Always before the operator's row.
_chosen = scoped("""
    SELECT id, key, name, counts_online FROM operator_statuses
    WHERE company_id = %(company)s AND archived_at IS NULL AND (id = %(id)s OR key = %(key)s) FOR SHARE""")
_lock = scoped("""
    SELECT id, status, status_id FROM operators
    WHERE company_id = %(company)s AND (id = %(id)s OR status_id = %(in_status)s)
    ORDER BY id FOR NO KEY UPDATE""")
_set = scoped("""
    UPDATE operators SET status = %(status)s, status_id = %(status_id)s
    WHERE company_id = %(company)s AND id = %(id)s""")
_end_span = scoped("""
    UPDATE status_spans SET ended_at = %(now)s
    WHERE company_id = %(company)s AND operator_id = %(id)s AND ended_at IS NULL""")
_start_span = scoped("""
    INSERT INTO status_spans (company_id, operator_id, status, status_id, started_at)
    VALUES (%(company)s, %(id)s, %(status)s, %(status_id)s, %(now)s)""")


def create() -> None:
    """Add the statuses that every company has to the one in scope."""
    db.session.add_all(
        OperatorStatus(key=key, hue=hue, counts_online=here, for_assignment=here, position=place)
        for place, (key, hue, here) in enumerate(BUILT_IN))
    db.session.flush()


def chosen(choice: int | str) -> Row:
    """The status that an id or a key ('away') names, held against change. Refused when there is none to choose."""
    typed = str(choice)
    number = whole_number(typed)
    found = _chosen.first(id=number, key=None if number else typed[:20])
    if found is None:
        raise Refused(_("Choose one of the list"), "status")
    return found


def set_status(operator_id: int, choice: int | str) -> None:
    """Change the status with this transaction; the same one again changes nothing."""
    status = chosen(choice)
    move(_lock.all(id=operator_id, in_status=None), status)


def come_online(operator_id: int) -> None:
    """Somebody offline signed in; a status that was chosen stays. The company may want them to choose."""
    if not of(own()).online_at_login:
        return
    status = chosen(ONLINE)
    move([row for row in _lock.all(id=operator_id, in_status=None) if row.status == OFFLINE], status)


def everybody_in(status_id: int) -> list[Row]:
    """The operators who are in a status, locked."""
    return _lock.all(id=None, in_status=status_id)


def move(people: Iterable[Row], status: Row) -> None:
    """Put locked operators into a status, each with a span and an event; who is there already stays."""
    counts = counts_as(status.key, status.counts_online)
    for person in people:
        stays = person.status_id == status.id or (person.status_id is None and person.status == status.key)
        if stays and person.status == counts:
            continue
        moment = now()  # after the lock: spans of one operator never overlap
        _set.run(id=person.id, status=counts, status_id=status.id)
        _end_span.run(id=person.id, now=moment)
        _start_span.run(id=person.id, status=counts, status_id=status.id, now=moment)
        emit(OperatorStatusChanged(operator_id=person.id, old=person.status, new=counts,
                                   old_id=person.status_id, new_id=status.id))
