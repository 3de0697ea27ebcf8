"""What the pages of operators show."""

from collections.abc import Mapping
from types import SimpleNamespace

from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.current import can, operator
from c2d.core.sql import Row, scoped
from c2d.core.text import full_name, staff_initials, whole_number
from c2d.operators import guarding, leaving, memberships
from c2d.operators.profile import hue_of
from c2d.operators.queries import colleagues
from c2d.operators.standing import STANDS
from c2d.operators.status_display import dot
from c2d.roles import builtin

DATA = ("first_name", "last_name", "email", "phone", "locale")
_sessions = scoped(f"""
    SELECT count(*) FROM login_sessions s
    JOIN operators o ON o.company_id = s.company_id AND o.id = s.operator_id JOIN companies c ON c.id = s.company_id
    WHERE s.company_id = %(company)s AND s.operator_id = %(id)s AND {STANDS}""")  # noqa: S608
_second_factor = scoped("SELECT totp_on_at IS NOT NULL FROM operators WHERE company_id = %(company)s AND id = %(id)s")


def head(operator_id: int) -> SimpleNamespace:
    """As operators/_person.html takes it. Raises NotFound."""
    return _head(guarding.person(operator_id))


def page(operator_id: int, typed: Mapping[str, str] | None, section: str) -> dict:
    """Everything on an operator's page; `typed` is what a refused form of a section held."""
    row = guarding.person(operator_id)
    typed = typed or {}
    return {
        "person": _head(row), "data": _data(row, typed if section == "data" else {}),
        "role_id": whole_number(typed.get("role_id")) if section == "role" else row.role_id,
        "roles": _roles(row), "groups": _groups(operator_id, typed if section == "groups" else None),
        "channels": memberships.channels(operator_id), "sessions": _sessions.value(id=operator_id, now=now()),
        "second_factor": _second_factor.value(id=operator_id),
        "limit": typed.get("dialog_limit") if section == "limit" else row.dialog_limit,
        "may": can("operators.manage") and guarding.may_manage(row) and not operator().looks_only,
        "access_closed": row.id == operator().id and not operator().is_administrator,
    }


def departure(operator_id: int, how: str) -> dict:
    """As operators/_departure.html takes it."""
    person = head(operator_id)
    title = _("Delete the operator") if how == "delete" else _("Block the operator")
    others = [(f"operator:{one.id}", one.full_name) for one in colleagues() if one.id != operator_id]
    return {
        "title": title, "how": how, "person": person, "open_chats": leaving.open_chats(operator_id), "colleagues": others,
        "groups": [(f"group:{row.id}", row.name) for row in leaving.groups()],
    }


def _head(row: Row) -> SimpleNamespace:
    name = full_name(row.first_name, row.last_name)
    return SimpleNamespace(
        id=row.id, name=name, email=row.email, role=builtin.label(row.base, row.role_name), hue=hue_of(row.id),
        initials=staff_initials(row.first_name, row.last_name), presence=dot(row.status_key, row.status_hue),
        blocked_at=row.blocked_at, deleted_at=row.deleted_at, invited_at=row.invited_at, created_at=row.created_at,
        read_only=row.read_only, new_chats=row.new_chats, mine=row.id == operator().id, waiting=not row.has_password,
    )


def _data(row: Row, typed: Mapping[str, str]) -> dict[str, str]:
    return {name: typed.get(name, getattr(row, name)) for name in DATA}


def _roles(row: Row) -> list[tuple[int, str]]:
    """Those that may be given, and the one that is there."""
    found = {role.id: builtin.label(role.base, role.name) for role in guarding.givable()}
    return list({**found, row.role_id: builtin.label(row.base, row.role_name)}.items())


def _groups(operator_id: int, typed) -> list[SimpleNamespace]:
    chosen = set(typed.getlist("group")) if typed else None
    return [
        SimpleNamespace(id=row.id, name=row.name,
                        member=row.skill is not None if chosen is None else str(row.id) in chosen,
                        skill=(typed or {}).get(f"skill_{row.id}") or row.skill or memberships.DEFAULT_SKILL)
        for row in memberships.groups(operator_id)
    ]
