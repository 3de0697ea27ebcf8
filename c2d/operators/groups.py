"""Operator groups: who is in them, how skilled, and which channels they serve.

Each change says one thing (a member in, a member out, a skill, a channel), so that two administrators at the same list
do not undo each other.
"""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from c2d.core.db import db
from c2d.core.errors import Conflict, NotFound, Refused
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.operators.events import GroupAdded, GroupChanged, GroupDeleted
from c2d.operators.models import OperatorGroup

_members = scoped("""
    SELECT trim(o.first_name || ' ' || o.last_name) AS name, m.skill FROM group_members m
    JOIN operators o ON o.company_id = m.company_id AND o.id = m.operator_id
    WHERE m.company_id = %(company)s AND m.group_id = %(group)s AND o.deleted_at IS NULL ORDER BY lower(o.first_name), o.id""")
_channels = scoped("""
    SELECT h.name FROM group_channels g JOIN channels h ON h.company_id = g.company_id AND h.id = g.channel_id
    WHERE g.company_id = %(company)s AND g.group_id = %(group)s ORDER BY h.id""")
# Held until the commit: nobody is blocked or deleted between the look and the row.
_there = scoped("""
    SELECT id FROM operators WHERE company_id = %(company)s AND id = ANY(%(ids)s)
      AND deleted_at IS NULL AND blocked_at IS NULL ORDER BY id FOR SHARE""")
_add_members = scoped("""
    INSERT INTO group_members (company_id, group_id, operator_id, skill)
    SELECT %(company)s, %(group)s, id, %(skill)s FROM unnest(%(ids)s::bigint[]) AS id ON CONFLICT DO NOTHING""")
_known = scoped("SELECT 1 FROM operators WHERE company_id = %(company)s AND id = %(id)s")
_skill = scoped("""
    SELECT skill FROM group_members
    WHERE company_id = %(company)s AND group_id = %(group)s AND operator_id = %(operator)s FOR UPDATE""")
_set_skill = scoped("""
    UPDATE group_members SET skill = %(skill)s
    WHERE company_id = %(company)s AND group_id = %(group)s AND operator_id = %(operator)s""")
_remove = scoped("""
    DELETE FROM group_members
    WHERE company_id = %(company)s AND group_id = %(group)s AND operator_id = %(operator)s""")
_serve = scoped("""
    INSERT INTO group_channels (company_id, group_id, channel_id)
    SELECT company_id, %(group)s, id FROM channels WHERE company_id = %(company)s AND id = ANY(%(ids)s)
    ON CONFLICT DO NOTHING""")
_leave = scoped("""
    DELETE FROM group_channels
    WHERE company_id = %(company)s AND group_id = %(group)s AND channel_id = ANY(%(ids)s)""")
_with_others = scoped("""
    SELECT g.id, g.name FROM operator_groups g WHERE g.company_id = %(company)s AND EXISTS (
        SELECT 1 FROM group_members m JOIN operators o ON o.company_id = m.company_id AND o.id = m.operator_id
        WHERE m.company_id = g.company_id AND m.group_id = g.id AND o.id <> %(me)s
          AND o.deleted_at IS NULL AND o.blocked_at IS NULL AND NOT o.read_only)
    ORDER BY lower(g.name)""")


def with_others(operator_id: int) -> list[tuple[int, str]]:
    """(id, name) of the groups in which somebody else could take over."""
    return [(row.id, row.name) for row in _with_others.all(me=operator_id)]


def add(name: str) -> int:
    """An empty group. Refused when there is one of this name."""
    group = OperatorGroup(name=name)
    db.session.add(group)
    _flush()
    emit(GroupAdded(group_id=group.id, subject=name, before={}, after={"name": name}))
    return group.id


def rename(group_id: int, name: str) -> None:
    group = locked(group_id)
    if group.name != name:
        before, group.name = group.name, name
        _flush()
        emit(GroupChanged(group_id=group.id, subject=name, before={"name": before}, after={"name": name}))


def delete(group_id: int) -> None:
    """The group goes with its list of members; the people and the channels stay."""
    group = locked(group_id)
    before = {"name": group.name, **_facts(group.id)}
    db.session.delete(group)
    db.session.flush()
    emit(GroupDeleted(group_id=group_id, subject=group.name, before=before, after={}))


def add_members(group_id: int, operator_ids: Iterable[int], skill: int) -> None:
    """Those who are in it already keep their skill. Refused when somebody cannot be chosen (any more)."""
    group, wanted = locked(group_id), sorted(set(operator_ids))
    if not wanted:
        raise Refused(_("Choose whom to add"), "operator_id")
    if len(_there.all(ids=wanted)) != len(wanted):
        raise Refused(_("Choose operators from the list"), "operator_id")
    _change(group, lambda: _add_members.run(group=group_id, ids=wanted, skill=skill))


def set_skill(group_id: int, operator_id: int, skill: int, was: int | None = None) -> None:
    """`was`: the skill that the person who changes it saw. Conflict when it is another one by now, or nobody's."""
    group = _group_and(group_id, operator_id)
    found = _skill.value(group=group_id, operator=operator_id)
    if found is None:
        raise Conflict(_("This operator is not in the group any more"))
    if was is not None and found not in (was, skill):
        raise Conflict(_("Somebody has set the skill to %(num)s meanwhile", num=found))
    _change(group, lambda: _set_skill.run(group=group_id, operator=operator_id, skill=skill))


def remove_member(group_id: int, operator_id: int) -> None:
    """Who is out already stays out."""
    group = _group_and(group_id, operator_id)
    _change(group, lambda: _remove.run(group=group_id, operator=operator_id))


def serve(group_id: int, more: Iterable[int], fewer: Iterable[int]) -> None:
    """Tick channels and untick others; what somebody else ticked meanwhile stays."""
    group = locked(group_id)

    def work() -> None:
        _serve.run(group=group_id, ids=list(more))
        _leave.run(group=group_id, ids=list(fewer))

    _change(group, work)


def locked(group_id: int) -> OperatorGroup:
    """The group, held until the commit: changes of one group come one after the other."""
    query = select(OperatorGroup).where(OperatorGroup.id == group_id).with_for_update(key_share=True)
    found = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def _group_and(group_id: int, operator_id: int) -> OperatorGroup:
    """The group, locked. NotFound also when there is no such operator."""
    found = locked(group_id)
    if _known.first(id=operator_id) is None:
        raise NotFound()
    return found


def _change(group: OperatorGroup, work) -> None:
    """Do it, and tell what is different now."""
    before = _facts(group.id)
    work()
    after = _facts(group.id)
    differ = [key for key in after if before[key] != after[key]]
    if differ:
        emit(GroupChanged(group_id=group.id, subject=group.name, before={k: before[k] for k in differ},
                          after={k: after[k] for k in differ}))


def _facts(group_id: int) -> dict:
    """Who is in it and what it serves, by name and skill: what the audit log keeps."""
    return {"members": [f"{row.name} ({row.skill})" for row in _members.all(group=group_id)],
            "channels": [row.name for row in _channels.all(group=group_id)]}


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(_("There is a group of this name already"), "name") from None
