"""What the live hub shares with the slices: viewers, pushes and the injected functions."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(slots=True)
class Viewer:
    """Who sits behind one socket and what their page shows now.

    `dialog_id`, `list_view` and `card_id` change with the client's messages; `list_view` is the query
    string of the dialog list, for example `folder=mine&q=…`; `card_id` is set where all dialogs of
    that card are shown as one log. One operator with two tabs is two viewers.
    """

    company_id: int
    operator_id: int
    login_session_id: int
    locale: str
    time_zone: str
    permissions: frozenset[str] = frozenset()
    dialog_id: int | None = None
    list_view: str = ""
    role_id: int = 0
    read_only: bool = False
    card_id: int | None = None
    administrator: bool = False  # of the company itself
    channel_ids: tuple[int, ...] | None = None
    quiet: bool = False  # changes nothing, so that nobody is told of their typing


class Event(Protocol):
    """A row of the company's event log; the hub reads nothing of it but `seq`."""

    seq: int


@dataclass(frozen=True, slots=True)
class Push:
    """One piece of HTML for the sockets that listen to `topic`.

    topic: 'company', 'rows', 'operator:<id>', 'dialog:<id>' or 'card:<id>'.
    seq: of the event it stems from (the newest, when it stands for several); None for a
        transient push such as typing.
    key(viewer): None when this viewer gets nothing; viewers with equal keys get the same HTML.
        Called for every listening socket, so it must be cheap and read no database.
    render(viewer): the HTML with its hx-swap-oob wrappers; called once for each key, in an
        application context without a request.
    """

    topic: str
    seq: int | None
    key: Callable[[Viewer], Hashable | None]
    render: Callable[[Viewer], str]


def _nothing(*_: Any) -> tuple[()]:
    return ()


def _allow(*_: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Wiring:
    """The functions that `create_app` lends to the hub.

    All but `load_viewer` and `release` run in an application context of their own, without a
    request, in the hub's or in a socket's thread; any exception is logged and costs the
    sockets concerned a resync, never an event.

    load_events(company_id, after_seq, limit): the events after that seq, ascending and
        without holes, at most `limit`.
    newest_seq(company_ids): {company_id: newest seq}, in one query; a missing one counts as 0.
    pushes(company_id, events, viewers): what these events show; `viewers` are those that will
        be asked, so that nothing is loaded for dialogs nobody has open. Ascending by seq.
    load_viewer(): the viewer of the present request or None (401); runs in the handshake.
    authorise(viewer, topic): may this viewer listen to it; asked at every subscription.
    refresh_viewer(viewer): the viewer with rights as they are now, or None: out (1008).
    still_valid(login_session_ids): those that have not ended, in one query.
    rights_changed(events): for each event that changed somebody's rights, a function that says of a
        viewer whether they are concerned; those are refreshed before anything of the batch is shown.
    transient_pushes(company_id, notice): what a notice (typing, viewers) shows, with seq None.
    on_message(viewer, message): a client's message of a type that the hub does not know.
    reading(viewer): a context around all that is rendered at once for the viewer.
    release(): gives the database session of the handshake back.
    """

    load_events: Callable[[int, int, int], Sequence[Event]]
    newest_seq: Callable[[Sequence[int]], dict[int, int]]
    pushes: Callable[[int, Sequence[Event], Sequence[Viewer]], Iterable[Push]]
    load_viewer: Callable[[], Viewer | None]
    authorise: Callable[[Viewer, str], bool] = _allow
    refresh_viewer: Callable[[Viewer], Viewer | None] = lambda viewer: viewer
    still_valid: Callable[[set[int]], set[int]] = set
    rights_changed: Callable[[Sequence[Event]], Iterable[Callable[[Viewer], bool]]] = _nothing
    transient_pushes: Callable[[int, dict], Iterable[Push]] = _nothing
    on_message: Callable[[Viewer, dict], Any] = _nothing
    reading: Callable[[Viewer], AbstractContextManager] = nullcontext
    release: Callable[[], Any] = _nothing
