"""Fragments that were rendered before: the same data for the same reading costs a look-up, not a template.

The key is everything that the fragment shows, so nothing has to be thrown away when something changes:
other data is another key. What lies unasked is forgotten.
"""

from collections.abc import Callable, Hashable
from sys import getsizeof

from flask import Flask, current_app, request

from c2d.core.clock import now
from c2d.core.fragments import render
from c2d.core.i18n import language, zone
from c2d.core.text import ours
from c2d.core.veil import hidden

BYTES = 6 << 20  # in each process, for some two thousand rows or messages
OVERHEAD = 1200  # what a key takes, about


class Shelf:
    """Two generations: what is asked for moves to the young one; when that is full, the old one is dropped.

    Threads need no lock: each step is one operation on a dict, and a lost fragment is rendered again.
    """

    def __init__(self, size: int):
        self.half = size // 2
        self.young: dict[Hashable, str] = {}
        self.old: dict[Hashable, str] = {}
        self.weight = 0

    def get(self, key: Hashable) -> str | None:
        found = self.young.get(key)
        if found is None and (found := self.old.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: Hashable, html: str) -> None:
        self.weight += getsizeof(html) + OVERHEAD
        if self.weight > self.half:
            self.old, self.young, self.weight = self.young, {}, 0
        self.young[key] = html


shelf = Shelf(BYTES)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(kept=kept, keeping=keeping)


def kept(template: str, /, **data: Hashable) -> str:
    """For templates: a part of theirs that shows nothing but this data."""
    return keeping(template)(**data)


def keeping(template: str) -> Callable[..., str]:
    """The same for the rows of a loop: what is the reader's is looked up once for all of them."""
    shown = Kept(template)
    return lambda **data: shown.html(tuple(data.items()), lambda: data)


class Kept:
    """One template's fragments for whoever reads now: language, time zone, day, the address of c2d and whether
    phones and e-mails are hidden are the reader's, all else stands in `data`. The template knows nothing of the
    request beside."""

    def __init__(self, template: str):
        here = zone()
        self.template = template
        self.reading = (template, language(), here.key, now().astimezone(here).date(), request.script_root,
                        hidden())
        self.fresh = current_app.jinja_env.auto_reload  # whoever edits templates wants to see it

    def html(self, data: Hashable, build: Callable[[], dict]) -> str:
        """The fragment; `build` makes the template's context when it is not there yet."""
        key = (self.reading, data)
        found = None if self.fresh else shelf.get(key)
        if found is None:
            found = ours(render(self.template, **build()))
            shelf.put(key, found)
        return found
