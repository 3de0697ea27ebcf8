"""What a page says to the hub: hello, view, typing; anything else goes to its slice."""

import json
import logging
import time
from collections.abc import Callable

from c2d.core.live import catchup
from c2d.core.live.connection import Connection

log = logging.getLogger(__name__)

LIST_VIEW_CHARS = 2000
TYPING_EVERY = 1.0
HEARD_WINDOW = 10.0
HEARD_LIMIT = 200
POLICY_VIOLATION = 1008
INTERNAL_ERROR = 1011


def hear(hub, connection: Connection, text: str | bytes) -> None:
    """Act on one text frame; what is no message is ignored, a flood closes the socket (1008).

    Runs in an application context, see `Hub.in_turn`.
    """
    if _floods(connection):
        connection.close(POLICY_VIOLATION)
        return
    message = _parse(text)
    if message is None:
        return
    kind = message.get("type")
    if kind == "hello":
        _hello(hub, connection, message)
    elif not connection.greeted:
        log.info("a message before hello: %r", kind)
    elif kind == "view":
        _view(hub, connection, message)
    elif kind == "typing":
        _typing(hub, connection, message)
    else:
        _pass_to_slice(hub, connection, message)


def allowed_topics(hub, connection: Connection) -> tuple[str, ...]:
    """The topics of what the viewer shows, each asked for anew."""
    viewer = connection.viewer
    wanted = ["company", f"operator:{viewer.operator_id}", "rows"]
    if viewer.dialog_id is not None:
        wanted.append(f"dialog:{viewer.dialog_id}")
    if viewer.card_id is not None:
        wanted.append(f"card:{viewer.card_id}")
    allowed = tuple(topic for topic in wanted if hub.wiring.authorise(viewer, topic))
    for topic in wanted:
        if topic not in allowed:
            log.warning("operator %s may not listen to %s", viewer.operator_id, topic)
    if f"dialog:{viewer.dialog_id}" not in allowed:
        viewer.dialog_id = None
    if f"card:{viewer.card_id}" not in allowed:
        viewer.card_id = None
    return allowed


def _hello(hub, connection: Connection, message: dict) -> None:
    if connection.greeted:
        _view(hub, connection, message)
        return
    connection.greeted = True

    def start() -> None:
        _look_at(connection, message)
        rights = connection.rights
        connection.topics = allowed_topics(hub, connection)
        catchup.greet(hub, connection, _number(message.get("since")))
        if rights != connection.rights:
            connection.topics = allowed_topics(hub, connection)
    _or_start_anew(connection, start)
    hub.presence.enter(connection)


def _view(hub, connection: Connection, message: dict) -> None:
    before = connection.viewer.dialog_id

    def change() -> None:
        connection.hold()
        _look_at(connection, message)
        rights = connection.rights
        topics = allowed_topics(hub, connection)
        catchup.change_view(hub, connection, topics, _number(message.get("since")))
        if rights != connection.rights:
            connection.topics = allowed_topics(hub, connection)
    _or_start_anew(connection, change)
    if connection.viewer.dialog_id != before:
        hub.presence.leave(connection, before)
        hub.presence.enter(connection)


def _or_start_anew(connection: Connection, do: Callable[[], None]) -> None:
    try:
        do()
    except Exception:
        log.exception("a socket could not catch up")
        connection.close(INTERNAL_ERROR)


def _typing(hub, connection: Connection, message: dict) -> None:
    dialog_id = _number(message.get("dialog"))
    now = time.monotonic()
    if connection.viewer.quiet:
        return
    if f"dialog:{dialog_id}" in connection.topics and now - connection.typed_at >= TYPING_EVERY:
        connection.typed_at = now
        viewer = connection.viewer
        hub.notify(viewer.company_id,
                   {"t": "typing", "dialog": dialog_id, "operator": viewer.operator_id})


def _pass_to_slice(hub, connection: Connection, message: dict) -> None:
    try:
        hub.wiring.on_message(connection.viewer, message)
    except Exception:
        log.exception("a page's message of type %r", message.get("type"))


def _look_at(connection: Connection, message: dict) -> None:
    viewer = connection.viewer
    viewer.dialog_id, viewer.card_id = _number(message.get("dialog")), _number(message.get("card"))
    if isinstance(message.get("list"), str):
        viewer.list_view = message["list"][:LIST_VIEW_CHARS]


def _floods(connection: Connection) -> bool:
    now = time.monotonic()
    if now - connection.heard_since > HEARD_WINDOW:
        connection.heard_since, connection.heard = now, 0
    connection.heard += 1
    return connection.heard > HEARD_LIMIT


def _parse(text: str | bytes) -> dict | None:
    try:
        message = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        message = None
    if isinstance(message, dict) and isinstance(message.get("type"), str):
        return message
    return None


def _number(value) -> int | None:
    """A natural number below 2^63, which htmx may send as a string."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return value
    return None
