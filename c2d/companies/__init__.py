"""Companies: the tenants, their basic settings."""

from c2d.core.permissions import Section
from c2d.core.slice import Slice

PERMISSIONS = (
    Section("settings.basic", "Basic settings"),
)
bp = Slice("companies", __name__, PERMISSIONS)
