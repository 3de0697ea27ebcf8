"""What the dialog's operator has seen, and the mark 'look at it later'."""

from c2d.core.current import operator
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.dialogs.events import DialogMarkedUnread, DialogRead
from c2d.dialogs.locking import locked

_read = scoped("""
    UPDATE dialogs SET unread = 0
    WHERE company_id = %(company)s AND id = %(id)s AND operator_id = %(me)s AND unread > 0 RETURNING client_id""")
_mark = scoped("UPDATE dialogs SET unread = 1 WHERE company_id = %(company)s AND id = %(id)s AND unread = 0")


def read(dialog_id: int) -> None:
    """Its own operator has seen it; a supervisor's look leaves it unread."""
    row = _read.first(id=dialog_id, me=operator().id)
    if row:
        emit(DialogRead(dialog_id=dialog_id, client_id=row.client_id))


def mark_unread(dialog_id: int) -> None:
    dialog = locked(dialog_id)
    if _mark.count(id=dialog.id):
        emit(DialogMarkedUnread(dialog_id=dialog.id, client_id=dialog.client_id))
