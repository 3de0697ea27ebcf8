"""A channel that its provider refuses as a whole: marked broken until an administrator acts."""

from c2d.channels import access
from c2d.channels.contract import ChannelError
from c2d.channels.events import ChannelChanged
from c2d.channels.models import BROKEN
from c2d.core.clock import now
from c2d.core.events import emit
from c2d.core.sql import scoped

_break = scoped("""
    UPDATE channels SET state = 'broken', problem = %(problem)s, checked_at = %(now)s
    WHERE company_id = %(company)s AND id = %(id)s AND state = 'active'""")


def broken(account: access.Account, error: ChannelError) -> None:
    """Its own messages are still taken in, and sending is still tried."""
    if _break.count(id=account.id, problem=f"{error.kind}: {error.text}"[:500], now=now()):
        emit(ChannelChanged(channel_id=account.id, state=BROKEN))
