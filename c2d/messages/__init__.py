"""Messages: what clients and operators write, comments, files."""

from c2d.core.permissions import EVERYONE, WORK, Action
from c2d.core.slice import Slice

PERMISSIONS = (
    Action("chats.reply", "Reply to clients", EVERYONE, WORK),
    Action("chats.comment", "Write comments", EVERYONE, WORK),
)
bp = Slice("messages", __name__, PERMISSIONS)
