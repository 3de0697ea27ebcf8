"""Dialogs: the list of chats, whose they are, and the requests inside them."""

from c2d.clients.access import VIEW_ALL, VIEW_NEW
from c2d.core.permissions import EVERYONE, LEADS, WORK, Action, Section
from c2d.core.slice import Slice
from c2d.core.text import N_

PERMISSIONS = (
    Section("chats", "Chats", EVERYONE, WORK),
    Action(VIEW_ALL, "See all chats", LEADS, WORK, N_("Decides the base of a role: supervisor, otherwise operator"),
           looks=True, beyond_own=True),
    Action(VIEW_NEW, "See and take new chats", EVERYONE, WORK, looks=True, beyond_own=True),
    Action("chats.assign", "Transfer chats", EVERYONE, WORK),
    Action("chats.close", "Close and reopen chats", EVERYONE, WORK),
)
bp = Slice("dialogs", __name__, PERMISSIONS)
