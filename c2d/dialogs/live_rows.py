"""The rows of the list of chats on the pages that are open."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from c2d.clients.access import viewer_sees
from c2d.core.fragments import for_viewer, gone, oob
from c2d.core.live import Event, Push, Viewer
from c2d.core.sql import scoped
from c2d.core.veil import CONTACTS
from c2d.dialogs import drafts
from c2d.dialogs.rows import COLUMNS
from c2d.dialogs.shown_rows import Rows
from c2d.dialogs.view import WAITING, of_query

# After these a chat may belong into other lists than before ...
MOVES = {"request_opened", "request_closed", "dialog_reopened", "dialog_assigned", "dialog_returned"}
# ... and after these it stands at the top.
RISES = MOVES | {"message_received", "message_sent", "message_imported", "comment_added"}
GONE = "delete"

_rows = scoped(f"""
    SELECT {COLUMNS}, o.first_name, o.last_name,
           (SELECT array_agg(t.tag_id) FROM card_tags t WHERE t.company_id = d.company_id AND t.card_id = d.card_id) AS tag_ids
    FROM dialogs d LEFT JOIN operators o ON o.company_id = d.company_id AND o.id = d.operator_id
    WHERE d.company_id = %(company)s AND d.id = ANY(%(ids)s)""")  # noqa: S608


def rows(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """One push for each chat that the events are about, whatever their number."""
    if not viewers:
        return []
    kinds: dict[int, set[str]] = {}
    newest: dict[int, int] = {}
    for event in events:
        if event.dialog_id is not None:
            kinds.setdefault(event.dialog_id, set()).add(event.kind)
            newest[event.dialog_id] = event.seq
    typed = drafts.among(kinds, {viewer.operator_id for viewer in viewers})
    return [_Row(row, kinds[row.id], typed).push(newest[row.id]) for row in _rows.all(ids=list(kinds))]


@dataclass(frozen=True)
class _Row:
    """A chat and what has happened in it; `typed` are the drafts by (dialog, operator)."""

    row: Any
    kinds: set[str]
    typed: dict[tuple[int, int], str]

    def push(self, seq: int) -> Push:
        return Push("rows", seq, self.key, self.html)

    def key(self, viewer: Viewer) -> Hashable | None:
        how = self._how(viewer)
        if how in (None, GONE):
            return how
        return (how, viewer.locale, viewer.time_zone, CONTACTS in viewer.permissions, of_query(viewer.list_view).sort,
                self._draft(viewer))

    def html(self, viewer: Viewer) -> str:
        how = self._how(viewer)
        if how == GONE:
            return gone("li", f"row-{self.row.id}")
        with for_viewer(viewer):
            return oob(Rows(of_query(viewer.list_view)).html(self.row, self._draft(viewer)), how)

    def _how(self, viewer: Viewer) -> str | None:
        """Where the row goes on the viewer's page; None: it does not concern it."""
        view, row = of_query(viewer.list_view), self.row
        if view.q and viewer_sees(viewer, row):
            return "morph"  # whether it fits the words only the search knows
        if viewer_sees(viewer, row) and view.shows(row, viewer.operator_id):
            enters = self.kinds & RISES or (view.tag and "tags_added" in self.kinds)
            return "afterbegin:#rows" if enters else "morph"
        may_leave = view.unread or view.waiting or view.tag or view.sort == WAITING
        return GONE if may_leave or self.kinds & MOVES else None

    def _draft(self, viewer: Viewer) -> str | None:
        return self.typed.get((self.row.id, viewer.operator_id))
