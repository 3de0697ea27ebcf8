"""The groups that an operator belongs to and the channels that they may serve."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from c2d.core.errors import Refused
from c2d.core.sql import Row, scoped

DEFAULT_SKILL, MAX_SKILL = 50, 100
_groups = scoped("""
    SELECT g.id, g.name, m.skill FROM operator_groups g
    LEFT JOIN group_members m ON m.company_id = g.company_id AND m.group_id = g.id AND m.operator_id = %(operator)s
    WHERE g.company_id = %(company)s ORDER BY lower(g.name), g.id""")
_leave = scoped("DELETE FROM group_members WHERE company_id = %(company)s AND operator_id = %(operator)s")
_join = scoped("""
    INSERT INTO group_members (company_id, group_id, operator_id, skill)
    SELECT %(company)s, t.group_id, %(operator)s, t.skill
    FROM unnest(%(groups)s::bigint[], %(skills)s::int[]) AS t(group_id, skill)""")
_channels = scoped("""
    SELECT h.id, h.name, h.transport, o.operator_id IS NOT NULL AS chosen FROM channels h
    LEFT JOIN operator_channels o ON o.company_id = h.company_id AND o.channel_id = h.id AND o.operator_id = %(operator)s
    WHERE h.company_id = %(company)s ORDER BY lower(h.name), h.id""")
_forget = scoped("DELETE FROM operator_channels WHERE company_id = %(company)s AND operator_id = %(operator)s")
_serve = scoped("""
    INSERT INTO operator_channels (company_id, operator_id, channel_id)
    SELECT %(company)s, %(operator)s, unnest(%(channels)s::bigint[])""")


def groups(operator_id: int) -> list[Row]:
    """All groups; `skill` is None where the operator is no member."""
    return _groups.all(operator=operator_id)


def channels(operator_id: int) -> list[Row]:
    """All channels; `chosen` are those the operator is restricted to."""
    return _channels.all(operator=operator_id)


def set_groups(operator_id: int, skills: Mapping[int, int]) -> tuple[dict, dict]:
    """Replace the groups; returns {name: skill} before and after. Refused("groups") for a group of nobody's."""
    known = {row.id: row for row in groups(operator_id)}
    if not set(skills) <= set(known):
        raise Refused(_("Choose groups from the list"), "groups")
    if any(not 1 <= skill <= MAX_SKILL for skill in skills.values()):
        raise Refused(_("Skill is a number from 1 to %(most)s", most=MAX_SKILL), "groups")
    before = {row.name: row.skill for row in known.values() if row.skill is not None}
    after = {known[id].name: skills[id] for id in known if id in skills}
    if before != after:
        _leave.run(operator=operator_id)
        _join.run(operator=operator_id, groups=list(skills), skills=list(skills.values()))
    return before, after


def set_channels(operator_id: int, channel_ids: Sequence[int]) -> tuple[list[str], list[str]]:
    """Replace the restriction; returns the names before and after. Refused("channels") for a foreign one."""
    known, wanted = channels(operator_id), set(channel_ids)
    if not wanted <= {row.id for row in known}:
        raise Refused(_("Choose channels from the list"), "channels")
    before, after = [row.name for row in known if row.chosen], [row.name for row in known if row.id in wanted]
    if {row.id for row in known if row.chosen} != wanted:
        _forget.run(operator=operator_id)
        _serve.run(operator=operator_id, channels=sorted(wanted))
    return before, after
