"""What an administrator does to roles: rights on and off, and the company's own roles made, renamed and deleted."""

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from c2d.core.audit import changed
from c2d.core.db import db
from c2d.core.errors import NotFound, Refused
from c2d.core.events import emit
from c2d.core.permissions import registry
from c2d.core.sql import scoped
from c2d.core.text import one_line
from c2d.roles import builtin, queries
from c2d.roles.events import RoleAdded, RoleChanged, RoleDeleted, RoleRenamed
from c2d.roles.grants import base_of
from c2d.roles.models import Role, RoleGrant

MOST, LONGEST = 10, 60

# Those who add at the same time come one after the other; what only refers to the company goes on.
_queue_up = scoped("SELECT id FROM companies WHERE id = %(company)s FOR NO KEY UPDATE")
_grant = scoped("""
    INSERT INTO role_grants (company_id, role_id, permission, allowed)
    VALUES (%(company)s, %(role)s, %(permission)s, %(allowed)s)
    ON CONFLICT (company_id, role_id, permission) DO UPDATE SET allowed = excluded.allowed""")


def add(name: str, like: int | None = None) -> int:
    """A new role with the rights that the role `like` has now, or none; its id."""
    _queue_up.run()
    if db.session.scalar(select(func.count()).select_from(Role).where(Role.name.is_not(None))) >= MOST:
        raise Refused(_("A company has at most %(num)s roles of its own", num=MOST), "name")
    rights = _rights(like)
    role = Role(name=_checked(name), base=base_of(rights))
    db.session.add(role)
    _flush()
    db.session.add_all(RoleGrant(role_id=role.id, permission=right, allowed=True) for right in rights)
    emit(RoleAdded(role_id=role.id, subject=name_of(role),
                   after={"name": role.name, "base": role.base, "permissions": sorted(rights)}))
    return role.id


def rename(role_id: int, name: str) -> None:
    role = _locked(role_id)[role_id]
    before, after = changed({"name": role.name}, {"name": _checked(name)})
    if after:
        role.name = after["name"]
        _flush()
        emit(RoleRenamed(role_id=role_id, subject=role.name, before=before, after=after))


def switch(role_id: int, permission: str, on: bool) -> bool:
    """Give or take one right; False when it was so already. Raises NotFound for a right that nobody declared."""
    if registry.get(permission) is None:
        raise NotFound()
    role = _locked(role_id, built_in=True)[role_id]
    now = queries.get(role_id)
    if now.locked:
        raise Refused(_("An administrator always has every right"))
    if (permission in now.permissions) == on:
        return False
    _grant.run(role=role_id, permission=permission, allowed=on)
    after = now.permissions | {permission} if on else now.permissions - {permission}
    base = base_of(after) if now.custom else role.base
    before, after = changed({permission: not on, "base": role.base}, {permission: on, "base": base})
    role.base = base
    emit(RoleChanged(role_id=role_id, subject=now.label, before=before, after=after))
    return True


def delete(role_id: int, move_to: int | None) -> None:
    """Its operators get the role `move_to`, which must be named as long as there are any."""
    locked = _locked(role_id, move_to)
    role, used = locked[role_id], queries.get(role_id).people
    target = locked.get(move_to) if move_to != role_id else None
    if target is None and (used or move_to is not None):
        raise Refused(_("Choose the role that its operators get"), "move_to")
    if target is None:
        target = db.session.scalars(select(Role).where(Role.base == role.base, Role.name.is_(None))).one()
    emit(RoleDeleted(role_id=role_id, moved_to=target.id, subject=name_of(role),
                     before={"name": role.name}, after={"moved_to": name_of(target)} if used else {}))
    db.session.delete(role)


def name_of(role: Role) -> str:
    return builtin.label(role.base, role.name)


def _rights(like: int | None) -> frozenset[str]:
    if like is None:
        return frozenset()
    try:
        return queries.get(like).permissions
    except NotFound:
        raise Refused(_("There is no such role any more"), "like") from None


def _checked(name: str) -> str:
    name = one_line(name, LONGEST + 1)
    if not name:
        raise Refused(_("Give the role a name"), "name")
    if len(name) > LONGEST:
        raise Refused(_("At most %(num)s characters fit", num=LONGEST), "name")
    if name.casefold() in {builtin.label(base).casefold() for base in builtin.BASES}:
        raise Refused(_("There is a role of this name already"), "name")
    return name


def _locked(*role_ids: int | None, built_in: bool = False) -> dict[int, Role]:
    """The rows, in the order of their ids so that nobody waits crosswise. Raises NotFound without the first."""
    query = select(Role).where(Role.id.in_([id for id in role_ids if id])).order_by(Role.id)
    found = db.session.scalars(query.with_for_update(key_share=built_in).execution_options(populate_existing=True))
    rows = {role.id: role for role in found}
    if role_ids[0] not in rows or (rows[role_ids[0]].name is None and not built_in):
        raise NotFound()
    return rows


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(_("There is a role of this name already"), "name") from None
