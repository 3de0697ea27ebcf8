"""The dialog's row in the list of chats, kept up by what arrives in it."""

from dataclasses import dataclass
from datetime import datetime

from c2d.core.sql import scoped
from c2d.dialogs.opening import Thread

PREVIEW = 160


@dataclass(slots=True)
class Line:
    """The newest message of a dialog as its row shows it."""

    message_id: int
    preview: str
    kind: str
    out: bool
    at: datetime
    inbound_at: datetime | None = None


_write = scoped("""
    UPDATE dialogs d SET state = t.state, request_id = t.request_id, operator_id = t.operator_id, unread = t.unread,
        waiting_since = t.waiting_since, last_message_id = t.message_id, preview = t.preview, preview_kind = t.kind,
        preview_out = t.out, sort_at = t.at, last_inbound_at = coalesce(t.inbound_at, d.last_inbound_at)
    FROM unnest(
        %(ids)s::bigint[], %(states)s::text[], %(requests)s::bigint[], %(operators)s::bigint[], %(unread)s::int[],
        %(waiting)s::timestamptz[], %(messages)s::bigint[], %(previews)s::text[], %(kinds)s::text[], %(out)s::bool[],
        %(moments)s::timestamptz[], %(inbound)s::timestamptz[])
        AS t(id, state, request_id, operator_id, unread, waiting_since, message_id, preview, kind, out, at, inbound_at)
    WHERE d.company_id = %(company)s AND d.id = t.id""")


def write(lines: dict[int, Line], by_id: dict[int, Thread]) -> None:
    """Store the rows of these locked dialogs with their newest lines."""
    if not lines:
        return
    threads = [by_id[id] for id in lines]
    shown = list(lines.values())
    _write.run(
        ids=list(lines), states=[t.state for t in threads], requests=[t.request_id for t in threads],
        operators=[t.operator_id for t in threads], unread=[t.unread for t in threads],
        waiting=[t.waiting_since for t in threads], messages=[line.message_id for line in shown],
        previews=[line.preview[:PREVIEW] for line in shown], kinds=[line.kind for line in shown],
        out=[line.out for line in shown], moments=[line.at for line in shown],
        inbound=[line.inbound_at for line in shown],
    )
