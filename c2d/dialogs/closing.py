"""Ending the work on a request, and taking it up again under a new number."""


from c2d.blacklist.events import ClientBlocked
from c2d.core.clock import now
from c2d.core.current import operator
from c2d.core.events import emit
from c2d.core.sql import Row, scoped
from c2d.dialogs.assignment import TAKER
from c2d.dialogs.events import DialogReopened, RequestClosed, RequestOpened
from c2d.dialogs.locking import locked
from c2d.dialogs.models import CLOSED, OPEN

_close = scoped("""
    WITH request AS (
        UPDATE requests SET closed_at = %(now)s, closed_by = %(me)s
        WHERE company_id = %(company)s AND dialog_id = %(id)s AND closed_at IS NULL RETURNING number),
    dialog AS (
        UPDATE dialogs SET state = 'closed', unread = 0, waiting_since = NULL, request_id = NULL
        WHERE company_id = %(company)s AND id = %(id)s)
    SELECT number FROM request""")
# It stays with whose it was, but for those who have been blocked or deleted since.
_open = scoped(f"""
    WITH {TAKER},
    request AS (
        INSERT INTO requests (company_id, dialog_id, opened_at, operator_id)
        VALUES (%(company)s, %(id)s, %(now)s, (SELECT id FROM taker)) RETURNING id, number),
    dialog AS (
        UPDATE dialogs SET state = 'open', request_id = (SELECT id FROM request), operator_id = (SELECT id FROM taker)
        WHERE company_id = %(company)s AND id = %(id)s)
    SELECT id, number FROM request""")  # noqa: S608


def close(dialog_id: int) -> None:
    """Close the chat with its request; closing a closed one changes nothing."""
    dialog = locked(dialog_id)
    if dialog.state == CLOSED:
        return
    _end(dialog.id, dialog.client_id)


def end_of_blocked(fact: ClientBlocked) -> None:
    """Who blocked a client closes what is open with them, also where a colleague has it; the rows are held."""
    if fact.closes:
        _end(fact.dialog_id, fact.client_id)


def _end(dialog_id: int, client_id: int) -> None:
    number = _close.value(id=dialog_id, now=now(), me=operator().id)
    emit(RequestClosed(dialog_id=dialog_id, client_id=client_id, number=number or 0))


def reopen(dialog_id: int) -> None:
    """Open a closed chat with a new request."""
    dialog = locked(dialog_id)
    if dialog.state != OPEN:
        open_again(dialog)


def open_again(dialog: Row) -> int:
    """A new request in a locked, closed dialog: its id."""
    request = _open.first(id=dialog.id, now=now(), to=dialog.operator_id)
    about = {"dialog_id": dialog.id, "client_id": dialog.client_id, "number": request.number}
    emit(DialogReopened(**about))
    emit(RequestOpened(**about))
    return request.id
