"""Buttons that clients press: any that was ever sent may be pressed, also from an old message."""

import re

from c2d.channels.access import Account
from c2d.channels.contract import ButtonPress
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.dialogs.opening import Thread
from c2d.messages.arriving import Incoming
from c2d.messages.events import ButtonPressed, MessageChanged

OUR_KEY = re.compile(r"b:\d+")

# A key says which button it was; without one the source message's own buttons are compared.
_by_key = scoped("""
    SELECT k.key, k.message_id, m.dialog_id, k.title, k.payload FROM button_keys k
    JOIN messages m ON m.company_id = k.company_id AND m.id = k.message_id
    WHERE k.company_id = %(company)s AND k.key = ANY(%(keys)s)""")
_by_message = scoped("""
    SELECT id, content -> 'buttons' AS buttons FROM messages
    WHERE company_id = %(company)s AND channel_id = %(channel)s AND provider_id = %(provider_id)s
      AND dialog_id = %(dialog)s""")
_mark = scoped("""
    UPDATE messages SET content = jsonb_set(content, '{buttons}', (
        SELECT jsonb_agg(CASE WHEN b ->> 'payload' = %(payload)s AND b ->> 'title' = %(title)s
                              THEN b || '{"picked": true}' ELSE b END ORDER BY place)
        FROM jsonb_array_elements(content -> 'buttons') WITH ORDINALITY AS t(b, place)))
    WHERE company_id = %(company)s AND id = %(id)s AND jsonb_typeof(content -> 'buttons') = 'array'
      AND content -> 'buttons' <> '[]'""")


def look_up(account: Account, entries: list[tuple[Incoming, Thread]]) -> None:
    """Fill in what each press stands for. A key of another client's message stands for nothing."""
    presses = [(m, t) for m, t in entries if isinstance(m.event, ButtonPress)]
    if not presses:
        return
    found = {row.key: row for row in _by_key.all(keys=[m.content["picked"]["payload"] for m, _ in presses])}
    for message, thread in presses:
        picked, row = message.content["picked"], found.get(message.content["picked"]["payload"])
        if row and row.dialog_id == thread.id:
            picked.update(payload=row.payload, title=row.title, message_id=row.message_id)
        elif message.reply_to:
            _from_source(account, message, thread)
        if not picked["title"] and OUR_KEY.fullmatch(picked["payload"]):
            message.content["unsupported"] = "button"  # nothing that a person could read
            continue
        message.text = picked["title"] = picked["title"] or picked["payload"][:256]


def pressed(message_id: int, message: Incoming, thread: Thread) -> None:
    """Mark the button on its message and say so."""
    picked = message.content["picked"]
    source = picked.get("message_id")
    emit(ButtonPressed(
        dialog_id=thread.id, client_id=thread.client_id, message_id=message_id, payload=picked["payload"],
        title=picked["title"], source_message_id=source,
    ))
    if source and _mark.count(id=source, payload=picked["payload"], title=picked["title"]):
        emit(MessageChanged(dialog_id=thread.id, client_id=thread.client_id, message_id=source, change="picked"))


def _from_source(account: Account, message: Incoming, thread: Thread) -> None:
    row = _by_message.first(channel=account.id, provider_id=message.reply_to, dialog=thread.id)
    if row is None:
        return
    picked = message.content["picked"]
    picked["message_id"] = row.id
    for button in row.buttons or ():
        if button.get("payload") == picked["payload"]:
            picked["title"] = picked["title"] or button.get("title", "")
