"""What leaves of a message, and what became of it at its provider."""

import json

from c2d.channels.contract import Button, ChannelError, Outbound, OutboundFile, Peer, SendResult
from c2d.core import files
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.messages import statuses
from c2d.messages.arriving import OWN_ID
from c2d.messages.events import DeliveryStatusChanged, MessageChanged
from c2d.messages.models import AUTOREPLY, BOT, TO_CLIENT

LEAVING = {TO_CLIENT, AUTOREPLY, BOT}  # a comment is for colleagues and never leaves

_letter = scoped("""
    SELECT m.kind, m.text, m.content, m.imported, m.deleted_at, m.status, c.external_id, c.phone, c.username, c.name,
           q.provider_id AS quote
    FROM messages m
    JOIN dialogs d ON d.company_id = m.company_id AND d.id = m.dialog_id
    JOIN clients c ON c.company_id = d.company_id AND c.id = d.client_id
    LEFT JOIN messages q ON q.company_id = m.company_id AND q.id = m.quote_id
    WHERE m.company_id = %(company)s AND m.id = %(id)s""")
_files = scoped("""
    SELECT name, mime, kind, size, storage_key, seconds FROM attachments
    WHERE company_id = %(company)s AND message_id = %(id)s AND storage_key IS NOT NULL ORDER BY id""")
_channel_of = scoped("SELECT channel_id, dialog_id FROM messages WHERE company_id = %(company)s AND id = %(id)s")
_drop_echo = scoped("""
    DELETE FROM messages WHERE company_id = %(company)s AND channel_id = %(channel)s AND dialog_id = %(dialog)s
      AND provider_id = ANY(%(provider_ids)s) AND imported AND id <> %(id)s RETURNING id""")
_name_it = scoped("""
    UPDATE messages m SET problem = NULL, content = m.content || coalesce(%(parts)s::jsonb, '{}'),
           provider_id = CASE WHEN NOT EXISTS (
               SELECT 1 FROM messages o WHERE o.company_id = m.company_id AND o.channel_id = m.channel_id
               AND o.provider_id = %(provider_id)s AND o.dialog_id = m.dialog_id AND o.id <> m.id) THEN %(provider_id)s END
    WHERE m.company_id = %(company)s AND m.id = %(id)s""")
_delay = scoped("""
    UPDATE messages SET problem = %(problem)s,
           content = content || coalesce(%(parts)s::jsonb, '{}')
    WHERE company_id = %(company)s AND id = %(id)s AND problem IS DISTINCT FROM %(problem)s
    RETURNING dialog_id""")
_queue = scoped("""
    UPDATE messages SET status = 'queued', problem = NULL WHERE company_id = %(company)s AND id = %(id)s
      AND status = 'failed' RETURNING dialog_id""")


def compose(message_id: int) -> Outbound | None:
    """The letter for the provider; None for what must not leave, whoever asked for it."""
    row = _letter.first(id=message_id)
    if row is None or row.kind not in LEAVING or row.imported or row.deleted_at:
        return None
    quote = row.quote if row.quote and not row.quote.startswith(OWN_ID) else None
    return Outbound(
        message_id=str(message_id), text=row.text, quote=quote, sent=tuple(row.content.get("parts", ())),
        peer=Peer(external_id=row.external_id, phone=row.phone, username=row.username, name=row.name or None),
        attachments=tuple(_file(file) for file in _files.all(id=message_id)),
        buttons=tuple(_button(button) for button in row.content.get("buttons", ())),
    )


def accepted(message_id: int, result: SendResult) -> None:
    """The provider took it: the ids are kept, and statuses that came before them apply now."""
    place = _channel_of.first(id=message_id)
    ids = [id[:120] for id in result.provider_ids]
    statuses.wait_for_ids(place.channel_id, ids)
    for row in _drop_echo.all(channel=place.channel_id, dialog=place.dialog_id, provider_ids=ids, id=message_id):
        emit(MessageChanged(dialog_id=place.dialog_id, message_id=row.id, change="removed"))
    if ids:
        _name_it.run(id=message_id, provider_id=ids[0], parts=_parts(ids if len(ids) > 1 else ()))
    news = [statuses.News(message_id, statuses.SHOWN.get(result.status, result.status))]
    statuses.apply(news + statuses.parked(place.channel_id, ids, message_id))


def delayed(message_id: int, error: ChannelError) -> None:
    """It waits for another try, visibly."""
    dialog_id = _delay.value(id=message_id, problem=_reason(error), parts=_parts(error.sent))
    if dialog_id:
        emit(MessageChanged(dialog_id=dialog_id, message_id=message_id, change="delayed"))


def failed(message_id: int, error: ChannelError) -> None:
    if error.sent:
        _delay.run(id=message_id, problem=_reason(error), parts=_parts(error.sent))
    statuses.apply([statuses.News(message_id, "failed", _reason(error))])


def queued(message_id: int) -> bool:
    """Back from failed to waiting, because a person asked; False when it had not failed."""
    dialog_id = _queue.value(id=message_id)
    if dialog_id:
        statuses.look_again([dialog_id])
        emit(DeliveryStatusChanged(dialog_id=dialog_id, message_id=message_id, status="queued"))
    return bool(dialog_id)


def _parts(ids) -> str | None:
    """Which provider messages one of ours became, where it was too long for one."""
    return json.dumps({"parts": list(ids)}) if ids else None


def _reason(error: ChannelError) -> str:
    """'rate: Too Many Requests': the kind decides the words shown, the rest is the provider's own."""
    return f"{error.kind}: {error.text}".rstrip(": ")[:500]


def _file(row) -> OutboundFile:
    return OutboundFile(
        name=row.name, mime=row.mime, kind=row.kind, size=row.size, duration=row.seconds,
        open=lambda: files.open_stored(row.storage_key),
    )


def _button(button: dict) -> Button:
    known = {key: str(button[key]) for key in ("title", "payload", "key", "url") if button.get(key)}
    return Button(**{"title": "", **known})
