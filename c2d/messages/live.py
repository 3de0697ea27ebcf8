"""The log of each open dialog: new messages and journal lines, and messages that have changed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from c2d.blacklist import live as blacklist_live
from c2d.blacklist.queries import BLOCKED
from c2d.clients import fields
from c2d.clients import live as clients_live
from c2d.clients.access import reader_of
from c2d.clients.display import channel_mark
from c2d.core.current import operator
from c2d.core.fragments import for_viewer, gather, gone, oob, render
from c2d.core.htmx import answer
from c2d.core.live import Event, Push, Viewer
from c2d.core.sql import scoped
from c2d.dialogs import live as dialogs_live
from c2d.dialogs.display import client_name
from c2d.dialogs.live import open_dialogs
from c2d.messages import items, merged, queries
from c2d.messages.display import is_same
from c2d.messages.merged import Dialogs

CATCH_UP = 300
BLOCKS = {"client_blocked", "client_unblocked"}
JOURNAL_ONLY = BLOCKS | {
    "card_changed", "tags_added", "tags_removed", "cards_linked", "cards_unlinked", "client_moved",
    "channel_blocked_by_client", "channel_unblocked_by_client",
}

_dialogs = scoped(f"""
    SELECT d.id, d.client_id, d.card_id, d.operator_id, d.channel_id, d.name, d.transport, h.name AS channel_name,
           {BLOCKED} AS blacklisted
    FROM dialogs d JOIN channels h ON h.company_id = d.company_id AND h.id = d.channel_id
    WHERE d.company_id = %(company)s AND d.id = ANY(%(ids)s)
      AND (d.id = ANY(%(open)s) OR d.card_id = ANY(%(cards)s))""")  # noqa: S608
_missed = scoped(f"""
    SELECT seq, kind, actor_id, dialog_id, client_id, message_id, particulars, at FROM event_records
    WHERE company_id = %(company)s AND seq > %(since)s AND dialog_id = ANY(%(dialogs)s) ORDER BY seq LIMIT {CATCH_UP + 1}""")  # noqa: S608


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
    pushes, wide = [], merged.card_wide()
    for row in (queries.lines(lines) if lines else ()):
        field = own.get(lines[row.seq].particulars.get("field"))
        told = _pushes(row.seq, dialogs[row.dialog_id], lambda via, row=row: [items.day(row.at), items.of_event(row, via)],
                       once=row.kind in wide)
        pushes += [replace(push, key=clients_live.only_for(push.key, field.role_ids)) if field else push for push in told]
    return pushes


def composers(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """A place that asks for the composer as it is now; and when the client is let in again, for the log too."""
    dialogs, last = _watched(events, viewers), {event.dialog_id: event for event in events}
    return [_anew(last[id], dialog) for id, dialog in dialogs.items()]


def _anew(event: Event, dialog: Any) -> Push:
    let_in = event.kind == "client_unblocked"
    html = render("messages/_composer_anew.html", dialog_id=dialog.id, let_in=let_in)
    return Push(f"dialog:{dialog.id}", event.seq, reader_of(dialog), lambda viewer: html)


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
            pushes += _removal(event, dialog)
        elif not (row.withheld and dialog.blacklisted):
            pushes += _pushes(event.seq, dialog, _items(row, files, dialog, appended), appended)
    return pushes


def _items(row: Any, files: dict, dialog: Any, appended: bool) -> Callable[[Any], list]:
    def build(via: Any) -> list:
        same = via is None and is_same(row.previous_kind, row.previous_operator, row.previous_at, row)
        message = items.of_message(row, files.get(row.id, []), client_name(dialog), same, via)
        return [items.day(row.at), message] if appended else [message]

    return build


def _pushes(seq: int, dialog: Any, build: Callable[[Any], list], appended: bool = True, once: bool = False) -> Iterable[Push]:
    """For the pages that show the dialog alone, and for those that show it among others of its card; `once`: of what
    every dialog of a card tells, those show what the open one does."""
    reader = reader_of(dialog)

    def alone(viewer: Viewer):
        return None if viewer.card_id else reader(viewer)

    def together(viewer: Viewer):
        return reader(viewer) if not once or viewer.dialog_id == dialog.id else None

    def html(viewer: Viewer) -> str:
        with for_viewer(viewer):
            log, via = dialog.id, None
            if viewer.card_id:
                log, via = f"card-{dialog.card_id}", channel_mark(dialog.transport, dialog.channel_name)
            how = f"beforeend:#log-{log}-ol" if appended else "morph"
            return "".join(oob(item, how) for item in items.rendered(build(via)))

    yield Push(f"dialog:{dialog.id}", seq, alone, html)
    yield Push(f"card:{dialog.card_id}", seq, together, html)


def _removal(event: Event, dialog: Any) -> Iterable[Push]:
    html = gone("li", f"m-{event.message_id}")
    for topic in (f"dialog:{dialog.id}", f"card:{dialog.card_id}"):
        yield Push(topic, event.seq, reader_of(dialog), lambda viewer: html)


def _watched(events: Sequence[Event], viewers: Sequence[Viewer]) -> dict[int, Any]:
    """Those of the events' dialogs that somebody has before their eyes, alone or among others of the card."""
    opened = open_dialogs(events, viewers)
    cards = {viewer.card_id for viewer in viewers} - {None}
    ids = {event.dialog_id for event in events} - {None} if cards else opened
    return {row.id: row for row in _dialogs.all(ids=list(ids), open=list(opened), cards=list(cards))} if ids else {}


PUSHES = {
    **{kind: (new_messages,) for kind in ("message_received", "message_sent", "message_imported", "comment_added")},
    **{kind: (changed_messages,) for kind in ("delivery_status_changed", "message_changed")},
    **{kind: (journal,) for kind in dialogs_live.MOVES | JOURNAL_ONLY - BLOCKS},
    **{kind: (journal, composers) for kind in BLOCKS},
}


def since(dialog_id: int, seq: int, dialogs: Dialogs | None = None):
    """What happened after an event in a dialog, or in all of the card's, for a page that has no socket: the same
    fragments."""
    events = _missed.all(since=seq, dialogs=list(dialogs.marks) if dialogs else [dialog_id])
    if len(events) > CATCH_UP:
        return answer("", 204, catchup=True)
    who = operator()
    viewer = Viewer(who.company_id, who.id, who.login_session_id, who.locale, who.time_zone, who.permissions, dialog_id,
                    role_id=who.role_id, read_only=who.read_only, channel_ids=who.channel_ids,
                    card_id=dialogs.card_id if dialogs else None)
    pushes = gather((clients_live.PUSHES, blacklist_live.PUSHES, dialogs_live.PUSHES, PUSHES), events, [viewer])
    topics = {f"dialog:{dialog_id}", f"card:{viewer.card_id}"}
    here = [push for push in pushes if push.topic in topics and push.key(viewer) is not None]
    return "".join(push.render(viewer) for push in here)
