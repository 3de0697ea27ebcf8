"""The conversation as its templates take it."""

from collections.abc import Mapping
from typing import Any

from c2d.core.errors import NotFound
from c2d.dialogs.display import client_name, dialog_for_reader
from c2d.messages import log
from c2d.messages.items import items, rendered
from c2d.messages.log import Edge, Stretch


def conversation(head: Any, args: Mapping[str, str]) -> dict:
    """For dialogs/_dialog.html: the newest page, or the one that the address asks for."""
    stretch = stretch_of(head.id, args)
    return {"dialog": dialog_for_reader(head), "draft": head.draft, "viewers": [], **listing(head, stretch, args)}


def stretch_of(dialog_id: int, args: Mapping[str, str]) -> Stretch:
    """The part of the log named by `before`, `after` or `around`, else its end."""
    if args.get("before"):
        return log.before(dialog_id, Edge.read(args["before"]))
    if args.get("after"):
        return log.after(dialog_id, Edge.read(args["after"]))
    if args.get("around"):
        wanted = args["around"]
        found = log.around(dialog_id, int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else None
        if found is None:
            raise NotFound()
        return found
    return log.newest(dialog_id)


def listing(head: Any, stretch: Stretch, args: Mapping[str, str]) -> dict:
    """For messages/_list.html."""
    at_the_end = stretch.newer is None and not args.get("before")
    base = f"/chats/{head.id}/messages"
    asked = args.get("around", "")
    around = int(asked) if asked.isascii() and asked.isdigit() else None
    return {
        "log": rendered(items(stretch, client_name(head), head.unread if at_the_end else 0), around),
        "older_url": f"{base}?before={stretch.older.cursor()}" if stretch.older else None,
        "newer_url": f"{base}?after={stretch.newer.cursor()}" if stretch.newer else None,
    }

