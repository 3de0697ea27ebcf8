"""Clients: the person behind the addresses, their card."""

from c2d.core.permissions import CLIENTS, EVERYONE, LEADS, Action, Section
from c2d.core.slice import Slice
from c2d.core.text import N_
from c2d.core.veil import CONTACTS

EDIT = "clients.edit"
PERMISSIONS = (
    Action(EDIT, "Edit the client card", EVERYONE, CLIENTS),
    Action("clients.link", "Link and unlink chats", EVERYONE, CLIENTS, N_("Link and part chats on the client card")),
    Action(CONTACTS, "See phone numbers and e-mails", EVERYONE, CLIENTS,
           N_("Without it they are masked everywhere, and clients are not found by them"), looks=True),
    Section("settings.chats", "Settings of chats"),
    Section("settings.duplicates", "Duplicates", LEADS),
)
bp = Slice("clients", __name__, PERMISSIONS)
