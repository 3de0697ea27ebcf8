"""What goes along when clients move from card to card; each function costs the same whatever the size.

Everything that hangs on a dialog (messages, comments, requests, drafts, ratings) or on a client moves by staying where
it is. What hangs on the card is its content (clients.images) and, here, its blocks and who was told apart from it.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from c2d.core.sql import Row, scoped

# the lower id first, as everybody who locks cards does; a dialog may still be opened on a card that is being linked
_lock = scoped("""
    SELECT id FROM client_cards WHERE company_id = %(company)s AND id = ANY(%(cards)s)
    ORDER BY id FOR NO KEY UPDATE""")
# Before the dialogs: whoever opens one meanwhile holds its client until it is there to be moved.
_clients = scoped("""
    UPDATE clients SET card_id = %(card)s WHERE company_id = %(company)s AND id IN (
        SELECT id FROM clients WHERE company_id = %(company)s AND id = ANY(%(clients)s) ORDER BY id FOR NO KEY UPDATE)""")
_dialogs = scoped("""
    UPDATE dialogs d SET card_id = x.card_id, name = x.name, hue = x.hue, tags = x.tags
    FROM (
        SELECT d.id, k.id AS card_id, k.name, k.hue, coalesce((
            SELECT jsonb_agg(jsonb_build_array(g.name, g.hue) ORDER BY g.name) FROM card_tags t
            JOIN tags g ON g.company_id = t.company_id AND g.id = t.tag_id
            WHERE t.company_id = k.company_id AND t.card_id = k.id), '[]') AS tags
        FROM clients c JOIN client_cards k ON k.company_id = c.company_id AND k.id = c.card_id
        JOIN dialogs d ON d.company_id = c.company_id AND d.client_id = c.id
        WHERE c.company_id = %(company)s AND c.card_id = ANY(%(cards)s) ORDER BY d.id FOR NO KEY UPDATE OF d) x
    WHERE d.company_id = %(company)s AND d.id = x.id""")
_dialogs_of = scoped("""
    SELECT id, client_id, card_id FROM dialogs
    WHERE company_id = %(company)s AND card_id = ANY(%(cards)s) ORDER BY id""")
_stricter = scoped("""
    UPDATE blacklist_entries mine SET until = CASE WHEN theirs.until IS NULL THEN NULL ELSE greatest(mine.until, theirs.until) END
    FROM blacklist_entries theirs
    WHERE mine.company_id = %(company)s AND mine.card_id = %(kept)s AND mine.lifted_at IS NULL AND mine.until IS NOT NULL
      AND theirs.company_id = %(company)s AND theirs.card_id = %(absorbed)s AND theirs.lifted_at IS NULL""")
_blocks = scoped("""
    UPDATE blacklist_entries b SET card_id = %(kept)s, lifted_at = CASE
        WHEN b.lifted_at IS NULL AND EXISTS (
            SELECT 1 FROM blacklist_entries x WHERE x.company_id = b.company_id AND x.card_id = %(kept)s AND x.lifted_at IS NULL)
        THEN %(at)s ELSE b.lifted_at END
    WHERE b.company_id = %(company)s AND b.card_id = %(absorbed)s""")
_blocks_exactly = scoped("""
    UPDATE blacklist_entries b SET card_id = t.card, until = t.until AT TIME ZONE 'UTC',
           lifted_at = t.lifted_at AT TIME ZONE 'UTC', lifted_by = t.lifted_by
    FROM jsonb_to_recordset(%(blocks)s::jsonb)
         AS t(id bigint, card bigint, until timestamp, lifted_at timestamp, lifted_by bigint)
    WHERE b.company_id = %(company)s AND b.id = t.id""")
# One that ended only because the two became one card goes on while the other one does.
_blocks_back = scoped("""
    UPDATE blacklist_entries b SET card_id = %(absorbed)s, lifted_at = CASE
        WHEN b.lifted_at = %(linked_at)s AND b.lifted_by IS NULL AND EXISTS (
            SELECT 1 FROM blacklist_entries x WHERE x.company_id = b.company_id AND x.card_id = %(kept)s
            AND x.lifted_at IS NULL AND x.id <> ALL(%(blocks)s))
        THEN NULL ELSE b.lifted_at END
    WHERE b.company_id = %(company)s AND b.card_id = %(kept)s AND b.id = ANY(%(blocks)s)""")
_tell_apart = scoped("""
    INSERT INTO card_distinctions (company_id, card_id, other_card_id, operator_id, said_at)
    SELECT %(company)s, least(%(kept)s::bigint, x.id), greatest(%(kept)s::bigint, x.id), s.operator_id, s.said_at
    FROM unnest(%(others)s::bigint[]) x(id) JOIN card_distinctions s ON s.company_id = %(company)s
        AND s.card_id = least(%(absorbed)s::bigint, x.id) AND s.other_card_id = greatest(%(absorbed)s::bigint, x.id)
    ON CONFLICT DO NOTHING""")
_forget_apart = scoped("""
    DELETE FROM card_distinctions s USING unnest(%(others)s::bigint[]) x(id)
    WHERE s.company_id = %(company)s AND s.card_id = least(%(kept)s::bigint, x.id)
      AND s.other_card_id = greatest(%(kept)s::bigint, x.id)""")
# Facts of the time when the cards were one say what either person's card said. Each journal keeps those of its own.
_hide = scoped("""
    UPDATE event_records e SET kind = 'card_change_hidden', particulars = jsonb_build_object('card_id', e.particulars->'card_id')
    FROM jsonb_to_recordset(%(own)s::jsonb) AS t(card bigint, words jsonb, tags jsonb), dialogs d
    WHERE e.company_id = %(company)s AND d.company_id = %(company)s AND d.card_id = t.card AND e.dialog_id = d.id
      AND e.journal AND e.at >= %(since)s AND e.particulars ? 'card_id' AND e.kind <> ALL(%(bare)s)
      AND NOT jsonb_path_query_array(e.particulars - 'field' - 'label' - 'shape', 'strict $.** ? (@.type() == "string")')
          <@ (t.words || coalesce((SELECT jsonb_agg(g.name) FROM tags g WHERE g.company_id = %(company)s
              AND g.id IN (SELECT x::bigint FROM jsonb_array_elements_text(t.tags) x)), '[]'))""")
# they name ids alone, or hide already
BARE = ["cards_linked", "cards_unlinked", "card_change_hidden"]


def lock(cards: Iterable[int]) -> None:
    """Nobody else changes these cards until the transaction ends."""
    _lock.run(cards=list(cards))


def move(clients: Collection[int], card: int) -> None:
    """Put clients on a card; `paint` moves their dialogs after that."""
    _clients.run(clients=list(clients), card=card)


def paint(cards: Iterable[int]) -> list[Row]:
    """Write anew what the dialogs of these cards' clients carry of them: card, name, hue, tags. Gives the dialogs."""
    cards = list(cards)
    _dialogs.run(cards=cards)
    return _dialogs_of.all(cards=cards)


