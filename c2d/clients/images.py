"""Images of cards: all that a card says, as plain data, taken and put back for several cards at once.

    {"card", "version", "absorbed_by", "name", "title", "login", "comment", "hue",
     "phones": [[source, raw, number, client], …], "emails": [[raw, address, client], …], both in their order,
     "tags": [id, …], "values": {field id as text: value}, "clients": [id, …],
     "blocks": [[id, until, lifted at, lifted by], …], "told_apart": [card, …]}
"""

import json
from collections.abc import Iterable, Sequence

from c2d.core.phones import readable
from c2d.core.sql import scoped

TEXTS = ("name", "title", "login", "comment")
CONTENT = (*TEXTS, "phones", "emails", "tags", "values")
# what makes two images the same card: neither its number of changes nor who was told apart from it
_TOLD = (*CONTENT, "hue", "clients", "blocks", "absorbed_by")

_take = scoped("""
    SELECT k.id, jsonb_build_object(
        'card', k.id, 'version', k.version, 'absorbed_by', k.absorbed_by_id, 'hue', k.hue,
        'name', k.name, 'title', k.title, 'login', k.login, 'comment', k.comment,
        'phones', coalesce((
            SELECT jsonb_agg(jsonb_build_array(p.source, p.raw, p.number, p.client_id) ORDER BY p.position, p.id)
            FROM card_phones p WHERE p.company_id = k.company_id AND p.card_id = k.id), '[]'),
        'emails', coalesce((
            SELECT jsonb_agg(jsonb_build_array(e.raw, e.address, e.client_id) ORDER BY e.position, e.id)
            FROM card_emails e WHERE e.company_id = k.company_id AND e.card_id = k.id), '[]'),
        'tags', coalesce((
            SELECT jsonb_agg(t.tag_id ORDER BY t.tag_id)
            FROM card_tags t WHERE t.company_id = k.company_id AND t.card_id = k.id), '[]'),
        'values', coalesce((
            SELECT jsonb_object_agg(v.field_id, v.value)
            FROM card_values v WHERE v.company_id = k.company_id AND v.card_id = k.id), '{}'),
        'clients', coalesce((
            SELECT jsonb_agg(c.id ORDER BY c.id)
            FROM clients c WHERE c.company_id = k.company_id AND c.card_id = k.id), '[]'),
        'blocks', coalesce((
            SELECT jsonb_agg(jsonb_build_array(b.id, b.until AT TIME ZONE 'UTC', b.lifted_at AT TIME ZONE 'UTC', b.lifted_by)
                             ORDER BY b.id)
            FROM blacklist_entries b WHERE b.company_id = k.company_id AND b.card_id = k.id), '[]'),
        'told_apart', coalesce((
            SELECT jsonb_agg(x.id ORDER BY x.id) FROM (
                SELECT s.other_card_id AS id FROM card_distinctions s WHERE s.company_id = k.company_id AND s.card_id = k.id
                UNION ALL
                SELECT s.card_id FROM card_distinctions s WHERE s.company_id = k.company_id AND s.other_card_id = k.id) x),
            '[]')) AS image
    FROM client_cards k WHERE k.company_id = %(company)s AND k.id = ANY(%(cards)s)""")
_card = scoped("""
    UPDATE client_cards k SET name = t.name, title = t.title, login = t.login, comment = t.comment, hue = t.hue,
           absorbed_by_id = t.absorbed_by, version = k.version + 1
    FROM jsonb_to_recordset(%(images)s::jsonb)
         AS t(card bigint, name text, title text, login text, comment text, hue int, absorbed_by bigint)
    WHERE k.company_id = %(company)s AND k.id = t.card""")
_clear = scoped("""
    WITH phones AS (DELETE FROM card_phones WHERE company_id = %(company)s AND card_id = ANY(%(cards)s)),
         emails AS (DELETE FROM card_emails WHERE company_id = %(company)s AND card_id = ANY(%(cards)s)),
         tags AS (DELETE FROM card_tags WHERE company_id = %(company)s AND card_id = ANY(%(cards)s))
    DELETE FROM card_values WHERE company_id = %(company)s AND card_id = ANY(%(cards)s)""")
# A tag or a field that the company has deleted since does not come back with the card.
_fill = scoped("""
    WITH image AS (SELECT (x->>'card')::bigint AS card, x AS said FROM jsonb_array_elements(%(images)s::jsonb) x),
    phones AS (
        INSERT INTO card_phones (company_id, card_id, source, raw, number, client_id, position)
        SELECT %(company)s, card, p->>0, p->>1, p->>2, (p->>3)::bigint, n - 1
        FROM image, jsonb_array_elements(said->'phones') WITH ORDINALITY AS t(p, n) ORDER BY card, n),
    emails AS (
        INSERT INTO card_emails (company_id, card_id, raw, address, client_id, position)
        SELECT %(company)s, card, e->>0, e->>1, (e->>2)::bigint, n - 1
        FROM image, jsonb_array_elements(said->'emails') WITH ORDINALITY AS t(e, n) ORDER BY card, n),
    tags AS (
        INSERT INTO card_tags (company_id, card_id, tag_id)
        SELECT %(company)s, card, g.id FROM image, jsonb_array_elements_text(said->'tags') t(id)
        JOIN tags g ON g.company_id = %(company)s AND g.id = t.id::bigint)
    INSERT INTO card_values (company_id, card_id, field_id, value)
    SELECT %(company)s, card, f.id, v.value FROM image, jsonb_each_text(said->'values') v(id, value)
    JOIN custom_fields f ON f.company_id = %(company)s AND f.id = v.id::bigint""")


def take(card_ids: Iterable[int]) -> dict[int, dict]:
    """The images of these cards as they are now, by id; one statement."""
    return {row.id: row.image for row in _take.all(cards=list(card_ids))}


def restore(images: Sequence[dict]) -> None:
    """Make the cards say what the images say. Whose clients and blocks they are is moved apart from it."""
    given = {"images": json.dumps(images), "cards": [image["card"] for image in images]}
    _card.run(images=given["images"])
    _clear.run(cards=given["cards"])
    _fill.run(images=given["images"])


def same(one: dict, other: dict) -> bool:
    """Do both say the same of the same person?"""
    return one["card"] == other["card"] and all(one[name] == other[name] for name in _TOLD)


def emptied(image: dict, absorbed_by: int) -> dict:
    """The card once it is part of another one."""
    return {**image, **nothing(), "absorbed_by": absorbed_by}


def nothing() -> dict:
    """What an empty card says."""
    return {**dict.fromkeys(TEXTS, ""), "phones": [], "emails": [], "tags": [], "values": {}}


def words(image: dict) -> set[str]:
    """Every value on the card as text, as the journal may have told of it."""
    phones = [
        part for source, raw, number, _ in image["phones"] for spelling in (raw, number, number and readable(number))
        if spelling for part in (spelling, f"{source} {spelling}")
    ]
    emails = [part for raw, address, _ in image["emails"] for part in (raw, address)]
    return {word for word in (*(image[name] for name in TEXTS), *phones, *emails, *image["values"].values()) if word}
