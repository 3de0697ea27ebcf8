"""What the open pages are told of sessions."""

from collections.abc import Sequence

from c2d.core.fragments import for_viewer, gone, oob, render
from c2d.core.live import Event, Push, Viewer
from c2d.sessions import listing, technical, unfamiliar


def new_devices(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """In the operator's other windows: somebody has just signed in as them."""
    here = {viewer.operator_id for viewer in viewers}
    return [
        _push(event, row) for event in events if event.particulars["operator_id"] in here
        for row in [unfamiliar.about(event.particulars["login_session_id"])] if row
    ]


def _push(event: Event, row) -> Push:
    new = event.particulars["login_session_id"]

    def html(viewer: Viewer) -> str:
        with for_viewer(viewer):
            return oob(render("sessions/_new_device.html", id=new, device=unfamiliar.device_words(row),
                              place=unfamiliar.place_words(row)), "beforeend:.toasts")

    def key(viewer: Viewer) -> tuple | None:
        return None if viewer.login_session_id == new else (viewer.locale, viewer.time_zone)

    return Push(f"operator:{event.particulars['operator_id']}", event.seq, key, html)


def technical_access(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """To the company's administrators: somebody of the platform's staff has entered."""
    here = {viewer.operator_id for viewer in viewers}
    concerned = [person.id for person in technical.administrators() if person.id in here] if here else []
    return [
        _told(event, row, id) for event in events if concerned
        for row in [technical.about(event.particulars["login_session_id"])] if row
        for id in concerned
    ]


def _told(event: Event, row, operator_id: int) -> Push:
    new = event.particulars["login_session_id"]

    def html(viewer: Viewer) -> str:
        with for_viewer(viewer):
            return oob(render("sessions/_technical_notice.html", id=new, row=row), "beforeend:.toasts")

    def key(viewer: Viewer) -> tuple | None:
        return None if viewer.login_session_id == new else (viewer.locale, viewer.time_zone)

    return Push(f"operator:{operator_id}", event.seq, key, html)


def endings(events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """Cards of ended sessions leave the open lists: the operator's own, and those of the administrators."""
    here = {viewer.operator_id for viewer in viewers}
    if not here:
        return []
    administrators = {person.id for person in technical.administrators()} & here
    concerned = list({event.particulars["operator_id"] for event in events})
    left = listing.counts(concerned) if administrators else {}
    cards = [_card_gone(event, reader) for event in events
             for reader in sorted((administrators | {event.particulars["operator_id"]}) & here)]
    counts = [_count(events[-1].seq, id, n, reader) for id, n in left.items() for reader in sorted(administrators)]
    return cards + counts


def _card_gone(event: Event, reader: int) -> Push:
    card = gone("li", f"session-{event.particulars['login_session_id']}")
    return Push(f"operator:{reader}", event.seq, lambda viewer: 1, lambda viewer: card)


def _count(seq: int, operator_id: int, sessions: int, reader: int) -> Push:
    def html(viewer: Viewer) -> str:
        with for_viewer(viewer):
            return render("sessions/_count.html", person={"id": operator_id, "sessions": sessions}, oob=True)

    return Push(f"operator:{reader}", seq, lambda viewer: viewer.locale, html)


PUSHES = {
    "new_device_seen": (new_devices,), "technical_access_started": (technical_access,),
    "session_terminated": (endings,), "signed_out": (endings,), "technical_access_ended": (endings,),
}
