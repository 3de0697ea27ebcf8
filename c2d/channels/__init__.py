"""Channels: the connected accounts of messengers."""

from c2d.core.permissions import LEADS, Action, Section
from c2d.core.slice import Slice

PERMISSIONS = (
    Section("accounts", "Accounts", LEADS),
    Action("accounts.connect", "Connect and change accounts"),
)
bp = Slice("channels", __name__, PERMISSIONS)
