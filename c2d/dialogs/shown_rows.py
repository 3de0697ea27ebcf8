"""Chats of the list as HTML; the page, its next pages and the pushes share what was rendered once."""

from typing import Any

from c2d.clients.search import Match
from c2d.core.fragments import render
from c2d.core.kept import Kept
from c2d.core.text import ours
from c2d.dialogs.display import list_row
from c2d.dialogs.rows import SHOWN
from c2d.dialogs.view import ListView


class Rows:
    """For one reader and one view; `current` is the dialog that is open beside the list."""

    def __init__(self, view: ListView, current: int | None = None):
        self.view = view
        self.current = current
        self.kept = Kept("dialogs/_row.html")

    def html(self, row: Any, draft: str | None, match: Match | None = None) -> str:
        current = row.id == self.current
        if match:  # few ask for the same words: it would only push out what many ask for
            return ours(render("dialogs/_row.html", row=list_row(row, self.view, draft), current=current, match=match))
        return self.kept.html(
            (row[:SHOWN], self.view.sort, draft, current),
            lambda: {"row": list_row(row, self.view, draft), "current": current},
        )
