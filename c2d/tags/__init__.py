"""Tags: the marks that clients and requests carry."""

from c2d.core.permissions import CLIENTS, LEADS, Action
from c2d.core.slice import Slice

CREATE = "tags.create"
PERMISSIONS = (
    Action(CREATE, "Create tags", LEADS, CLIENTS),
)
bp = Slice("tags", __name__, PERMISSIONS)
