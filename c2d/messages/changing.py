"""What happens to messages after they were stored: edited, deleted, reacted to; and clients who block or come back."""

import json

from c2d.channels.access import Account
from c2d.channels.contract import Deleted, Edited, PeerBlocked, PeerUnblocked, Reaction
from c2d.channels.handover import Arrival
from c2d.clients import identity
from c2d.core.bells import ring_after_commit
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.core.text import clean, one_line
from c2d.dialogs.events import ChannelBlockedByClient, ChannelUnblockedByClient
from c2d.messages import media, storing
from c2d.messages.events import MessageChanged

KEPT_EDITS = 20

# Without a peer the id alone must do: providers that leave the peer out have ids unique in the channel.
_target_of = scoped("""
    SELECT m.id, m.dialog_id, d.client_id, m.text, m.content FROM messages m
    JOIN dialogs d ON d.company_id = m.company_id AND d.id = m.dialog_id
    JOIN clients c ON c.company_id = d.company_id AND c.id = d.client_id
    WHERE m.company_id = %(company)s AND m.channel_id = %(channel)s AND m.provider_id = %(provider_id)s
      AND (%(peer)s::text IS NULL OR c.external_id = %(peer)s)
    LIMIT 1 FOR UPDATE OF m""")
_edit = scoped("""
    UPDATE messages SET text = %(text)s, edited_at = %(at)s, has_files = has_files OR %(files)s,
           content = jsonb_set(content, '{edits}', %(edits)s::jsonb)
    WHERE company_id = %(company)s AND id = %(id)s""")
_preview = scoped("""
    UPDATE dialogs SET preview = %(text)s WHERE company_id = %(company)s AND id = %(dialog)s
      AND last_message_id = %(message)s AND preview_kind = 'text'""")
_delete = scoped("""
    UPDATE messages SET deleted_at = %(at)s WHERE company_id = %(company)s AND id = %(id)s AND deleted_at IS NULL""")
_react = scoped("""
    UPDATE messages SET content = jsonb_set(content, '{reactions}', %(emojis)s::jsonb)
    WHERE company_id = %(company)s AND id = %(id)s
      AND coalesce(content -> 'reactions', '[]') <> %(emojis)s::jsonb""")
_file_count = scoped("SELECT count(*) FROM attachments WHERE company_id = %(company)s AND message_id = %(id)s")
_dialogs_of = scoped("""
    SELECT id FROM dialogs
    WHERE company_id = %(company)s AND channel_id = %(channel)s AND client_id = %(client)s""")


def apply(account: Account, arrivals: list[Arrival]) -> list[Arrival]:
    """Apply changes in their order; those whose message is not known come back."""
    about = [a for a in arrivals if isinstance(a.event, Edited | Deleted | Reaction) and a.event.provider_id]
    unknown = []
    for arrival in about:
        row = _target(account, arrival)
        if row is None:
            unknown.append(arrival)
        elif CHANGES[type(arrival.event)](row, arrival):
            change = type(arrival.event).__name__.lower()
            emit(MessageChanged(dialog_id=row.dialog_id, client_id=row.client_id, message_id=row.id, change=change))
    for arrival in arrivals:
        if isinstance(arrival.event, PeerBlocked | PeerUnblocked) and arrival.event.peer:
            _note_block(account, arrival)
    return unknown


def _target(account: Account, arrival: Arrival):
    peer = arrival.event.peer
    return _target_of.first(
        channel=account.id, provider_id=arrival.event.provider_id, peer=peer.external_id if peer else None,
    )


def _edited(row, arrival: Arrival) -> bool:
    text = clean(arrival.event.text)
    added = () if _file_count.value(id=row.id) else arrival.event.attachments
    if text == row.text and not added:
        return False
    edits = [*row.content.get("edits", []), {"text": row.text, "until": arrival.at.isoformat()}][-KEPT_EDITS:]
    _edit.run(id=row.id, text=text, at=arrival.at, files=bool(added), edits=json.dumps(edits))
    _preview.run(dialog=row.dialog_id, message=row.id, text=one_line(text, 160))
    if added:
        storing.attach(row.id, added)
        ring_after_commit(media.fetch)
    return True


def _deleted(row, arrival: Arrival) -> bool:
    return bool(_delete.count(id=row.id, at=arrival.at))


def _reacted(row, arrival: Arrival) -> bool:
    return bool(_react.count(id=row.id, emojis=json.dumps(list(arrival.event.emojis[:20]))))


CHANGES = {Edited: _edited, Deleted: _deleted, Reaction: _reacted}


def _note_block(account: Account, arrival: Arrival) -> None:
    known = identity.find(account.transport, account.identity_scope, [arrival.event.peer.external_id])
    fact = ChannelBlockedByClient if isinstance(arrival.event, PeerBlocked) else ChannelUnblockedByClient
    for client in known.values():
        for dialog in _dialogs_of.all(channel=account.id, client=client.id):
            emit(fact(dialog_id=dialog.id, client_id=client.id))
