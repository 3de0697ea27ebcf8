"""The log of each open dialog: new messages and journal lines, and messages that have changed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from c2d.clients import fields
from c2d.clients import live as clients_live
from c2d.clients.access import reader_of
from c2d.core.current import operator
from c2d.core.fragments import for_viewer, gather, gone, oob
from c2d.core.htmx import answer
from c2d.core.live import Event, Push, Viewer
from c2d.core.sql import scoped
from c2d.dialogs import live as dialogs_live
from c2d.dialogs.display import client_name
from c2d.dialogs.live import open_dialogs
from c2d.messages import items, queries
from c2d.messages.display import is_same

CATCH_UP = 300
JOURNAL_ONLY = {
    "card_changed", "tags_added", "tags_removed", "cards_linked", "cards_unlinked", "client_moved",
    "channel_blocked_by_client", "channel_unblocked_by_client",
}

_dialogs = scoped("""
    SELECT id, client_id, operator_id, name FROM dialogs WHERE company_id = %(company)s AND id = ANY(%(ids)s)""")
_missed = scoped(f"""
    SELECT seq, kind, actor_id, dialog_id, client_id, message_id, particulars, at FROM event_records
    WHERE company_id = %(company)s AND seq > %(since)s AND dialog_id = %(dialog)s ORDER BY seq LIMIT {CATCH_UP + 1}""")  # noqa: S608


def new_messages(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """Put at the end of the log, each after its day; a day that stands already is not repeated by the page."""
    return _messages(events, viewers, appended=True)


def changed_messages(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """Shown again where they stand, or taken away when they are no more."""
    return _messages(events, viewers, appended=False)


def journal(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """Facts as lines of the log."""
    dialogs = _watched(events, viewers)
    lines = {event.seq: event for event in events if event.dialog_id in dialogs}
    own = fields.these({key for event in lines.values() if (key := event.particulars.get("field"))})
    pushes = []
    for row in (queries.lines(lines) if lines else ()):
        push = _push(row.seq, dialogs[row.dialog_id], lambda row=row: [items.day(row.at), items.of_event(row)])
        field = own.get(lines[row.seq].particulars.get("field"))
        pushes.append(replace(push, key=clients_live.only_for(push.key, field.role_ids)) if field else push)
    return pushes


def _messages(events: Sequence[Event], viewers: Sequence[Viewer], appended: bool) -> list[Push]:
    dialogs = _watched(events, viewers)
    wanted = [event for event in events if event.dialog_id in dialogs and event.message_id]
    if not wanted:
        return []
    rows = queries.these(event.message_id for event in wanted)
    files = queries.attachments(rows.values())
    pushes = []
    for event in wanted:
        dialog, row = dialogs[event.dialog_id], rows.get(event.message_id)
        if row is None:
            pushes.append(_removal(event, dialog))
        else:
            pushes.append(_push(event.seq, dialog, _items(row, files, dialog, appended), appended))
    return pushes


def _items(row: Any, files: dict, dialog: Any, appended: bool) -> Callable[[], list]:
    def build() -> list:
        same = is_same(row.previous_kind, row.previous_operator, row.previous_at, row)
        message = items.of_message(row, files.get(row.id, []), client_name(dialog), same)
        return [items.day(row.at), message] if appended else [message]

    return build


def _push(seq: int, dialog: Any, build: Callable[[], list], appended: bool = True) -> Push:
    how = f"beforeend:#log-{dialog.id}-ol" if appended else "morph"

    def html(viewer: Viewer) -> str:
        with for_viewer(viewer):
            return "".join(oob(item, how) for item in items.rendered(build()))

    return Push(f"dialog:{dialog.id}", seq, reader_of(dialog.operator_id), html)


def _removal(event: Event, dialog: Any) -> Push:
    html = gone("li", f"m-{event.message_id}")
    return Push(f"dialog:{dialog.id}", event.seq, reader_of(dialog.operator_id), lambda viewer: html)


def _watched(events: Sequence[Event], viewers: Sequence[Viewer]) -> dict[int, Any]:
    ids = open_dialogs(events, viewers)
    return {row.id: row for row in _dialogs.all(ids=list(ids))} if ids else {}


PUSHES = {
    **{kind: (new_messages,) for kind in ("message_received", "message_sent", "message_imported", "comment_added")},
    **{kind: (changed_messages,) for kind in ("delivery_status_changed", "message_changed")},
    **{kind: (journal,) for kind in dialogs_live.MOVES | JOURNAL_ONLY},
}


def since(dialog_id: int, seq: int):
    """What happened in a dialog after an event, for a page that has no socket: the same fragments."""
    events = _missed.all(since=seq, dialog=dialog_id)
    if len(events) > CATCH_UP:
        return answer("", 204, catchup=True)
    who = operator()
    viewer = Viewer(who.company_id, who.id, who.login_session_id, who.locale, who.time_zone, who.permissions, dialog_id,
                    role_id=who.role_id, read_only=who.read_only)
    pushes = gather((clients_live.PUSHES, dialogs_live.PUSHES, PUSHES), events, [viewer])
    here = [push for push in pushes if push.topic == f"dialog:{dialog_id}" and push.key(viewer) is not None]
    return "".join(push.render(viewer) for push in here)
