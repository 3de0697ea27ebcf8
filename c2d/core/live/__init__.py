"""Live pages: events of the database become HTML on the open pages that may see them.

The database is the truth and Redis only a doorbell. A domain change commits its event row and
rings with `publish`; the hub of each web process that has sockets of the company reads the rows
after its cursor, renders each push once for each kind of viewer and sends it. Without Redis the
hub looks by itself every two seconds: later, never lost.
"""

from weakref import WeakSet

from flask import Flask, current_app

from c2d.core.live.contract import Event, Push, Viewer, Wiring
from c2d.core.live.hub import Hub

__all__ = ["Event", "Push", "Viewer", "Wiring", "close_all", "control", "facts", "init_app",
           "notify", "publish", "viewers"]

_hubs: WeakSet[Hub] = WeakSet()


def init_app(app: Flask, wiring: Wiring) -> None:
    """Give the app its hub; no thread and no connection until the first socket.

    Reads `app.config`: REDIS_URL (None: look every two seconds only) and LIVE_MAX_SOCKETS (for
    each process, default 1000). Processes without sockets (intake, worker, clock) call it too,
    so that `publish` and the others ring from there.
    """
    hub = Hub(app, wiring)
    _hubs.add(hub)
    app.extensions["c2d_live"] = hub


def publish(company_id: int, seq: int) -> None:
    """Ring after the commit of the event `seq`. Never raises, blocks half a second at most."""
    _hub().publish(company_id, seq)


def notify(company_id: int, notice: dict) -> None:
    """Tell all hubs something that passes, such as {"t": "typing", "dialog": 7, "operator": 3}.

    Lost when nobody listens; never raises, blocks half a second at most.
    """
    _hub().notify(company_id, notice)


def control(notice: dict) -> None:
    """Tell all hubs what concerns sockets themselves; never raises.

    {"t": "session-ended", "ids": [login session ids]} closes those sockets for good (1008);
    {"t": "operator-changed", "company": 1, "operator": 3} asks for their rights again
    (operator None: everybody of the company).
    """
    _hub().control(notice)


def viewers(company_id: int, dialog_id: int) -> set[int]:
    """Ids of the operators who have this dialog open, in any process (own ones without Redis)."""
    return _hub().presence.operators(company_id, dialog_id)


def facts() -> dict:
    """For /healthz, of this process.

    sockets, companies: open here; lag: most events a company was behind at the last look (every
    two seconds); doorbell: is Redis heard; stalled: sockets whose client does not read.
    """
    return _hub().facts()


def close_all() -> None:
    """Send every page of this process away to reconnect elsewhere (1012), within a second.

    Returns at once and may be called from a signal handler; new sockets get 503 from now on.
    """
    for hub in list(_hubs):
        hub.close_all()


def _hub() -> Hub:
    return current_app.extensions["c2d_live"]
