"""What was not delivered: once more, or away with it."""

from flask_babel import gettext as _

from c2d.blacklist import queries as blacklist
from c2d.channels import outbound
from c2d.core.clock import now
from c2d.core.errors import Conflict, NotFound
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.dialogs.locking import locked
from c2d.messages.events import MessageChanged

_state = scoped("""
    SELECT id, status, deleted_at FROM messages
    WHERE company_id = %(company)s AND dialog_id = %(dialog)s AND id = %(id)s AND kind = 'to_client' FOR UPDATE""")
_remove = scoped("UPDATE messages SET deleted_at = %(now)s WHERE company_id = %(company)s AND id = %(id)s")
_calm = scoped("""
    UPDATE dialogs d SET failed = EXISTS (
        SELECT 1 FROM messages m WHERE m.company_id = d.company_id AND m.dialog_id = d.id AND m.id = d.last_message_id
        AND m.status = 'failed' AND m.deleted_at IS NULL)
    WHERE d.company_id = %(company)s AND d.id = %(dialog)s""")


def retry(dialog_id: int, message_id: int) -> None:
    """Hand it over once more. Raises Conflict when it has not failed, or the client is blocked."""
    dialog = _failed(dialog_id, message_id)
    if blacklist.among([dialog.card_id]):
        raise Conflict(_("The client is blocked. Unblock them to write."))
    outbound.retry(message_id)


def remove(dialog_id: int, message_id: int) -> None:
    """Show it as deleted; the client never got it."""
    dialog = _failed(dialog_id, message_id)
    _remove.run(id=message_id, now=now())
    _calm.run(dialog=dialog_id)
    emit(MessageChanged(dialog_id=dialog_id, client_id=dialog.client_id, message_id=message_id, change="deleted"))


def _failed(dialog_id: int, message_id: int):
    dialog = locked(dialog_id)
    message = _state.first(dialog=dialog_id, id=message_id)
    if message is None:
        raise NotFound()
    if message.status != "failed" or message.deleted_at is not None:
        raise Conflict(_("The message is not waiting for this any more"))
    return dialog
