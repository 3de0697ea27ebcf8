"""Messages of blocked clients: stored like all others, and kept out of the chats."""

from c2d.blacklist import queries, replying
from c2d.channels.access import Account
from c2d.channels.outbound import send_later
from c2d.core.clock import now
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.dialogs.opening import Thread
from c2d.messages.arriving import Incoming
from c2d.messages.events import MessageWithheld

_hide = scoped("""
    UPDATE dialogs SET preview_kind = 'withheld'
    WHERE company_id = %(company)s AND id = ANY(%(ids)s) AND last_message_id IS NULL AND state = 'closed'""")
_reply = scoped("""
    INSERT INTO messages (company_id, dialog_id, channel_id, kind, text, status, withheld, at)
    SELECT %(company)s, dialog_id, %(channel)s, 'autoreply', text, 'queued', true, %(now)s
    FROM unnest(%(dialogs)s::bigint[], %(texts)s::text[]) AS t(dialog_id, text)
    RETURNING id, dialog_id""")


def mark(entries: list[tuple[Incoming, Thread]]) -> None:
    """Say which of these come from blocked clients.

    It asks after the dialogs were locked, in a statement of its own: who blocks holds them too, so that the
    answer is the one that stands when this transaction ends.
    """
    blocked = queries.among(thread.card_id for _, thread in entries) if entries else ()
    for message, thread in entries:
        message.withheld = thread.card_id in blocked and not message.out


def finish(account: Account, stored: list[tuple[int, Incoming, Thread]]) -> None:
    """Hide dialogs that were made for such messages alone, and reply where the company wants it."""
    threads = {thread.card_id: thread for _, message, thread in stored if message.withheld}
    if not threads:
        return
    fresh = sorted({thread.id for _, message, thread in stored if message.withheld and thread.fresh})
    if fresh:
        _hide.run(ids=fresh)
    words = replying.claim(threads)
    chosen = {threads[card].id: (threads[card], text) for card, text in words.items()}
    if not chosen:
        return
    rows = _reply.all(channel=account.id, dialogs=list(chosen), texts=[text for _, text in chosen.values()], now=now())
    for row in rows:
        send_later(row.id, row.dialog_id, account.id)
        emit(MessageWithheld(dialog_id=row.dialog_id, client_id=chosen[row.dialog_id][0].client_id, message_id=row.id))
