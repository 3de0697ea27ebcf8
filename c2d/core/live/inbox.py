"""What has rung since the hub's thread last looked."""

import queue
from typing import Any


class Inbox:
    """Calls to the hub's thread: rings, run together by company, and the rest in order."""

    def __init__(self):
        self._queue: queue.SimpleQueue = queue.SimpleQueue()
        self._open = False

    def open(self) -> None:
        """Take calls from now on; before, nobody reads them and they are dropped."""
        self._open = True

    def put(self, kind: str, company_id: int | None, what: Any) -> None:
        """kind: ring (what: the seq or None), notice, viewers, control."""
        if self._open:
            self._queue.put((kind, company_id, what))

    def take(self, patience: float) -> tuple[dict[int, int | None], list[tuple]]:
        """All there is, waiting so many seconds for a first call: ({company: newest seq or
        None for 'look anyway'}, [other calls])."""
        rings: dict[int, int | None] = {}
        others = []
        for kind, company_id, what in self._calls(patience):
            if kind == "ring":
                known = rings.get(company_id, 0)
                rings[company_id] = None if None in (known, what) else max(known, what)
            else:
                others.append((kind, company_id, what))
        return rings, others

    def _calls(self, patience: float):
        try:
            yield self._queue.get(timeout=max(patience, 0.001))
            while True:
                yield self._queue.get_nowait()
        except queue.Empty:
            return
