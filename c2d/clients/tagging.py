"""The tags of a card. The rows of the list of chats carry them too."""

from collections.abc import Collection

from c2d.clients import card, searching
from c2d.clients.events import TagsAdded, TagsRemoved
from c2d.core.errors import NotFound
from c2d.core.sql import Row, scoped
from c2d.tags.creating import find_or_create

_of_cards = scoped("""
    SELECT ct.card_id, t.id, t.name, t.hue FROM card_tags ct
    JOIN tags t ON t.company_id = ct.company_id AND t.id = ct.tag_id
    WHERE ct.company_id = %(company)s AND ct.card_id = ANY(%(cards)s) ORDER BY lower(t.name), t.id""")
_names = scoped("SELECT id, name FROM tags WHERE company_id = %(company)s AND id = ANY(%(ids)s) ORDER BY lower(name), id")
_give = scoped("""
    INSERT INTO card_tags (company_id, card_id, tag_id) SELECT %(company)s, %(card)s, unnest(%(ids)s::bigint[])
    ON CONFLICT DO NOTHING""")
_take = scoped("""
    DELETE FROM card_tags WHERE company_id = %(company)s AND card_id = %(card)s AND tag_id = ANY(%(ids)s)""")
_carry = scoped("""
    UPDATE dialogs d SET tags = coalesce((
        SELECT jsonb_agg(jsonb_build_array(t.name, t.hue) ORDER BY t.name) FROM card_tags ct
        JOIN tags t ON t.company_id = ct.company_id AND t.id = ct.tag_id
        WHERE ct.company_id = %(company)s AND ct.card_id = %(card)s), '[]')
    FROM (SELECT id FROM dialogs WHERE company_id = %(company)s AND card_id = %(card)s ORDER BY id FOR UPDATE) x
    WHERE d.company_id = %(company)s AND d.id = x.id""")
# Those ticked come whatever is searched for, so that no tick is lost on the way.
_choice = scoped("""
    SELECT t.id, t.name, t.hue, t.id = ANY(%(ticked)s::bigint[]) AS ticked FROM tags t
    WHERE t.company_id = %(company)s
      AND (t.id = ANY(%(ticked)s::bigint[]) OR translate(lower(t.name), '\u0451', '\u0435') LIKE %(pattern)s)
    ORDER BY t.id = ANY(%(ticked)s::bigint[]) DESC, lower(t.name), t.id LIMIT 200""")


def of_cards(card_ids: list[int]) -> list[Row]:
    return _of_cards.all(cards=card_ids)


def choice(ticked: Collection[int], pattern: str) -> list[Row]:
    """Tags to choose from: those ticked and those whose folded name fits."""
    return _choice.all(ticked=list(ticked), pattern=pattern)


def assign(client_id: int, wanted: set[int], shown: set[int], new: str = "") -> None:
    """Give the card the wanted tags and take off those that were `shown` on it and are not wanted any more.

    `new` is the name of one more, created when there is none. One fact names all that came, another all that went.
    """
    kept = card.locked(client_id)
    if new:
        wanted = wanted | {find_or_create(new)}
    has = {row.id for row in of_cards([kept.id])}
    _change(kept.id, {row.id: row.name for row in _names.all(ids=list(wanted - has))},
            {row.id: row.name for row in _names.all(ids=list((shown & has) - wanted))})


def remove(client_id: int, tag_id: int) -> None:
    kept = card.locked(client_id)
    gone = {row.id: row.name for row in of_cards([kept.id]) if row.id == tag_id}
    if not gone:
        raise NotFound()
    _change(kept.id, {}, gone)


def _change(card_id: int, come: dict[int, str], gone: dict[int, str]) -> None:
    if not come and not gone:
        return
    _give.run(card=card_id, ids=list(come))
    _take.run(card=card_id, ids=list(gone))
    _carry.run(card=card_id)
    card.grow(card_id)
    searching.refresh([card_id])
    if come:
        card.tell(card_id, TagsAdded, names=tuple(come.values()))
    if gone:
        card.tell(card_id, TagsRemoved, names=tuple(gone.values()))
