"""The outbox: one row for each message that must leave, handed to its provider once, in order for each dialog.

The sender (a thread of the worker process, woken by Redis) takes a row for a minute and calls the provider
outside of any transaction. Where it is lost in the call, or the provider's answer is, nobody knows whether the
message left. It is never sent again by itself then, unless the adapter is `idempotent` (its receivers drop
repeats): it becomes failed with the reason 'unknown', and a person decides.
"""

from c2d.channels.handover import HANDOVER
from c2d.channels.sender import BELL
from c2d.core.bells import wake_after_commit
from c2d.core.clock import now
from c2d.core.errors import NotFound
from c2d.core.sql import scoped

_insert = scoped("""
    INSERT INTO sendings (company_id, channel_id, dialog_id, message_id)
    VALUES (%(company)s, %(channel)s, %(dialog)s, %(message)s) ON CONFLICT DO NOTHING""")
_again = scoped("""
    UPDATE sendings SET state = 0, tries = 0, next_at = %(now)s, created_at = %(now)s, lease_until = NULL,
           problem = NULL
    WHERE company_id = %(company)s AND message_id = %(message)s AND state = 2""")


def send_later(message_id: int, dialog_id: int, channel_id: int) -> None:
    """Promise to send this message; call it in the message's own transaction, with the dialog's row locked."""
    _insert.run(message=message_id, dialog=dialog_id, channel=channel_id)
    wake_after_commit(BELL)


def retry(message_id: int) -> None:
    """Send a failed message once more, because a person asked. Raises NotFound when it has not failed."""
    if not HANDOVER.queued(message_id) or not _again.count(message=message_id, now=now()):
        raise NotFound
    wake_after_commit(BELL)
