"""Clients: the person behind the addresses, their card."""

from c2d.clients.access import refuse_read_only
from c2d.core.permissions import EVERYONE, Action
from c2d.core.slice import Slice

PERMISSIONS = (
    Action("clients.edit", "Edit the client card", EVERYONE),
)
bp = Slice("clients", __name__, PERMISSIONS)
bp.before_request(refuse_read_only)
