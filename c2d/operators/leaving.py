"""Blocking, deleting, and coming back. What becomes of the open chats rides on the event (dialogs.handing_on)."""

from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.current import operator
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.permissions import ADMINISTRATOR
from c2d.core.sql import Row, scoped
from c2d.core.text import full_name
from c2d.operators import guarding, licence
from c2d.operators.adding import one_address_one_person
from c2d.operators.events import OperatorBlocked, OperatorDeleted, OperatorRestored

_set = scoped("""
    UPDATE operators SET blocked_at = %(blocked_at)s, deleted_at = %(deleted_at)s
    WHERE company_id = %(company)s AND id = %(id)s""")
_open_chats = scoped("""
    SELECT count(*) FROM dialogs WHERE company_id = %(company)s AND operator_id = %(id)s AND state = 'open'""")
_groups = scoped("SELECT id, name FROM operator_groups WHERE company_id = %(company)s ORDER BY lower(name), id")


def open_chats(operator_id: int) -> int:
    return _open_chats.value(id=operator_id)


def groups() -> list[Row]:
    """Those that can take the open chats over."""
    return _groups.all()


def block(operator_id: int, chats: str) -> None:
    """No way in any more, from this moment on; the seat is free. A second time changes nothing."""
    target = _leaver(operator_id)
    if target.blocked_at or target.deleted_at:
        return
    _set.run(id=operator_id, blocked_at=now(), deleted_at=None)
    emit(OperatorBlocked(operator_id=operator_id, subject=_name(target), chats=_checked(chats),
                         before={"blocked": False}, after={"blocked": True, "chats": chats}))


def delete(operator_id: int, chats: str) -> None:
    """Blocked, and out of every list; the name stays in old chats, and the e-mail is free again."""
    target = _leaver(operator_id)
    if target.deleted_at:
        return
    _set.run(id=operator_id, blocked_at=target.blocked_at, deleted_at=now())
    emit(OperatorDeleted(operator_id=operator_id, subject=_name(target), chats=_checked(chats),
                         before={"deleted": False}, after={"deleted": True, "chats": chats}))


def restore(operator_id: int) -> None:
    """Undo the block or the deletion. Refused when no seat is free, or somebody has the e-mail meanwhile."""
    target = guarding.held(operator_id)
    before = {name: True for name in ("blocked", "deleted") if getattr(target, f"{name}_at")}
    if not before:
        return
    guarding.in_reach(target)
    if target.base != ADMINISTRATOR:
        licence.seat()
    with one_address_one_person():
        _set.run(id=operator_id, blocked_at=None, deleted_at=None)
    emit(OperatorRestored(operator_id=operator_id, subject=_name(target), before=before,
                          after=dict.fromkeys(before, False)))


def _name(target: Row) -> str:
    return full_name(target.first_name, target.last_name)


def _leaver(operator_id: int) -> Row:
    target = guarding.held(operator_id)
    if target.id == operator().id:
        raise Refused(_("You cannot shut yourself out: ask another administrator"))
    if not target.deleted_at and not target.blocked_at:
        guarding.not_the_last(target)
    return target


def _checked(chats: str) -> str:
    """Nobody who is gone keeps chats."""
    if chats == "keep":
        raise Refused(_("Choose who gets the open chats"), "to")
    return chats
