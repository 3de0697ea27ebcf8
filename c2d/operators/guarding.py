"""Who may do what to which operator: rules that no single right can say."""

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _

from c2d.core.current import operator
from c2d.core.errors import Forbidden, NotFound, Refused
from c2d.core.permissions import ADMINISTRATOR
from c2d.core.sql import Row, scoped
from c2d.operators import licence, memberships
from c2d.operators.queries import WORKS
from c2d.operators.status_display import CHOSEN
from c2d.roles.grants import CHANGES, effective

_person = f"""
    SELECT o.id, o.role_id, o.email, o.first_name, o.last_name, o.phone, o.locale, o.read_only, o.new_chats, o.dialog_limit,
           s.key AS status_key, s.hue AS status_hue, o.created_at,
           o.blocked_at, o.deleted_at, o.password_hash IS NOT NULL AS has_password,
           r.base, r.name AS role_name, {CHANGES} AS changes,
           (SELECT array_agg(h.channel_id) FROM operator_channels h
            WHERE h.company_id = o.company_id AND h.operator_id = o.id) AS channel_ids,
           (SELECT max(i.created_at) FROM operator_invitations i
            WHERE i.company_id = o.company_id AND i.operator_id = o.id AND i.accepted_at IS NULL
              AND o.password_hash IS NULL) AS invited_at
    FROM operators o JOIN roles r ON r.company_id = o.company_id AND r.id = o.role_id {CHOSEN}
    WHERE o.company_id = %(company)s AND o.id = %(id)s"""  # noqa: S608
_read = scoped(_person)
_lock = scoped(_person + " FOR NO KEY UPDATE OF o")
_roles = scoped(f"""
    SELECT r.id, r.base, r.name, {CHANGES} AS changes FROM roles r WHERE r.company_id = %(company)s
    ORDER BY r.name IS NOT NULL, array_position(ARRAY['operator', 'supervisor', 'administrator'], r.base::text),
             lower(r.name), r.id""")  # noqa: S608
_other_administrators = scoped(f"""
    SELECT count(*) FROM operators o JOIN roles r ON r.company_id = o.company_id AND r.id = o.role_id
    WHERE o.company_id = %(company)s AND r.base = 'administrator' AND o.id <> %(id)s AND {WORKS}""")  # noqa: S608


@dataclass(frozen=True)
class Role:
    """A role with the rights it holds."""

    id: int
    base: str
    name: str | None
    rights: frozenset[str]


def roles() -> list[Role]:
    return [_role(row.id, row.base, row.name, row.changes) for row in _roles.all()]


def givable() -> list[Role]:
    """The roles that the signed-in operator may give to somebody."""
    return [role for role in roles() if may_give(role)]


def may_give(role: Role) -> bool:
    me = operator()
    return me.is_administrator or (role.base != ADMINISTRATOR and role.rights <= me.permissions)


def role_of(person: Row) -> Role:
    return _role(person.role_id, person.base, person.role_name, person.changes)


def chosen_role(role_id: int | None) -> Role:
    """The role that a form names. Refused when there is none, or it is not the reader's to give."""
    found = next((role for role in roles() if role.id == role_id), None)
    if found is None:
        raise Refused(_("Choose a role from the list"), "role_id")
    if not may_give(found):
        raise Forbidden(_("You cannot give a role with rights that you do not have"))
    return found


def person(operator_id: int) -> Row:
    """An operator of the company, deleted ones too. Raises NotFound."""
    found = _read.first(id=operator_id)
    if found is None:
        raise NotFound()
    return found


def may_manage(target: Row) -> bool:
    return operator().is_administrator or target.base != ADMINISTRATOR


def held(operator_id: int) -> Row:
    """The operator locked for a change that the reader may make. Raises NotFound, Forbidden."""
    licence.hold()
    found = _lock.first(id=operator_id)
    if found is None:
        raise NotFound()
    if not may_manage(found):
        raise Forbidden(_("Only an administrator may change an administrator"))
    return found


def not_oneself(operator_id: int) -> None:
    """Nobody but an administrator widens or narrows their own access."""
    me = operator()
    if me.id == operator_id and not me.is_administrator:
        raise Forbidden(_("You cannot change your own access"))


def in_reach(target: Row) -> None:
    """Whoever could sign in in somebody's place must have the same rights already."""
    me = operator()
    if not me.is_administrator and not (role_of(target).rights <= me.permissions and _serves(target.channel_ids)):
        raise Forbidden(_("This operator has rights that you do not have"))


def may_serve(channel_ids: Collection[int]) -> None:
    """Whoever is restricted to channels lets nobody see those of others. None of them would be all."""
    if not operator().is_administrator and not _serves(channel_ids or None):
        raise Forbidden(_("You can give only the channels that you have yourself"))


def no_more_channels(operator_id: int) -> None:
    """Somebody new is restricted to the channels of who adds them."""
    me = operator()
    if me.channel_ids and not me.is_administrator:
        memberships.set_channels(operator_id, me.channel_ids)


def _serves(channel_ids: Collection[int] | None) -> bool:
    """Is what somebody with these channels sees the signed-in operator's to see?"""
    mine = operator().channel_ids
    return mine is None or (channel_ids is not None and set(channel_ids) <= set(mine))


def not_the_last(target: Row) -> None:
    """Refused when no other administrator could do anything; `held` must have been asked before."""
    if target.base == ADMINISTRATOR and not _other_administrators.value(id=target.id):
        raise Refused(_("This is the last administrator: make somebody else one first"))


def _role(id: int, base: str, name: str | None, changes: dict | None) -> Role:
    return Role(id, base, name, effective(base, changes, name is not None))
