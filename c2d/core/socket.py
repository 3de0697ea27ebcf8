"""The websocket `/live`: `init_app(app)` registers it, after `c2d.core.live.init_app`."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register `/live`. Before the upgrade: 403 foreign Origin, 401 no viewer, 503 full."""
