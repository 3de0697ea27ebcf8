"""Whose dialog it is: taking a new one, giving it to a colleague, putting it back."""

from flask_babel import gettext as _

from c2d.clients.access import sees
from c2d.core.current import operator
from c2d.core.errors import Conflict, NotFound, Refused
from c2d.core.events import emit
from c2d.core.sql import Row, scoped
from c2d.dialogs.events import DialogAssigned, DialogReturned
from c2d.dialogs.locking import locked
from c2d.dialogs.models import OPEN

_claim = scoped("""
    UPDATE dialogs SET operator_id = %(me)s
    WHERE company_id = %(company)s AND id = %(id)s AND operator_id IS NULL AND state = 'open'
    RETURNING client_id, request_id""")
_owner = scoped("""
    SELECT d.operator_id, d.state, o.first_name, o.last_name FROM dialogs d
    LEFT JOIN operators o ON o.company_id = d.company_id AND o.id = d.operator_id
    WHERE d.company_id = %(company)s AND d.id = %(id)s""")
_give = scoped("""
    WITH request AS (
        UPDATE requests SET operator_id = %(to)s WHERE company_id = %(company)s AND id = %(request_id)s)
    UPDATE dialogs SET operator_id = %(to)s WHERE company_id = %(company)s AND id = %(id)s""")
_of_request = scoped("UPDATE requests SET operator_id = %(to)s WHERE company_id = %(company)s AND id = %(request_id)s")
_person = scoped("""
    SELECT id, first_name, last_name FROM operators
    WHERE company_id = %(company)s AND id = %(id)s AND deleted_at IS NULL AND blocked_at IS NULL AND NOT read_only""")


def take(dialog_id: int) -> None:
    """Take a new chat. Raises Conflict when somebody was faster; taking one's own is harmless."""
    me = operator()
    claimed = _claim.first(me=me.id, id=dialog_id)
    if claimed:
        _of_request.run(to=me.id, request_id=claimed.request_id)
        return _tell(dialog_id, claimed.client_id, me.id, me.full_name, None)
    owner = _owner.first(id=dialog_id)
    if owner is None:
        raise NotFound()
    if owner.operator_id == me.id:
        return None
    if owner.operator_id is None:
        raise Conflict(_("The chat is closed"))
    raise Conflict(_("The chat is already taken by %(name)s", name=f"{owner.first_name} {owner.last_name}".strip()))


def chosen(value: str) -> int | None:
    """Whom a form names: an operator's id, None for 'new' (nobody)."""
    if value == "new":
        return None
    if value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    raise Refused(_("Choose a colleague from the list"), "operator_id")


def assign(dialog_id: int, operator_id: int | None) -> bool:
    """Give an open chat to a colleague, or to nobody: back to New. May the giver still see it?"""
    dialog, me = locked(dialog_id), operator()
    if dialog.state != OPEN:
        raise Conflict(_("The chat is closed"))
    if dialog.operator_id != operator_id:
        _give_to(dialog, operator_id)
    return sees(me.permissions, me.id, operator_id)


def _give_to(dialog: Row, operator_id: int | None) -> None:
    if operator_id is None:
        _give.run(to=None, id=dialog.id, request_id=dialog.request_id)
        emit(DialogReturned(dialog_id=dialog.id, client_id=dialog.client_id, from_id=dialog.operator_id,
                            by_name=operator().full_name))
        return
    person = _person.first(id=operator_id)
    if person is None:
        raise Refused(_("Choose a colleague from the list"), "operator_id")
    give(dialog, person.id, f"{person.first_name} {person.last_name}".strip())


def give(dialog: Row, to_id: int, to_name: str) -> None:
    """Make a locked dialog somebody's."""
    _give.run(to=to_id, id=dialog.id, request_id=dialog.request_id)
    _tell(dialog.id, dialog.client_id, to_id, to_name, dialog.operator_id)


def _tell(dialog_id: int, client_id: int, to_id: int, to_name: str, from_id: int | None) -> None:
    emit(DialogAssigned(dialog_id=dialog_id, client_id=client_id, to_id=to_id, to_name=to_name, from_id=from_id,
                        by_name=operator().full_name))
