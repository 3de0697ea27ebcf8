"""The audit log in the reader's words: what each kind, field and value is called.

One catalogue for the events of every slice: a slice names kinds and fields in its events, here they get their labels.
What has none is shown by its own name.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from c2d.core import veil
from c2d.core.i18n import when
from c2d.core.permissions import registry
from c2d.core.text import N_

KINDS = {
    "settings_changed": N_("Basic settings changed"),
    "security_changed": N_("Security settings changed"),
    "blacklist_reply_changed": N_("Automatic reply to blocked clients changed"),
    "audit_exported": N_("Audit log exported"),
    "licence_changed": N_("Licence changed"),
    "signed_in": N_("Signed in"),
    "signed_out": N_("Signed out"),
    "session_terminated": N_("Session ended"),
    "password_changed": N_("Password changed"),
    "second_factor_on": N_("Second factor switched on"),
    "second_factor_off": N_("Second factor switched off"),
    "second_factor_reset": N_("Second factor reset by an administrator"),
    "recovery_codes_made": N_("New recovery codes made"),
    "recovery_code_used": N_("Signed in with a recovery code"),
    "technical_access_granted": N_("Technical access granted"),
    "technical_access_started": N_("Technical access begun"),
    "technical_access_ended": N_("Technical access ended"),
    "technical_request": N_("Action by technical access"),
    "role_added": N_("Role added"),
    "role_changed": N_("Rights of a role changed"),
    "role_renamed": N_("Role renamed"),
    "role_deleted": N_("Role deleted"),
    "preview_started": N_("Preview of a role begun"),
    "preview_ended": N_("Preview of a role ended"),
    "operator_added": N_("Operator added"),
    "operator_changed": N_("Operator's data changed"),
    "operator_access_changed": N_("Operator's access changed"),
    "invitation_sent": N_("Invitation sent"),
    "invitation_accepted": N_("Invitation accepted"),
    "operator_email_changed": N_("Operator's e-mail changed"),
    "operator_blocked": N_("Operator blocked"),
    "operator_restored": N_("Operator restored"),
    "operator_deleted": N_("Operator deleted"),
    "group_added": N_("Operator group added"),
    "group_changed": N_("Operator group changed"),
    "group_deleted": N_("Operator group deleted"),
    "status_rules_changed": N_("Rules of operator statuses changed"),
    "channel_connected": N_("Account connected"),
    "channel_edited": N_("Account changed"),
    "custom_field_added": N_("Field of the card added"),
    "custom_field_changed": N_("Field of the card changed"),
    "custom_field_archived": N_("Field of the card archived"),
    "custom_field_restored": N_("Field of the card restored"),
    "card_blocked": N_("Client blocked"),
    "card_unblocked": N_("Client unblocked"),
}
SUBJECTS = {
    "operator": N_("Operator"), "role": N_("Role"), "group": N_("Operator group"), "status": N_("Operator status"),
    "channel": N_("Account"), "field": N_("Field of the card"), "card": N_("Client"), "login_session": N_("Session"),
    "request": N_("Action by technical access"),
}
FIELDS = {
    "name": N_("Name"), "time_zone": N_("Time zone"), "locale": N_("Language"), "country": N_("Country"),
    "sla_minutes": N_("Answer within, minutes"), "blacklist_reply": N_("Automatic reply"),
    "idle_offline_minutes": N_("Offline after so many idle minutes"), "online_at_login": N_("Online at signing in"),
    "warn_open_chats": N_("Warning about open chats"), "two_factor_required": N_("Second factor required"),
    "password_length": N_("Least length of a password"), "password_mixed": N_("Letters and digits in a password"),
    "session_hours": N_("Session lifetime, hours"), "idle_hours": N_("Session lifetime without activity, hours"),
    "embed_origins": N_("Embedding in other sites"), "licence": N_("Licence"), "seats": N_("Seats"),
    "first_name": N_("First name"), "last_name": N_("Last name"), "full_name": N_("Name"), "email": N_("E-mail"),
    "phone": N_("Phone"), "role": N_("Role"), "base": N_("Base role"), "read_only": N_("Read-only access"),
    "new_chats": N_("New chats"), "dialog_limit": N_("Limit of open chats"), "channels": N_("Accounts"),
    "groups": N_("Operator groups"), "members": N_("Operators"), "operators": N_("Operators"), "skill": N_("Skill"),
    "status": N_("Status"), "hue": N_("Colour"), "counts_online": N_("Counts as online"),
    "for_assignment": N_("Chats are assigned"), "position": N_("Place"), "archived": N_("In the archive"),
    "state": N_("State"), "base_url": N_("Own server"), "credentials": N_("Access data"), "account": N_("Account"),
    "transport": N_("Messenger"), "label": N_("Name"), "kind": N_("Kind"), "choices": N_("Choices"),
    "required": N_("Required"), "roles": N_("Roles"), "reason": N_("Reason"), "until": N_("Until"), "device": N_("Device"),
    "browser": N_("Browser"), "system": N_("System"), "ip": N_("Address"), "minutes": N_("Minutes"),
    "staff_name": N_("Platform's staff"), "method": N_("Method"), "path": N_("Page"), "period": N_("Period"),
    "person": N_("Person"), "action": N_("Action"), "about": N_("About what"), "words": N_("Search"),
    "address": N_("Address"), "place": N_("Place"), "reassigned_to": N_("Chats handed to"), "endpoint": N_("Page"),
    "blocked": N_("Blocked"), "deleted": N_("Deleted"), "chats": N_("Open chats"), "moved_to": N_("Operators moved to"),
    "permissions": N_("Rights"), "session": N_("Session"), "as": N_("In the name of"),
}
VALUES = {
    "state": {"active": N_("works"), "disabled": N_("switched off"), "broken": N_("does not work")},
    "credentials": {"replaced": N_("replaced")},
    "base": {"operator": N_("Operator"), "supervisor": N_("Supervisor"), "administrator": N_("Administrator")},
    "role": {"operator": N_("Operator"), "supervisor": N_("Supervisor"), "administrator": N_("Administrator")},
    "status": {"online": N_("Online"), "away": N_("Break"), "offline": N_("Offline")},
    "kind": {"text": N_("Text"), "number": N_("Number"), "date": N_("Date"), "choice": N_("Choice from a list"),
             "link": N_("Link")},
    "licence": {"registered": N_("by registered operators"), "authorised": N_("by authorised operators")},
    "reason": {
        "password-changed": N_("the password was changed"), "signed-out": N_("signed out"),
        "by-administrator": N_("by an administrator"), "elsewhere": N_("by its owner, on another device"),
        "blocked": N_("the operator was blocked"), "deleted": N_("the operator was deleted"),
        "time-over": N_("its time was over"),
    },
    "chats": {"new": N_("into the queue of new ones"), "keep": N_("stay with the operator")},
}
MOMENTS = {"until", "expires_at", "blocked_at"}
MSGIDS = {"transport"}  # stored as the msgid of its label
NOTHING = "—"
CLIENTS = "card"  # rows about clients: a name or a reason may hold a phone


def kind(name: str) -> str:
    return _(KINDS[name]) if name in KINDS else name


def subject_kind(name: str) -> str:
    return _(SUBJECTS[name]) if name in SUBJECTS else name


def field(name: str) -> str:
    """A field's label; a role's changes are named by the right they are about."""
    right = registry.get(name)
    msgid = FIELDS.get(name) or (right and right.label)
    return _(msgid) if msgid else name


def value(name: str, stored: Any) -> str:
    """What a field held, written out."""
    if isinstance(stored, bool):
        return _("yes") if stored else _("no")
    if stored is None or stored in ("", [], {}):
        return NOTHING
    if name == "permissions":
        return ", ".join(field(one) for one in stored)
    if isinstance(stored, list):
        return ", ".join(value(name, one) for one in stored)
    if isinstance(stored, dict):
        return ", ".join(f"{key}: {value(key, one)}" for key, one in stored.items())
    if name in MOMENTS:
        return _moment(str(stored))
    known = stored if name in MSGIDS else VALUES.get(name, {}).get(stored)
    return _(known) if known else str(stored)


def subject(row: Any, veiled: bool | None = None) -> str:
    """What the row is about. `veiled`: the reader sees no phones and e-mails of clients; None: as the request says."""
    return veil.masked(row.subject) if _covered(row, veiled) else row.subject


def changes(row: Any, veiled: bool | None = None) -> list[tuple[str, str | None, str]]:
    """(label, before, after) of each field; before is None where a thing has only begun to be."""
    if _covered(row, veiled):
        return [(label, before and veil.masked(before), veil.masked(after)) for label, before, after in changes(row, False)]
    told = []
    for name in [*row.after, *(name for name in row.before if name not in row.after)]:
        after = value(name, row.after.get(name))
        if name in row.before:
            told.append((field(name), value(name, row.before[name]), after))
        elif after != NOTHING:
            told.append((field(name), None, after))
    return told


def _covered(row: Any, veiled: bool | None) -> bool:
    return row.subject_kind == CLIENTS and (veil.hidden() if veiled is None else veiled)


def _moment(stored: str) -> str:
    try:
        return when(datetime.fromisoformat(stored), "full")
    except ValueError:
        return stored
