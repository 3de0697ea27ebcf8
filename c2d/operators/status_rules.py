"""What happens to statuses by itself, as the company wants it."""

from c2d.companies import settings
from c2d.core import audit
from c2d.core.db import db
from c2d.core.events import emit
from c2d.operators.events import StatusRulesChanged

RULES = ("idle_offline_minutes", "online_at_login", "warn_open_chats")


def current() -> dict:
    """{name: value} of the three."""
    chosen = settings.of(settings.own())
    return {name: getattr(chosen, name) for name in RULES}


def change(**values) -> None:
    """`idle_offline_minutes` (0 for never), `online_at_login`, `warn_open_chats`."""
    db.session.refresh(settings.own(), with_for_update={"key_share": True})  # others choose other settings meanwhile
    before = current()
    settings.choose(**{name: values[name] for name in RULES})
    before, after = audit.changed(before, current())
    if after:
        emit(StatusRulesChanged(subject="", before=before, after=after))
