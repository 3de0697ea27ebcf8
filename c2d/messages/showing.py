"""The conversation as its templates take it."""

from collections.abc import Mapping
from typing import Any

from c2d.blacklist import BLOCK
from c2d.core.current import can
from c2d.core.errors import NotFound
from c2d.core.text import whole_number
from c2d.dialogs.display import client_name, dialog_for_reader
from c2d.messages import log, merged
from c2d.messages.items import How, items, rendered
from c2d.messages.log import Edge, Stretch
from c2d.messages.merged import Dialogs


def conversation(head: Any, args: Mapping[str, str]) -> dict:
    """For dialogs/_dialog.html: the newest page, or the one that the address asks for."""
    dialogs = all_of(head, args)
    dialog = dialog_for_reader(head, tuple(dialogs.marks) if dialogs else ())
    return {"dialog": dialog, "draft": head.draft, "viewers": [], **listing(head, args, dialogs)[0]}


def all_of(head: Any, args: Mapping[str, str]) -> Dialogs | None:
    """All dialogs of the client, where the address asks for them together."""
    return Dialogs.of(head) if args.get("all") == "1" and not args.get("around") else None


def sees_withheld(head: Any) -> bool:
    """While the client is blocked, what they write is for those who may block; later for everybody."""
    return not head.blacklisted or can(BLOCK)


def stretch_of(head: Any, args: Mapping[str, str], dialogs: Dialogs | None) -> Stretch:
    """The part of the log named by `before`, `after` or `around`, else its end."""
    withheld = sees_withheld(head)
    if dialogs:
        return merged.before(dialogs, merged.Edge.read_from(args.get("before")), withheld)
    if args.get("before"):
        return log.before(head.id, Edge.read(args["before"]), withheld)
    if args.get("after"):
        return log.after(head.id, Edge.read(args["after"]), withheld)
    if args.get("around"):
        found = log.around(head.id, _asked(args) or 0, withheld)
        if found is None:
            raise NotFound()
        return found
    return log.newest(head.id, withheld)


def listing(head: Any, args: Mapping[str, str], dialogs: Dialogs | None) -> tuple[dict, Stretch]:
    """For messages/_list.html, and the stretch that it shows."""
    stretch = stretch_of(head, args, dialogs)
    at_the_end = stretch.newer is None and not args.get("before")
    base = f"/chats/{head.id}/messages?" + ("all=1&" if dialogs else "")
    how = How(client_name(head), head.id, head.unread if at_the_end else 0, head.blacklisted,
              dialogs.marks if dialogs else None)
    return {
        "log": rendered(items(stretch, how), _asked(args)),
        "older_url": f"{base}before={stretch.older.cursor()}" if stretch.older else None,
        "newer_url": f"{base}after={stretch.newer.cursor()}" if stretch.newer else None,
    }, stretch


def _asked(args: Mapping[str, str]) -> int | None:
    return whole_number(args.get("around"))
