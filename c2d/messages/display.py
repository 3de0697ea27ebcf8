"""Messages in the shape that messages/_message.html names."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from flask_babel import gettext as _
from markupsafe import Markup

from c2d.core import veil
from c2d.core.text import full_name, linkify, one_line
from c2d.messages.models import AUTOREPLY, BOT, COMMENT, FROM_CLIENT, TO_CLIENT

KINDS = {FROM_CLIENT: "in", TO_CLIENT: "out", COMMENT: "note", AUTOREPLY: "auto", BOT: "bot"}
# the page draws five; a provider's finer ones are shown as their nearest
STATUSES = {"queued": "queued", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}
INLINE_IMAGES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
SAME_WITHIN = timedelta(minutes=5)


@dataclass
class Shown:
    id: int
    dialog_id: int
    key: str | None
    kind: str
    text: str
    html: Markup
    at: datetime
    author: str | None
    status: str
    error: str | None
    from_phone: bool
    edited: bool
    deleted: bool
    same: bool
    quote: Any = None
    attachments: list = field(default_factory=list)
    buttons: list = field(default_factory=list)
    location: Any = None
    contact: Any = None
    unsupported: bool = False
    can_retry: bool = False
    withheld: bool = False
    via: Any = None


def shown(row: Any, files: list, client: str, same: bool = False, via: Any = None) -> Shown:
    """A message for any reader; `client` is the name to put under the client's words, `via` the mark of its channel
    where several dialogs are shown together."""
    content = json.loads(row.content)
    deleted = row.deleted_at is not None
    return Shown(
        id=row.id, dialog_id=row.dialog_id, key=row.client_key, kind=KINDS.get(row.kind, "out"),
        text="" if deleted else row.text, html=linkify("" if deleted else row.text), at=row.at,
        author=full_name(row.first_name, row.last_name), status=STATUSES.get(row.status, "sent"), error=why(row.problem),
        from_phone=row.imported and row.kind != FROM_CLIENT, edited=row.edited_at is not None, deleted=deleted,
        same=same, quote=_quote(row, client), attachments=[attachment(file) for file in files],
        buttons=_buttons(content), location=_location(content), contact=_contact(content),
        unsupported=bool(content.get("unsupported")), can_retry=row.kind == TO_CLIENT,
        withheld=row.withheld, via=via,
    )


def why(problem: str | None) -> str | None:
    """'rate: Too Many Requests' in words: the kind is ours, what follows is the provider's own."""
    if not problem:
        return None
    kind, _sep, told = problem.partition(": ")
    words = {
        "unknown": _("the messenger did not answer, it may have arrived"),
        "window": _("the time for free answers is over"),
        "recipient": _("the client cannot be reached"),
        "payload": _("the messenger does not take such a message"),
        "auth": _("the channel must be connected again"),
        "account": _("the messenger has blocked the account"),
        "retry": _("the messenger is not available"),
        "rate": _("the messenger takes no more messages now"),
        "template": _("the template is not allowed"),
    }.get(kind)
    return " · ".join(part for part in (words, told) if part) if words else problem


def is_same(before_kind: str | None, before_operator: int | None, before_at: datetime | None, row: Any) -> bool:
    """Does the message go on what the same person said just before?"""
    if before_at is None or (before_kind, before_operator) != (row.kind, row.operator_id):
        return False
    return row.at - before_at < SAME_WITHIN


def file_url(id: int, name: str) -> str:
    # a slash would be read as another address, dots alone as the folder above
    last = re.sub(r"[/\\]", "_", name).strip(".")
    return f"/files/{id}/{quote(last or 'file', safe='')}"


def attachment(row: Any) -> SimpleNamespace:
    """One file; an image of a kind that browsers run code from is offered for download only."""
    kind = "image" if row.kind in ("image", "sticker") and row.mime in INLINE_IMAGES else row.kind
    kind = kind if kind in ("image", "voice", "audio", "video") and (kind != "image" or row.mime in INLINE_IMAGES) else "file"
    return SimpleNamespace(
        id=row.id, kind=kind, name=row.name, size=row.size, mime=row.mime, url=file_url(row.id, row.name),
        thumb_url=None, width=row.width, height=row.height, seconds=row.seconds,
        peaks=json.loads(row.peaks) if row.peaks else None, state=row.state,
    )


def _quote(row: Any, client: str) -> SimpleNamespace | None:
    if row.quote_id is None:
        return None
    author = client if row.quote_kind == FROM_CLIENT else full_name(row.quote_first, row.quote_last) or _("Operator")
    text = _("The message was deleted") if row.quote_deleted else one_line(row.quote_text, 120) or _("File")
    return SimpleNamespace(id=row.quote_id, author=author, text=text)


def _buttons(content: dict) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(text=button.get("title", ""), url=_http(button.get("url")), picked=bool(button.get("picked")))
        for button in content.get("buttons") or ()
    ]


def _contact(content: dict) -> SimpleNamespace | None:
    """A card from somebody's address book, often the client's own."""
    card = content.get("contact")
    if not card:
        return None
    return SimpleNamespace(name=veil.words(card.get("name", "")), phone=veil.phone(card.get("phone", "")))


def _http(url: Any) -> str | None:
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else None


def _location(content: dict) -> SimpleNamespace | None:
    spot = content.get("location")
    if not spot:
        return None
    return SimpleNamespace(lat=spot.get("latitude", spot.get("lat")), lon=spot.get("longitude", spot.get("lon")),
                           title=spot.get("title") or spot.get("address") or "")
