"""What holds for a client, in the shape that the templates of blacklist/ name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask

from c2d.blacklist import queries
from c2d.core.text import full_name


@dataclass(frozen=True)
class Block:
    """Why a client is blocked, by whom, since and until when (None: for ever)."""

    reason: str
    by: str
    at: datetime
    until: datetime | None


def init_app(app: Flask) -> None:
    # the card stands to the left of the blacklist, so its template asks for this by itself
    app.jinja_env.globals["block_of"] = block_of


def block_of(card_id: int) -> Block | None:
    """What holds for the card now; None when it is not blocked."""
    row = queries.current([card_id]).get(card_id)
    return block(row) if row else None


def block(row: Any) -> Block:
    return Block(row.reason, full_name(row.first_name, row.last_name) or "", row.blocked_at, row.until)
