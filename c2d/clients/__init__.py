"""Clients: the person behind the addresses, their card."""

from c2d.clients.access import refuse_read_only
from c2d.core.permissions import EVERYONE, Action, Section
from c2d.core.slice import Slice

EDIT = "clients.edit"
PERMISSIONS = (
    Action(EDIT, "Edit the client card", EVERYONE),
    Action("clients.link", "Link and unlink chats", EVERYONE),
    Section("settings.chats", "Settings of chats"),
)
bp = Slice("clients", __name__, PERMISSIONS)
bp.before_request(refuse_read_only)
