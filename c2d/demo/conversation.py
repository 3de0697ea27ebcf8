"""The conversation as the client sees it: without comments, events and what never arrived."""

from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from c2d.channels.contract import parse_json
from c2d.core.sql import Row, scoped
from c2d.core.text import linkify
from c2d.demo.client import Client

SHOWN = 100
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}

_messages = scoped("""
    SELECT * FROM (
        SELECT m.id, m.kind, m.text, m.content, m.at, m.status, m.provider_id, m.has_files
        FROM messages m
        JOIN dialogs d ON d.company_id = m.company_id AND d.id = m.dialog_id
        JOIN clients c ON c.company_id = d.company_id AND c.id = d.client_id
        WHERE m.company_id = %(company)s AND d.channel_id = %(channel)s AND c.external_id = %(external_id)s
          AND m.kind <> 'comment' AND m.deleted_at IS NULL
          AND (m.kind = 'from_client' OR m.status IN ('sent', 'delivered', 'read'))
        ORDER BY m.id DESC LIMIT %(most)s) newest
    ORDER BY id""")
_files = scoped("""
    SELECT id, message_id, kind, name, mime, size, width, height, seconds, state FROM attachments
    WHERE company_id = %(company)s AND message_id = ANY(%(ids)s) ORDER BY id""")
_underway = scoped("""
    SELECT body, received_at FROM inbound_deliveries
    WHERE company_id = %(company)s AND channel_id = %(channel)s AND state = 0 ORDER BY id LIMIT 50""")


@dataclass
class Said:
    """`mine`: the client's own words. `underway`: not taken in yet."""

    id: int
    mine: bool
    html: Markup
    at: datetime
    files: list[Row] = field(default_factory=list)
    buttons: list[dict] = field(default_factory=list)
    underway: bool = False
    provider_id: str | None = None


@dataclass
class Conversation:
    lines: list[Said]
    unread: list[str]  # provider ids of what the client sees now for the first time


def conversation(channel_id: int, client: Client) -> Conversation:
    """Of the company in scope."""
    rows = _messages.all(channel=channel_id, external_id=client.external_id, most=SHOWN)
    files: dict[int, list[Row]] = {}
    with_files = [row.id for row in rows if row.has_files]
    for file in _files.all(ids=with_files) if with_files else ():
        files.setdefault(file.message_id, []).append(file)
    lines = [_said(row, files.get(row.id, [])) for row in rows]
    unread = [row.provider_id for row in rows if row.kind == "to_client" and row.status != "read" and row.provider_id]
    return Conversation([*lines, *_waiting(channel_id, client)], unread)


def _said(row: Row, files: list[Row]) -> Said:
    buttons = [button for button in row.content.get("buttons") or () if button.get("title")]
    return Said(row.id, row.kind == "from_client", linkify(row.text), row.at, files, buttons, provider_id=row.provider_id)


def _waiting(channel_id: int, client: Client) -> list[Said]:
    """What the client sent a moment ago."""
    found = []
    for row in _underway.all(channel=channel_id):
        body = parse_json(bytes(row.body))
        if body and body.object("client").id("id") == client.external_id:
            words = body.object("message").text("text") or body.object("button").text("title")
            if words:
                found.append(Said(0, True, linkify(words), row.received_at, underway=True))
    return found