def blocks(kept: int, absorbed: int, at: datetime) -> None:
    """The card is blocked if either was, until the later end; the other block is history from `at` on."""
    _stricter.run(kept=kept, absorbed=absorbed)
    _blocks.run(kept=kept, absorbed=absorbed, at=at)


def blocks_exactly(*images: dict) -> None:
    """Each block as it was when the images were taken."""
    rows = [
        {"id": id, "card": image["card"], "until": until, "lifted_at": lifted_at, "lifted_by": lifted_by}
        for image in images for id, until, lifted_at, lifted_by in image["blocks"]
    ]
    _blocks_exactly.run(blocks=json.dumps(rows))


def blocks_back(kept: int, absorbed: dict, linked_at: datetime) -> None:
    """The blocks that came with a card leave with it, as they are now."""
    _blocks_back.run(kept=kept, absorbed=absorbed["card"], blocks=[block[0] for block in absorbed["blocks"]],
                     linked_at=linked_at)


def tell_apart(kept: dict, absorbed: dict) -> None:
    """Who is not the one is not the other either."""
    others = set(absorbed["told_apart"]) - {kept["card"]}
    _tell_apart.run(kept=kept["card"], absorbed=absorbed["card"], others=sorted(others))


def forget_apart(kept: dict, absorbed: dict) -> None:
    """Take back what `tell_apart` added."""
    others = set(absorbed["told_apart"]) - set(kept["told_apart"]) - {kept["card"]}
    _forget_apart.run(kept=kept["card"], others=sorted(others))


def hide(own: Mapping[int, tuple[set[str], set[int]]], since: datetime) -> None:
    """Keep in each card's journal, from `since` on, only what its own words and tags account for."""
    rows = [{"card": card, "words": ["", *sorted(words)], "tags": sorted(tags)} for card, (words, tags) in own.items()]
    _hide.run(own=json.dumps(rows), since=since, bare=BARE)
