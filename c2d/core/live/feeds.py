"""Which sockets of which company are open here, and how far the hub has handed out events."""

import threading

from c2d.core.live.connection import Connection


class _Feed:
    __slots__ = ("cursor", "everyone", "live")

    def __init__(self):
        # None until the first socket is live: it brings the place to go on from.
        self.cursor: int | None = None
        self.everyone: set[Connection] = set()
        self.live: set[Connection] = set()


class Feeds:
    """The registry of sockets by company; every method is one step under one lock."""

    def __init__(self):
        self._lock = threading.Lock()
        self._feeds: dict[int, _Feed] = {}

    def __len__(self) -> int:
        with self._lock:
            return sum(len(feed.everyone) for feed in self._feeds.values())

    def add(self, connection: Connection) -> bool:
        """Register it, not yet live; True for the first of its company."""
        company_id = connection.viewer.company_id
        with self._lock:
            first = company_id not in self._feeds
            self._feeds.setdefault(company_id, _Feed()).everyone.add(connection)
            return first

    def remove(self, connection: Connection) -> bool:
        """Forget it; True for the last of its company."""
        company_id = connection.viewer.company_id
        with self._lock:
            feed = self._feeds.get(company_id)
            if feed is None:
                return False
            feed.everyone.discard(connection)
            feed.live.discard(connection)
            if feed.everyone:
                return False
            del self._feeds[company_id]
            return True

    def go_live(self, connection: Connection) -> tuple[bool, bool]:
        """(is it live now, did it bring the cursor)."""
        with self._lock:
            feed = self._feeds[connection.viewer.company_id]
            first = feed.cursor is None
            if first:
                feed.cursor = connection.cursor
            elif connection.cursor < feed.cursor:
                return False, False
            feed.live.add(connection)
            connection.live = True
            return True, first

    def step_back(self, connection: Connection) -> None:
        """It catches up by itself for a while."""
        with self._lock:
            feed = self._feeds.get(connection.viewer.company_id)
            if feed is not None:
                feed.live.discard(connection)

    def advance(self, company_id: int, after: int, upto: int) -> list[Connection]:
        """Move the cursor and take the sockets that shall get what lies between."""
        with self._lock:
            feed = self._feeds.get(company_id)
            if feed is None or feed.cursor != after:
                return []
            feed.cursor = upto
            return list(feed.live)

    def cursor(self, company_id: int, default: int | None = None) -> int | None:
        """How far events were handed out; `default` while nobody is live."""
        with self._lock:
            feed = self._feeds.get(company_id)
            return default if feed is None or feed.cursor is None else feed.cursor

    def lacks(self, company_id: int, seq: int | None) -> bool:
        """Is there somebody to look for an event `seq` for? (None: for whatever there is.)"""
        cursor = self.cursor(company_id)
        return cursor is not None and (seq is None or seq > cursor)

    def has(self, company_id: int) -> bool:
        """Has it a socket here?"""
        with self._lock:
            return company_id in self._feeds

    def companies(self) -> list[int]:
        """Those with sockets."""
        with self._lock:
            return list(self._feeds)

    def connections(self, company_id: int | None = None) -> list[Connection]:
        """All sockets (of one company)."""
        with self._lock:
            return [c for feed in self._chosen(company_id) for c in feed.everyone]

    def live_connections(self, company_id: int | None = None) -> list[Connection]:
        """The sockets that do not catch up."""
        with self._lock:
            return [c for feed in self._chosen(company_id) for c in feed.live]

    def operators_at(self, company_id: int, dialog_id: int) -> set[int]:
        """Who has this dialog open in this process."""
        return {c.viewer.operator_id for c in self.connections(company_id)
                if c.viewer.dialog_id == dialog_id}

    def dialogs(self, company_id: int) -> set[int]:
        """The dialogs that pages of this process show."""
        return {c.viewer.dialog_id for c in self.connections(company_id)} - {None}

    def _chosen(self, company_id: int | None) -> list[_Feed]:
        if company_id is None:
            return list(self._feeds.values())
        return [self._feeds[company_id]] if company_id in self._feeds else []
