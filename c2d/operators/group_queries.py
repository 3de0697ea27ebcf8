"""Operator groups, as the settings show them."""

from collections.abc import Set
from dataclasses import dataclass, field

from c2d.core.errors import NotFound
from c2d.core.sql import Row, scoped
from c2d.core.text import fold, full_name, staff_initials
from c2d.operators import people
from c2d.operators.profile import hue_of
from c2d.operators.status_display import CHOSEN, dot, label
from c2d.roles import builtin

MOST = 30  # people to choose from at once: of more one looks for somebody
_groups = scoped("""
    SELECT g.id, g.name,
        (SELECT count(*) FROM group_members m JOIN operators o ON o.company_id = m.company_id AND o.id = m.operator_id
         WHERE m.company_id = g.company_id AND m.group_id = g.id AND o.deleted_at IS NULL) AS members,
        ARRAY(SELECT h.transport FROM group_channels c JOIN channels h ON h.company_id = c.company_id AND h.id = c.channel_id
              WHERE c.company_id = g.company_id AND c.group_id = g.id ORDER BY h.id) AS transports,
        ARRAY(SELECT h.name FROM group_channels c JOIN channels h ON h.company_id = c.company_id AND h.id = c.channel_id
              WHERE c.company_id = g.company_id AND c.group_id = g.id ORDER BY h.id) AS channels
    FROM operator_groups g WHERE g.company_id = %(company)s""")
_people_of = scoped("""
    SELECT m.group_id, o.id, o.first_name, o.last_name, m.skill FROM group_members m
    JOIN operators o ON o.company_id = m.company_id AND o.id = m.operator_id
    WHERE m.company_id = %(company)s AND o.deleted_at IS NULL ORDER BY m.skill DESC, lower(o.first_name), o.id""")
_group = scoped("SELECT id, name FROM operator_groups WHERE company_id = %(company)s AND id = %(id)s")
_PERSON = """o.id, o.first_name, o.last_name, o.email, r.base AS role, r.name AS role_name, o.blocked_at IS NOT NULL AS blocked,
           s.key, s.name AS status_name, s.hue AS status_hue"""
_FROM = f"JOIN roles r ON r.company_id = o.company_id AND r.id = o.role_id {CHOSEN}"
_in_group = scoped(f"""
    SELECT {_PERSON}, m.skill FROM group_members m
    JOIN operators o ON o.company_id = m.company_id AND o.id = m.operator_id {_FROM}
    WHERE m.company_id = %(company)s AND m.group_id = %(group)s AND o.deleted_at IS NULL""")  # noqa: S608 our own text
_ORDER = "ORDER BY o.id = ANY(%(ticked)s) DESC, lower(o.first_name), lower(o.last_name), o.id"
# Roles and statuses are looked up for those who are shown, not for everybody who could be.
_outside = scoped(f"""
    SELECT {_PERSON}, 0 AS skill FROM (
        SELECT o.* FROM operators o
        WHERE o.company_id = %(company)s AND o.deleted_at IS NULL AND o.blocked_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM group_members m
            WHERE m.company_id = o.company_id AND m.group_id = %(group)s AND m.operator_id = o.id)
          AND (o.id = ANY(%(ticked)s) OR %(everybody)s OR {people.FOUND})
        {_ORDER} LIMIT %(most)s) o {_FROM} {_ORDER}""")  # noqa: S608 our own text
_channels = scoped("""
    SELECT h.id, h.name, h.account, h.transport, g.group_id IS NOT NULL AS served FROM channels h
    LEFT JOIN group_channels g ON g.company_id = h.company_id AND g.channel_id = h.id AND g.group_id = %(group)s
    WHERE h.company_id = %(company)s ORDER BY h.id""")


@dataclass(frozen=True)
class Person:
    """A member, or somebody who could become one (skill 0)."""

    id: int
    name: str
    initials: str
    hue: int
    email: str
    role: str
    blocked: bool
    status: str
    presence: str
    skill: int


@dataclass(frozen=True)
class Listed:
    """A line of the list of groups. Channels are (transport, name)."""

    id: int
    name: str
    members: int
    people: list[tuple[str, int]] = field(default_factory=list)
    channels: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    id: int
    name: str
    members: list[Person]
    channels: list[Row]


def listed(sort: str, descending: bool) -> list[Listed]:
    """By 'name' or by the number of 'members'."""
    names: dict[int, list[tuple[str, int]]] = {}
    for row in _people_of.all():
        names.setdefault(row.group_id, []).append((full_name(row.first_name, row.last_name), row.skill))
    found = [Listed(row.id, row.name, row.members, names.get(row.id, []), list(zip(row.transports, row.channels, strict=True)))
             for row in _groups.all()]
    found.sort(key=lambda group: fold(group.name))
    return _sorted(found, (lambda g: g.members) if sort == "members" else (lambda g: fold(g.name)), descending)


def group(group_id: int, sort: str = "name", descending: bool = False) -> Group:
    """One group with its members by 'name', 'skill' or 'role'. NotFound for none."""
    row = _group.first(id=group_id)
    if row is None:
        raise NotFound()
    members = sorted(map(_person, _in_group.all(group=group_id)), key=lambda p: fold(p.name))
    keys = {"skill": lambda p: p.skill, "role": lambda p: fold(p.role)}
    members = _sorted(members, keys.get(sort, lambda p: fold(p.name)), descending)
    return Group(row.id, row.name, members, _channels.all(group=group_id))


def to_add(group_id: int, q: str, ticked: Set[int] = frozenset()) -> tuple[list[Person], bool]:
    """Who can be added: those who are ticked already, and the first MOST whose name or address holds every word.

    And whether there are more of them.
    """
    most = MOST + len(ticked)
    rows = _outside.all(group=group_id, ticked=list(ticked), everybody=not fold(q).split(), most=most + 1, **people.looked_for(q))
    found = sorted(rows[:most], key=lambda row: (row.first_name.lower(), row.last_name.lower(), row.id))
    return [_person(row) for row in found], len(rows) > most


def _sorted(found: list, key, descending: bool) -> list:
    return sorted(found, key=key, reverse=descending)


def _person(row: Row) -> Person:
    return Person(
        row.id, full_name(row.first_name, row.last_name), staff_initials(row.first_name, row.last_name),
        hue_of(row.id), row.email, builtin.label(row.role, row.role_name), row.blocked, label(row.key, row.status_name),
        dot(row.key, row.status_hue), row.skill,
    )
