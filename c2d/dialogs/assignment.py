"""Whose dialog it is: taking a new one, giving it to a colleague, putting it back."""

from flask_babel import gettext as _

from c2d.clients.access import sees
from c2d.core.current import operator
from c2d.core.errors import Conflict, NotFound, Refused
from c2d.core.events import emit
from c2d.core.sql import Row, scoped
from c2d.core.text import full_name, whole_number
from c2d.dialogs.events import DialogAssigned, DialogReturned
from c2d.dialogs.locking import locked
from c2d.dialogs.models import OPEN
from c2d.operators.queries import WORKS

# Who gets a chat is held: somebody blocked at the same moment gets none, or has it in time to be handed on.
TAKER = """taker AS MATERIALIZED (
        SELECT id FROM operators WHERE company_id = %(company)s AND id = %(to)s AND deleted_at IS NULL AND blocked_at IS NULL
        FOR SHARE)"""
_claim = scoped(f"""
    WITH {TAKER}
    UPDATE dialogs d SET operator_id = taker.id FROM taker
    WHERE d.company_id = %(company)s AND d.id = %(id)s AND d.operator_id IS NULL AND d.state = 'open'
      AND (%(channels)s::bigint[] IS NULL OR d.channel_id = ANY(%(channels)s))
    RETURNING d.client_id, d.request_id""")  # noqa: S608
_owner = scoped("""
    SELECT d.operator_id, d.channel_id, d.state, o.first_name, o.last_name FROM dialogs d
    LEFT JOIN operators o ON o.company_id = d.company_id AND o.id = d.operator_id
    WHERE d.company_id = %(company)s AND d.id = %(id)s""")
_give = scoped(f"""
    WITH {TAKER},
    request AS (
        UPDATE requests r SET operator_id = taker.id FROM taker
        WHERE r.company_id = %(company)s AND r.id = %(request_id)s)
    UPDATE dialogs d SET operator_id = taker.id FROM taker WHERE d.company_id = %(company)s AND d.id = %(id)s""")  # noqa: S608
_take_away = scoped("""
    WITH request AS (
        UPDATE requests SET operator_id = NULL WHERE company_id = %(company)s AND id = %(request_id)s)
    UPDATE dialogs SET operator_id = NULL WHERE company_id = %(company)s AND id = %(id)s""")
_of_request = scoped("UPDATE requests SET operator_id = %(to)s WHERE company_id = %(company)s AND id = %(request_id)s")
_person = scoped(f"""
    SELECT o.id, o.first_name, o.last_name FROM operators o
    WHERE o.company_id = %(company)s AND o.id = %(id)s AND {WORKS}""")  # noqa: S608


def take(dialog_id: int) -> None:
    """Take a new chat. Raises Conflict when somebody was faster; taking one's own is harmless."""
    me = operator()
    claimed = _claim.first(to=me.id, id=dialog_id, channels=me.channel_ids and list(me.channel_ids))
    if claimed:
        _of_request.run(to=me.id, request_id=claimed.request_id)
        return _tell(dialog_id, claimed.client_id, me.id, me.full_name, None)
    owner = _owner.first(id=dialog_id)
    if owner is None or (me.channel_ids is not None and owner.channel_id not in me.channel_ids and owner.operator_id != me.id):
        raise NotFound()
    if owner.operator_id == me.id:
        return None
    if owner.operator_id is None:
        raise Conflict(_("The chat is closed"))
    raise Conflict(_("The chat is already taken by %(name)s", name=full_name(owner.first_name, owner.last_name)))


def chosen(value: str) -> int | None:
    """Whom a form names: an operator's id, None for 'new' (nobody)."""
    if value == "new":
        return None
    if found := whole_number(value):
        return found
    raise Refused(_("Choose a colleague from the list"), "operator_id")


def assign(dialog_id: int, operator_id: int | None) -> bool:
    """Give an open chat to a colleague, or to nobody: back to New. May the giver still see it?"""
    dialog, me = locked(dialog_id), operator()
    if dialog.state != OPEN:
        raise Conflict(_("The chat is closed"))
    if dialog.operator_id != operator_id:
        _give_to(dialog, operator_id)
    return sees(me.permissions, me.channel_ids, me.id, dialog._replace(operator_id=operator_id))


def _give_to(dialog: Row, operator_id: int | None) -> None:
    if operator_id is None:
        _take_away.run(id=dialog.id, request_id=dialog.request_id)
        emit(DialogReturned(dialog_id=dialog.id, client_id=dialog.client_id, from_id=dialog.operator_id,
                            by_name=operator().full_name))
        return
    person = _person.first(id=operator_id)
    if person is None:
        raise Refused(_("Choose a colleague from the list"), "operator_id")
    give(dialog, person.id, full_name(person.first_name, person.last_name))


def give(dialog: Row, to_id: int, to_name: str) -> None:
    """Make a locked dialog somebody's. Conflict when that somebody has just been blocked or deleted."""
    if not _give.count(to=to_id, id=dialog.id, request_id=dialog.request_id):
        raise Conflict(_("%(name)s can take no chats any more", name=to_name))
    _tell(dialog.id, dialog.client_id, to_id, to_name, dialog.operator_id)


def _tell(dialog_id: int, client_id: int, to_id: int, to_name: str, from_id: int | None) -> None:
    emit(DialogAssigned(dialog_id=dialog_id, client_id=client_id, to_id=to_id, to_name=to_name, from_id=from_id,
                        by_name=operator().full_name))
