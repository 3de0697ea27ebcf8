"""The demo: a simulated client as a second page, and a stand-in for Telegram's server."""

from c2d.core.slice import Slice

bp = Slice("demo", __name__)
