"""The slow rounds of a hub: are the login sessions still good, who still has a dialog open."""

import logging
import threading
import time

from c2d.core.live import rights
from c2d.core.live.presence import REFRESH_SECONDS

log = logging.getLogger(__name__)

CHECK_SECONDS = 2.0


class Watch:
    """A thread of its own, so that no event waits for these rounds."""

    def __init__(self, hub):
        self._hub = hub

    def start(self) -> None:
        """Begin the rounds."""
        threading.Thread(target=self._run, name="live-watch", daemon=True).start()

    def _run(self) -> None:
        refresh_at = time.monotonic() + REFRESH_SECONDS
        while True:
            time.sleep(CHECK_SECONDS)
            try:
                self._hub.in_app(self._check_sessions)
                if time.monotonic() >= refresh_at:
                    refresh_at = time.monotonic() + REFRESH_SECONDS
                    self._hub.presence.refresh(self._hub.feeds.connections())
            except Exception:
                log.exception("rounds of the live hub")

    def _check_sessions(self) -> None:
        ids = {c.viewer.login_session_id for c in self._hub.feeds.connections()}
        if ids:
            rights.end_sessions(self._hub, ids - self._hub.wiring.still_valid(ids))
