"""Events of one company, rendered once for each kind of viewer and framed once."""

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from c2d.core.live.contract import Push, Viewer
from c2d.core.live.frames import RESYNC, seq_mark, text_frame

log = logging.getLogger(__name__)


class Batch:
    """The pushes of the events up to `upto` (None: a transient notice, which has no place in
    the order). A push that fails to render becomes a resync mark: the page then fetches what
    it shows, so that a broken template loses nobody an event."""

    def __init__(self, pushes: Iterable[Push], upto: int | None, reading: Callable[[Viewer], AbstractContextManager]):
        self.upto = upto
        self._reading = reading
        self._pushes = list(pushes)
        self._by_topic: dict[str, list[int]] = {}
        for index, push in enumerate(self._pushes):
            self._by_topic.setdefault(push.topic, []).append(index)
        self._html: dict[tuple, str] = {}
        self._frames: dict[tuple, bytes] = {}

    def frame(self, viewer: Viewer, topics: Iterable[str], after: int) -> bytes | None:
        """The frame for a socket that has everything up to `after`; None: nothing to see."""
        parts = tuple(self._parts(viewer, topics, after))
        if not parts:
            return None
        frame = self._frames.get(parts)
        if frame is None:
            with self._reading(viewer):
                html = "".join(self._render(part, viewer) for part in parts)
            frame = text_frame(html if self.upto is None else html + seq_mark(self.upto))
            self._frames[parts] = frame
        return frame

    def _parts(self, viewer: Viewer, topics: Iterable[str], after: int):
        indexes = [i for topic in topics for i in self._by_topic.get(topic, ())]
        indexes.sort()
        for index in indexes:
            push = self._pushes[index]
            if push.seq is not None and push.seq <= after:
                continue
            try:
                key = push.key(viewer)
            except Exception:
                log.exception("key of a push to %s", push.topic)
                yield index, _Broken
                continue
            if key is not None:
                yield index, key

    def _render(self, part: tuple, viewer: Viewer) -> str:
        html = self._html.get(part)
        if html is None:
            html = self._html[part] = self._attempt(part, viewer)
        return html

    def _attempt(self, part: tuple, viewer: Viewer) -> str:
        index, key = part
        if key is _Broken:
            return RESYNC
        try:
            return self._pushes[index].render(viewer)
        except Exception:
            log.exception("rendering a push to %s", self._pushes[index].topic)
            return RESYNC


class _Broken:
    """The key of a push whose key function failed."""
