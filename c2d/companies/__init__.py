"""Companies: the tenants, their basic settings."""

from c2d.core.permissions import SETTINGS, Section
from c2d.core.slice import Slice

PERMISSIONS = (
    Section("settings.basic", "Basic settings"),
    Section("audit", "Audit log", (), SETTINGS),
)
bp = Slice("companies", __name__, PERMISSIONS)
