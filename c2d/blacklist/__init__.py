"""The blacklist: clients whose messages are kept out of the chats."""

from c2d.core.permissions import CLIENTS, EVERYONE, LEADS, Action, Section
from c2d.core.slice import Slice

BLOCK = "clients.block"
PERMISSIONS = (
    Section("blacklist", "Blacklist", LEADS),
    Action(BLOCK, "Block clients and see what they write", EVERYONE, CLIENTS),
)
bp = Slice("blacklist", __name__, PERMISSIONS)
