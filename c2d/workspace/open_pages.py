"""The open pages: who looks, what happened, what it shows there. Lends its functions to the live hub."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from flask import Flask

from c2d.clients.access import viewer_sees
from c2d.core import live, socket
from c2d.core.current import CurrentOperator
from c2d.core.db import db
from c2d.core.fragments import for_viewer, gather
from c2d.core.live import Push, Viewer
from c2d.core.sql import Row, platform, scoped
from c2d.core.tenancy import all_companies, company
from c2d.sessions.door import authenticate
from c2d.sessions.standing import as_now, still_valid
from c2d.workspace import slots

_newest = platform("SELECT company_id, event_seq FROM company_counters WHERE company_id = ANY(%(ids)s)")
_after = scoped("""
    SELECT seq, kind, journal, actor_id, dialog_id, client_id, message_id, particulars, at FROM event_records
    WHERE company_id = %(company)s AND seq > %(after)s ORDER BY seq LIMIT %(limit)s""")
_ASSIGNEES = {
    "dialog": scoped("SELECT operator_id, channel_id FROM dialogs WHERE company_id = %(company)s AND id = %(id)s"),
    "card": scoped("SELECT DISTINCT operator_id, channel_id FROM dialogs WHERE company_id = %(company)s AND card_id = %(id)s"),
}

# The kinds of events that change rights: which of their particulars names whom of the viewers.
_RIGHTS = {
    "role_changed": "role_id", "operator_access_changed": "operator_id", "preview_started": "login_session_id",
    "preview_ended": "login_session_id", "second_factor_off": "operator_id", "second_factor_reset": "operator_id",
}
_RIGHTS_OF_ALL = {"security_changed"}

Table = dict[str, tuple[Callable, ...]]


def init_app(app: Flask, tables: Sequence[Table], transient: Callable[[dict], Iterable[Push]]) -> None:
    """`tables` name for each kind of event the functions that show it (core.fragments.gather)."""

    def pushes(company_id: int, batch: Sequence[Row], viewers: Sequence[Viewer]) -> list[Push]:
        with _looking(company_id):
            return gather(tables, batch, viewers)

    def passing(company_id: int, notice: dict) -> list[Push]:
        with _looking(company_id):
            return list(transient(notice))

    live.init_app(app, live.Wiring(
        load_events=load_events, newest_seq=newest_seq, pushes=pushes, load_viewer=load_viewer,
        authorise=authorise, refresh_viewer=refresh_viewer, still_valid=still_valid,
        transient_pushes=passing, rights_changed=rights_changed, reading=for_viewer, release=db.session.remove,
    ))
    socket.init_app(app)


def ring(company_id: int, newest: int, _something_waits: bool) -> None:
    """After a commit: the hubs look at the newest events."""
    live.publish(company_id, newest)


@contextmanager
def _looking(company_id: int) -> Iterator[None]:
    with company(company_id):
        try:
            yield
        finally:
            db.session.rollback()


def load_events(company_id: int, after_seq: int, limit: int) -> list[Row]:
    """Leaves the transaction open when there are some: what they show is read next."""
    with company(company_id):
        found = _after.all(after=after_seq, limit=limit)
    if not found:
        db.session.rollback()
    return found


def newest_seq(company_ids: Sequence[int]) -> dict[int, int]:
    with all_companies("one look for the open pages of every company"):
        found = {row.company_id: row.event_seq for row in _newest.all(ids=list(company_ids))}
        db.session.rollback()
    return found


def rights_changed(events: Sequence[Row]) -> Iterator[Callable[[Viewer], bool]]:
    for event in events:
        if event.kind in _RIGHTS_OF_ALL:
            yield lambda viewer: True
        elif name := _RIGHTS.get(event.kind):
            id = event.particulars[name]
            yield lambda viewer, name=name, id=id: getattr(viewer, name) == id


def load_viewer() -> Viewer | None:
    operator = authenticate()
    return _viewer(operator) if operator and not operator.must_secure else None


def refresh_viewer(viewer: Viewer) -> Viewer | None:
    operator = as_now(viewer.company_id, viewer.login_session_id)
    return _viewer(operator) if operator and not operator.must_secure else None


def _viewer(operator: CurrentOperator) -> Viewer:
    return Viewer(
        company_id=operator.company_id, operator_id=operator.id, login_session_id=operator.login_session_id,
        locale=operator.locale, time_zone=operator.time_zone, permissions=operator.permissions,
        role_id=operator.role_id, read_only=operator.read_only, administrator=slots.sees_balance(operator),
        channel_ids=operator.channel_ids, quiet=operator.looks_only,
    )


def authorise(viewer: Viewer, topic: str) -> bool:
    """May the viewer listen: to their own topics, to the dialogs they may see, and to cards with such a dialog.

    What a card's topic brings is asked for each dialog again, whenever something is pushed.
    """
    name, _, id = topic.partition(":")
    if name == "operator":
        return id == str(viewer.operator_id)
    if name not in _ASSIGNEES:
        return name in ("company", "rows")
    with _looking(viewer.company_id):
        rows = _ASSIGNEES[name].all(id=int(id))
    return any(viewer_sees(viewer, row) for row in rows)
