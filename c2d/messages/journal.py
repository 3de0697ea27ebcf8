"""Facts of a dialog as lines between its messages."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from c2d.core import veil
from c2d.core.text import full_name
from c2d.dialogs.display import request_label


@dataclass
class Line:
    """As dialogs/journal/*.html take it."""

    id: int
    kind: str
    at: datetime
    actor: str | None
    particulars: dict


def line(row: Any) -> Line:
    known = json.loads(row.particulars)
    if "number" in known:
        known["number"] = request_label(known["number"])
    if known.get("until"):
        known["until"] = datetime.fromisoformat(known["until"])
    _veil(row.kind, known)
    return Line(row.seq, _kind(row, known), row.at, full_name(row.first_name, row.last_name), known)


def _veil(kind: str, known: dict) -> None:
    """Numbers and addresses that the fact tells of, for the reader."""
    field = known.get("field", "").removesuffix("_primary") if kind == "card_changed" else ""
    mask = {"phone": veil.phone, "email": veil.email, "name": veil.words, "title": veil.words, "login": veil.words}.get(
        "phone" if kind == "client_moved" else field)
    if mask:
        known["old"], known["new"] = mask(known["old"]), mask(known["new"])


def border(row: Any) -> bool:
    """Is the fact drawn as the border of a request? A closing by hand tells who did it instead."""
    return row.kind == "request_opened" or (row.kind == "request_closed" and row.actor_id is None)


def _kind(row: Any, known: dict) -> str:
    taken = row.kind == "dialog_assigned" and known["to_id"] == row.actor_id
    return "dialog_taken" if taken and known.get("from_id") is None else row.kind
