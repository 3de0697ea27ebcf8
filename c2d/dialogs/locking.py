"""Taking a dialog for changing it: the row is locked until the transaction ends."""


from c2d.clients.access import SEES, sight
from c2d.core.errors import NotFound
from c2d.core.sql import Row, scoped

_lock = scoped(f"""
    SELECT d.id, d.channel_id, d.client_id, d.card_id, d.transport, d.state, d.operator_id, d.request_id, d.unread,
           d.last_message_id, r.number
    FROM dialogs d LEFT JOIN requests r ON r.company_id = d.company_id AND r.id = d.request_id
    WHERE d.company_id = %(company)s AND d.id = %(id)s AND {SEES}
    FOR UPDATE OF d""")  # noqa: S608


def locked(dialog_id: int) -> Row:
    """The dialog as it is now. Raises NotFound when it is not the operator's to see."""
    row = _lock.first(id=dialog_id, **sight())
    if row is None:
        raise NotFound()
    return row
