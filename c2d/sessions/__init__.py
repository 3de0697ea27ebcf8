"""Sessions: signing in and out, the devices that are signed in, passwords."""

from c2d.core.permissions import SETTINGS, Section
from c2d.core.slice import Slice

PERMISSIONS = (
    Section("security", "Security", (), SETTINGS),
)
bp = Slice("sessions", __name__, PERMISSIONS)
