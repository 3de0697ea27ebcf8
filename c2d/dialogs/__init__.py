"""Dialogs: the list of chats, whose they are, and the requests inside them."""

from c2d.clients.access import VIEW_ALL, VIEW_NEW, refuse_read_only
from c2d.core.permissions import EVERYONE, LEADS, Action, Section
from c2d.core.slice import Slice

PERMISSIONS = (
    Section("chats", "Chats", EVERYONE),
    Action(VIEW_ALL, "See all chats", LEADS),
    Action(VIEW_NEW, "See and take new chats", EVERYONE),
    Action("chats.assign", "Transfer chats", EVERYONE),
    Action("chats.close", "Close and reopen chats", EVERYONE),
)
bp = Slice("dialogs", __name__, PERMISSIONS)
bp.before_request(refuse_read_only)
