"""Sessions: signing in and out, the devices that are signed in, passwords."""

from c2d.core.slice import Slice

bp = Slice("sessions", __name__)
