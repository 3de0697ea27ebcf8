"""Who is blocked now. What 'now' means stands here alone: an end lifts by itself, to the moment."""

from collections.abc import Iterable

from c2d.core.sql import Row, scoped

# A condition on `blacklist_entries b`.
IN_FORCE = "b.lifted_at IS NULL AND (b.until IS NULL OR b.until > statement_timestamp())"
# A condition on `dialogs d`: is its client blocked?
BLOCKED = f"""EXISTS (SELECT 1 FROM blacklist_entries b
    WHERE b.company_id = %(company)s AND b.card_id = d.card_id AND {IN_FORCE})"""  # noqa: S608

_among = scoped(f"""
    SELECT b.card_id FROM blacklist_entries b
    WHERE b.company_id = %(company)s AND b.card_id = ANY(%(cards)s) AND {IN_FORCE}""")  # noqa: S608
_current = scoped(f"""
    SELECT b.id, b.card_id, b.reason, b.blocked_at, b.until, o.first_name, o.last_name
    FROM blacklist_entries b LEFT JOIN operators o ON o.company_id = b.company_id AND o.id = b.blocked_by
    WHERE b.company_id = %(company)s AND b.card_id = ANY(%(cards)s) AND {IN_FORCE}""")  # noqa: S608


def among(card_ids: Iterable[int]) -> set[int]:
    """Those of the cards that are blocked at this moment; one statement for any number."""
    return {row.card_id for row in _among.all(cards=sorted(set(card_ids)))}


def current(card_ids: Iterable[int]) -> dict[int, Row]:
    """What holds for those of the cards that are blocked: since when, until when, why, by whom."""
    return {row.card_id: row for row in _current.all(cards=sorted(set(card_ids)))}
