"""The automatic reply to blocked clients: at most one in a day for each card."""

from collections.abc import Iterable
from datetime import timedelta

from c2d.core.clock import now
from c2d.core.sql import scoped

PAUSE = timedelta(hours=24)

# The condition and the mark are one statement: of two intakes that hear the same client, one replies.
_claim = scoped("""
    UPDATE blacklist_entries b SET replied_at = %(now)s FROM companies c
    WHERE b.company_id = %(company)s AND c.id = b.company_id AND b.card_id = ANY(%(cards)s) AND b.lifted_at IS NULL
      AND (b.replied_at IS NULL OR b.replied_at <= %(before)s) AND coalesce(c.settings ->> 'blacklist_reply', '') <> ''
    RETURNING b.card_id, c.settings ->> 'blacklist_reply' AS text""")


def claim(card_ids: Iterable[int]) -> dict[int, str]:
    """The cards that shall get the reply now, each with its words; they are not given again for a day."""
    rows = _claim.all(cards=sorted(set(card_ids)), now=now(), before=now() - PAUSE)
    return {row.card_id: row.text for row in rows}
