"""Control notices: login sessions that ended, operators whose rights changed."""

import logging
from collections.abc import Callable

from c2d.core.live.connection import Connection
from c2d.core.live.contract import Viewer
from c2d.core.live.talk import POLICY_VIOLATION, allowed_topics

log = logging.getLogger(__name__)


def apply(hub, notice: dict) -> None:
    """Act on a notice of the control channel."""
    if notice.get("t") == "session-ended":
        end_sessions(hub, set(notice.get("ids", ())))
    elif notice.get("t") == "operator-changed":
        renew(hub, notice.get("company"), lambda viewer: notice.get("operator") in (None, viewer.operator_id))


def renew(hub, company_id: int | None, concerned: Callable[[Viewer], bool]) -> None:
    """Give those concerned the rights they have now."""
    for connection in hub.feeds.connections(company_id):
        if concerned(connection.viewer):
            ask_again(hub, connection)


def end_sessions(hub, ids: set[int]) -> None:
    """Close the sockets of these login sessions; their pages do not come back, but are led to the login page."""
    for connection in hub.feeds.connections():
        if connection.viewer.login_session_id in ids:
            connection.send_away(POLICY_VIOLATION)


def ask_again(hub, connection: Connection) -> None:
    """Give the socket the rights its operator has now; the page fetches what it shows."""
    try:
        fresh = hub.wiring.refresh_viewer(connection.viewer)
    except Exception:
        log.exception("rights of operator %s", connection.viewer.operator_id)
        fresh = None
    if fresh is None:
        connection.send_away(POLICY_VIOLATION)
        return
    viewer = connection.viewer
    # In place: the socket's own thread may be changing what the viewer shows.
    viewer.permissions, viewer.role_id, viewer.read_only = fresh.permissions, fresh.role_id, fresh.read_only
    viewer.channel_ids, viewer.administrator, viewer.quiet = fresh.channel_ids, fresh.administrator, fresh.quiet
    viewer.locale, viewer.time_zone = fresh.locale, fresh.time_zone
    connection.rights += 1
    if connection.greeted:
        connection.topics = allowed_topics(hub, connection)
        connection.resync()
