"""What part of the list of chats a page shows: folder, filters, search, order."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from c2d.core.text import one_line, whole_number
from c2d.dialogs.models import OPEN

NEW, MINE, ALL, CLOSED = FOLDERS = ("new", "mine", "all", "closed")
NEWEST, OLDEST, WAITING = SORTS = ("newest", "oldest", "waiting")


@dataclass(frozen=True)
class ListView:
    folder: str = MINE
    q: str = ""
    channel: int | None = None
    transport: str = ""
    operator: int | None = None
    tag: int | None = None
    unread: bool = False
    waiting: bool = False
    sort: str = NEWEST

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "ListView":
        """From the query of an address; what makes no sense counts as absent."""
        folder, sort = values.get("folder", ""), values.get("sort", "")
        return cls(
            folder=folder if folder in FOLDERS else MINE,
            q=one_line(values.get("q"), 100),
            channel=whole_number(values.get("channel")),
            transport=one_line(values.get("transport"), 30),
            operator=whole_number(values.get("operator")),
            tag=whole_number(values.get("tag")),
            unread=values.get("unread") == "1",
            waiting=values.get("waiting") == "1",
            sort=sort if sort in SORTS else NEWEST,
        )

    @cached_property
    def query(self) -> str:
        """The query string that `read` understands, without what is at its default."""
        values = {"folder": self.folder}
        for name, value in asdict(self).items():
            if name != "folder" and value and value != NEWEST:
                values[name] = 1 if value is True else value
        return urlencode(values)

    def sort_key(self, row: Any) -> int:
        """A number by which the page sorts its rows, the greatest first."""
        if self.sort == WAITING:
            return -_milliseconds(row.waiting_since or row.sort_at)
        return _milliseconds(row.sort_at) * (-1 if self.sort == OLDEST else 1)

    def shows(self, row: Any, me: int) -> bool:
        """Does this chat, which the reader may see, stand in the list? Knows everything but the search."""
        return self._in_folder(row, me) and self._passes(row)

    def _in_folder(self, row: Any, me: int) -> bool:
        is_open = row.state == OPEN
        return {
            NEW: is_open and row.operator_id is None,
            MINE: is_open and row.operator_id == me,
            CLOSED: not is_open,
        }.get(self.folder, True)

    def _passes(self, row: Any) -> bool:
        return (
            self.channel in (None, row.channel_id)
            and self.transport in ("", row.transport)
            and self.operator in (None, row.operator_id)
            and (not self.unread or row.unread > 0)
            and (not (self.waiting or self.sort == WAITING) or row.waiting_since is not None)
            and (self.tag is None or self.tag in (row.tag_ids or ()))
        )


@lru_cache(maxsize=4096)
def of_query(query: str) -> ListView:
    """The view behind a query string, for the pages that are open."""
    return ListView.read(dict(parse_qsl(query)))


def _milliseconds(at) -> int:
    return int(at.timestamp() * 1000)
