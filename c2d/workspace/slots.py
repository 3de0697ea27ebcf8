"""Figures of the account window that a slice knows: it says in wiring.py how they are read.

    slots.provide(slots.BALANCE, read=billing.balance, write=billing.money)

What nobody provides is not there. The balance is for administrators of the company alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from c2d.core.current import CurrentOperator
from c2d.core.fragments import for_viewer, oob, render
from c2d.core.live import Push, Viewer

RATING, BALANCE = "rating", "balance"
_PARTS = {RATING: ("workspace/_figure.html", "workspace/_rail_rating.html"), BALANCE: ("workspace/_figure.html",)}


@dataclass(frozen=True)
class Source:
    """`read(operator_id)` in the company's scope, None while there is no figure; `write` puts it in the reader's words."""

    read: Callable[[int], Any]
    write: Callable[[Any], str]


@dataclass(frozen=True)
class Figure:
    """As workspace/_figure.html takes it; `text` is '' while there is none."""

    name: str
    text: str


_sources: dict[str, Source] = {}


def provide(name: str, read: Callable[[int], Any], write: Callable[[Any], str] = str) -> None:
    """Say where the rating or the balance comes from."""
    _sources[name] = Source(read, write)


def figure(name: str, who: CurrentOperator) -> Figure | None:
    """What the operator is shown; None where nobody provides it, or it is not for them."""
    source = _sources.get(name)
    if source is None or (name == BALANCE and not sees_balance(who)):
        return None
    return _figure(name, source, source.read(who.id))


def sees_balance(who: CurrentOperator) -> bool:
    """The company's own administrators; not who looks in by technical access."""
    return who.is_administrator and not who.staff_name


def rating(seq: int, operator_id: int) -> list[Push]:
    """The operator's rating on their open pages, for a slice's table of pushes."""
    return _pushes(RATING, f"operator:{operator_id}", seq, operator_id, lambda viewer: viewer.locale)


def balance(seq: int) -> list[Push]:
    """The company's balance on the open pages of its administrators."""
    return _pushes(BALANCE, "company", seq, 0, lambda viewer: viewer.locale if viewer.administrator else None)


def _pushes(name: str, topic: str, seq: int, operator_id: int, key: Callable[[Viewer], str | None]) -> list[Push]:
    source = _sources.get(name)
    if source is None:
        return []
    value = source.read(operator_id)

    def html(viewer: Viewer) -> str:
        with for_viewer(viewer):
            return "".join(oob(render(part, figure=_figure(name, source, value)), "true") for part in _PARTS[name])

    return [Push(topic, seq, key, html)]


def _figure(name: str, source: Source, value: Any) -> Figure:
    return Figure(name, source.write(value) if value is not None else "")
