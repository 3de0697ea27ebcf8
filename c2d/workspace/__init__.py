"""The frame around every screen: rail, settings menu, account window."""

from c2d.core.slice import Slice

bp = Slice("workspace", __name__)
