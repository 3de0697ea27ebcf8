"""Messages: what clients and operators write, comments, files."""

from c2d.clients.access import refuse_read_only
from c2d.core.permissions import EVERYONE, Action
from c2d.core.slice import Slice

PERMISSIONS = (
    Action("chats.reply", "Reply to clients", EVERYONE),
    Action("chats.comment", "Write comments", EVERYONE),
)
bp = Slice("messages", __name__, PERMISSIONS)
bp.before_request(refuse_read_only)
