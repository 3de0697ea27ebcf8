"""The websocket `/live`: `init_app(app)` registers it, after `c2d.core.live.init_app`."""

import selectors
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, g, request
from flask_sock import Sock

from c2d.core.live import talk
from c2d.core.live.connection import Connection
from c2d.core.live.wire import Wire

PATH = "/live"


class _Arrival:
    """The event that simple-websocket sets when a message is in or the socket has ended."""

    def __init__(self):
        self.act = None

    def set(self) -> None:
        if self.act:
            self.act()


class _SameThread:
    """Has the request's thread read the socket, which saves a second thread for each."""

    def __init__(self, target):
        self.name = ""
        self.run = target

    def start(self) -> None:
        """The endpoint calls run() when it is ready."""


# The poll selector needs no descriptor of its own for each socket, epoll does.
OPTIONS = {"ping_interval": 25, "max_message_size": 65536, "event_class": _Arrival,
           "thread_class": _SameThread, "selector_class": selectors.PollSelector}


def init_app(app: Flask) -> None:
    """Register `/live`. Before the upgrade: 403 foreign Origin, 401 no viewer, 503 full."""
    app.config["SOCK_SERVER_OPTIONS"] = OPTIONS
    blueprint = Blueprint("live", __name__)
    blueprint.before_request(_admit)
    Sock(app).route(PATH, bp=blueprint, endpoint="socket")(_serve)
    app.register_blueprint(blueprint)


def _admit() -> None:
    """All checks stand here: flask-sock has upgraded before the endpoint runs."""
    if not _own_origin(request.headers.get("Origin"), request.host):
        abort(403)
    viewer = _hub().wiring.load_viewer()
    if viewer is None:
        abort(401)
    if _hub().full:
        abort(503)
    g.live_viewer = viewer
    _prepare(request.environ)


def _own_origin(origin: str | None, host: str) -> bool:
    parts = urlsplit(origin or "")
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


def _prepare(environ: dict) -> None:
    # Compression would cost every socket 100 KB and its own copy of each frame.
    environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
    for name in ("gunicorn.socket", "werkzeug.socket"):
        if name in environ:
            environ[name] = Wire(environ[name])


def _serve(ws) -> None:
    hub = _hub()
    connection = Connection(g.pop("live_viewer"), ws.sock)
    # The request's context lives as long as the socket; a database session must not.
    hub.wiring.release()
    ws.event.act = lambda: _hear_all(hub, connection, ws)
    hub.attach(connection)
    try:
        ws.thread.run()
    finally:
        hub.detach(connection)
        ws.sock.close()
        if not hub.closing:
            # In turn: when a thousand pages go at once, each would open a connection to Redis.
            hub.in_turn(hub.presence.leave, connection, connection.viewer.dialog_id)


def _hear_all(hub, connection: Connection, ws) -> None:
    while ws.input_buffer:
        text = ws.input_buffer.pop(0)
        if connection.wire.code is None:
            hub.in_turn(talk.hear, hub, connection, text)


def _hub():
    return current_app.extensions["c2d_live"]
