"""Tags: the marks that clients and requests carry."""

from c2d.core.permissions import LEADS, Action
from c2d.core.slice import Slice

CREATE = "tags.create"
PERMISSIONS = (
    Action(CREATE, "Create tags", LEADS),
)
bp = Slice("tags", __name__, PERMISSIONS)
