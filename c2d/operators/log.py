"""What an operator did, and what was done to them, from the audit log; the newest first."""

import json
from dataclasses import dataclass

from flask_babel import gettext as _

from c2d.core.paging import from_cursor, to_cursor
from c2d.core.sql import Row, scoped
from c2d.core.text import N_
from c2d.roles import builtin

PAGE_SIZE = 50
# Each half reads its first rows from an index of its own; together they could not.
_page = scoped("""
    SELECT * FROM (
        (SELECT * FROM audit_records WHERE company_id = %(company)s AND actor_id = %(id)s AND id < %(before)s
         ORDER BY id DESC LIMIT %(limit)s)
        UNION
        (SELECT * FROM audit_records WHERE company_id = %(company)s AND subject_kind = 'operator' AND subject_id = %(id)s
         AND id < %(before)s ORDER BY id DESC LIMIT %(limit)s)) a
    ORDER BY id DESC LIMIT %(limit)s""".replace("SELECT *", "SELECT id, at, kind, actor_id, actor_name, staff_name, ip,"
                                               " subject_kind, subject_id, subject, before::text, after::text"))
KINDS = {
    "operator_added": N_("Operator added"), "operator_changed": N_("Operator changed"),
    "operator_access_changed": N_("Access of an operator changed"), "operator_blocked": N_("Operator blocked"),
    "operator_restored": N_("Operator restored"), "operator_deleted": N_("Operator deleted"),
    "invitation_sent": N_("Invitation sent"), "invitation_accepted": N_("Invitation accepted"),
    "role_changed": N_("Rights of a role changed"),
}


FIELDS = {
    "first_name": N_("First name"), "last_name": N_("Last name"), "email": N_("E-mail"), "phone": N_("Phone"),
    "locale": N_("Language"), "role": N_("Role"), "read_only": N_("Read only"), "new_chats": N_("New chats"),
    "channels": N_("Channels"), "groups": N_("Groups"), "dialog_limit": N_("Chat limit"), "blocked": N_("Blocked"),
    "deleted": N_("Deleted"), "chats": N_("Open chats"),
}


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    cursor: str | None


def page(operator_id: int, cursor: str | None) -> Page:
    key = from_cursor(cursor, 1)
    before = key[0] if key and isinstance(key[0], int) and 0 < key[0] < 2**62 else 2**62
    rows = _page.all(id=operator_id, before=before, limit=PAGE_SIZE + 1)
    return Page(rows[:PAGE_SIZE], to_cursor(rows[PAGE_SIZE - 1].id) if len(rows) > PAGE_SIZE else None)


def kind_label(kind: str) -> str:
    return _(KINDS[kind]) if kind in KINDS else kind.replace("_", " ")


def changes(row: Row) -> list[tuple[str, str, str]]:
    """(field, what it was, what it is) of a record, in words where there are some."""
    before, after = json.loads(row.before), json.loads(row.after)
    return [(_(FIELDS[key]) if key in FIELDS else key, _said(before.get(key)), _said(value)) for key, value in after.items()]


def _said(value) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return ", ".join(f"{name} ({said})" for name, said in value.items()) or "—"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "—"
    if value in builtin.BASES:
        return builtin.label(value)
    return "—" if value in (None, "") else str(value)
