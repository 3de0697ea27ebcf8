"""Everything that the pane with the list of chats shows."""

from collections.abc import Mapping
from dataclasses import replace

from c2d.clients.access import VIEW_ALL
from c2d.core.current import operator
from c2d.dialogs import queries, rows
from c2d.dialogs.search import Found, search
from c2d.dialogs.shown_rows import Rows
from c2d.dialogs.view import ALL, ListView


def view_of(args: Mapping[str, str]) -> ListView:
    """The view that an address asks for; without a folder, the one that suits the reader."""
    view = ListView.read(args)
    if not args.get("folder") and operator().may(VIEW_ALL):
        return replace(view, folder=ALL)
    return view


def page_of_rows(view: ListView, cursor: str | None = None, current: int | None = None) -> dict:
    """For dialogs/_rows.html: rows as HTML, the address of the next page, and what was searched for instead."""
    who = operator()
    found = search(view, who, cursor) if view.q else Found(rows.page(view, who, cursor))
    html = Rows(view, current).html
    context = {"rows": [html(row, row.draft, found.matched.get(row.card_id)) for row in found.page.rows],
               "next_url": _next(view, found.page.cursor), "instead": found.instead}
    return {**context, "cursor": cursor} if cursor else context


def pane(view: ListView, current: int | None = None) -> dict:
    """For dialogs/_list.html; `current` is the open dialog. The newest event is read first: what comes later is pushed."""
    counters = queries.counters()
    context = page_of_rows(view, current=current)
    return {
        **context, "view": view, "counters": counters, "seq": counters.seq or 0, "filters": queries.choices(),
        "sla": None, "total": len(context["rows"]) if view.q else None,
    }


def _next(view: ListView, cursor: str | None) -> str | None:
    return f"/chats/rows?{view.query}&cursor={cursor}" if cursor else None
