"""An administrator looks at the program with the rights of another role, in one login session."""

from sqlalchemy import select

from c2d.core.current import operator
from c2d.core.db import db
from c2d.core.errors import NotFound
from c2d.core.events import Event, emit
from c2d.core.permissions import ADMINISTRATOR
from c2d.core.sql import scoped
from c2d.roles.builtin import label
from c2d.roles.models import Role
from c2d.sessions.events import PreviewEnded, PreviewStarted

_begin = scoped("""
    UPDATE login_sessions SET preview_role_id = %(role)s
    WHERE company_id = %(company)s AND id = %(id)s AND preview_role_id IS DISTINCT FROM %(role)s""")
_end = scoped("""
    UPDATE login_sessions s SET preview_role_id = NULL FROM roles r
    WHERE s.company_id = %(company)s AND r.company_id = s.company_id AND r.id = s.preview_role_id
      AND (s.id = %(id)s OR r.id = %(role)s)
    RETURNING s.id, s.operator_id, r.id AS role_id, r.base, r.name""")


def begin(role_id: int) -> None:
    """From the next request on this session has the rights of the role and changes nothing."""
    query = select(Role).where(Role.id == role_id, Role.base != ADMINISTRATOR)
    role = db.session.scalars(query.with_for_update(read=True, key_share=True)).one_or_none()
    if role is None:
        raise NotFound()
    session_id = operator().login_session_id
    if _begin.count(role=role_id, id=session_id):
        emit(PreviewStarted(operator_id=operator().id, login_session_id=session_id, role_id=role_id,
                            subject=label(role.base, role.name)))


def end() -> None:
    """This session has its operator's own rights again."""
    _ended(id=operator().login_session_id, role=None)


def end_of_role(fact: Event) -> None:
    """The role is going: nobody looks with its rights any more."""
    _ended(id=None, role=fact.role_id)


def _ended(**which) -> None:
    for row in _end.all(**which):
        emit(PreviewEnded(operator_id=row.operator_id, login_session_id=row.id, role_id=row.role_id,
                          subject=label(row.base, row.name)))
