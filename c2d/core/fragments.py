"""Fragments for readers who are not the one asking, and marks that say where a fragment goes."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from flask import current_app, g
from flask.ctx import RequestContext

from c2d.core.i18n import reading_as
from c2d.core.live import Event, Push, Viewer
from c2d.core.veil import CONTACTS

_ROOT = re.compile(r"<([a-z][a-z0-9]*)")


def render(template: str, **context) -> str:
    """A fragment without the page's context: it may use the globals and what is given here."""
    return current_app.jinja_env.get_template(template).render(**context)


@contextmanager
def for_viewer(viewer) -> Iterator[None]:
    """Render in the viewer's language and time zone, as for a request to our own address but
    without an operator, so that a pushed fragment cannot differ between viewers by accident; of their rights
    only whether they see phones and e-mails (core.veil), which the push's key must tell apart. Inside
    the same reader's it costs nothing: the hub opens one around all that a page gets at once."""
    reader, before = (viewer.locale, viewer.time_zone, CONTACTS in viewer.permissions), g.get("reader")
    if reader == before:
        yield
        return
    g.reader = reader
    try:
        with _stand_in(), reading_as(*reader[:2]):
            yield
    finally:
        g.reader = before


def _stand_in() -> RequestContext:
    """One for all fragments of an application context: to make it costs as much as to render a row."""
    if "stand_in" not in g:
        base = current_app.config.get("PUBLIC_URL") or "http://localhost"
        g.stand_in = current_app.test_request_context("/", base_url=base)
    return g.stand_in


def oob(html: str, how: str) -> str:
    """Tell htmx where the fragment goes: `how` is put on its first element."""
    return _ROOT.sub(lambda tag: f'<{tag[1]} hx-swap-oob="{how}"', html, count=1)


def inside(html: str) -> str:
    """What stands inside the fragment's root."""
    return html[html.index(">", html.index("<")) + 1 : html.rindex("</")].strip()


def gone(tag: str, id: str) -> str:
    """Takes the element with this id off the page."""
    return f'<{tag} id="{id}" hx-swap-oob="delete"></{tag}>'


def gather(tables: Sequence[dict], events: Sequence[Event], viewers: Sequence[Viewer]) -> list[Push]:
    """The pushes of these events by tables `kind: (functions, …)`, each function asked once; ascending by seq."""
    asked: dict[Callable, list[Event]] = {}
    for event in events:
        for table in tables:
            for function in table.get(event.kind, ()):
                asked.setdefault(function, []).append(event)
    pushes = [push for function, those in asked.items() for push in function(those, viewers)]
    return sorted(pushes, key=lambda push: push.seq or 0)
