"""How a socket gets what happened before the hub's thread takes it over, without gap or repeat.

One of the hub's turns reads the log for the socket up to where it finds nothing more; it goes live
only if it has been through everything the hub has handed out. Both cursors are compared under the
lock under which the hub moves its own. What one of the two has sent, the other skips by seq.
"""

from c2d.core.live.batch import Batch
from c2d.core.live.connection import Connection

REPLAY_LIMIT = 300


def greet(hub, connection: Connection, since: int | None) -> None:
    """Replay what the page has missed since `since` (None: nothing) and go live."""
    _find_start(hub, connection, since)
    _follow(hub, connection)


def change_view(hub, connection: Connection, topics: tuple[str, ...], since: int | None) -> None:
    """Listen to `topics`; new ones are filled in with the events after `since`, if given."""
    reached = connection.hold()
    hub.feeds.step_back(connection)
    new = tuple(topic for topic in topics if topic not in connection.topics)
    connection.topics = topics
    if new and since is not None and since < reached:
        _fill_in(hub, connection, new, since, reached)
    _follow(hub, connection)


def _find_start(hub, connection: Connection, since: int | None) -> None:
    company_id = connection.viewer.company_id
    newest = hub.wiring.newest_seq([company_id]).get(company_id, 0)
    if since is None:
        since = newest
    if since > newest or newest - since > REPLAY_LIMIT:
        connection.jump(newest)
    else:
        connection.cursor = since


def _fill_in(hub, connection: Connection, topics: tuple, since: int, reached: int) -> None:
    if reached - since > REPLAY_LIMIT:
        connection.resync()
        return
    viewer = connection.viewer
    events = hub.wiring.load_events(viewer.company_id, since, reached - since)
    if events:
        pushes = hub.wiring.pushes(viewer.company_id, events, [viewer])
        connection.fill_in(Batch(pushes, reached, hub.wiring.reading), topics, since)


def _follow(hub, connection: Connection) -> None:
    viewer = connection.viewer
    while not hub.go_live(connection):
        events = hub.wiring.load_events(viewer.company_id, connection.cursor, REPLAY_LIMIT)
        if not events:
            # The hub is ahead of what the log now says: the log was cut, the page starts anew.
            connection.jump(hub.feeds.cursor(viewer.company_id, 0))
            continue
        pushes = hub.wiring.pushes(viewer.company_id, events, [viewer])
        connection.replay(Batch(pushes, events[-1].seq, hub.wiring.reading))
    connection.mark()
