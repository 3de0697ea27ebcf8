"""Who writes: the client and the card behind each address, found or made for many at once."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from c2d.channels.contract import Peer
from c2d.channels.transports import Transport
from c2d.clients.events import ClientCreated
from c2d.clients.searching import folded
from c2d.core.events import emit
from c2d.core.phones import normalise
from c2d.core.sql import scoped
from c2d.core.text import one_line


@dataclass(slots=True)
class Known:
    """A client as those who file messages need it. `renamed` holds the card's new name when it has just changed."""

    id: int
    card_id: int
    external_id: str
    name: str
    hue: int
    renamed: str | None = None


_find = scoped("""
    SELECT c.id, c.card_id, c.external_id, c.name, c.username, k.name AS card_name, k.hue
    FROM clients c JOIN client_cards k ON k.company_id = c.company_id AND k.id = c.card_id
    WHERE c.company_id = %(company)s AND c.transport = %(transport)s AND c.scope = %(scope)s
      AND c.external_id = ANY(%(external_ids)s)""")
_country = scoped("SELECT country FROM companies WHERE id = %(company)s")
# Somebody else may make the same client at this moment: then theirs counts, and our card goes again.
_create = scoped("""
    WITH fresh AS MATERIALIZED (
        SELECT *, nextval(pg_get_serial_sequence('client_cards', 'id')) AS card_id FROM unnest(
            %(external_id)s::text[], %(name)s::text[], %(username)s::text[], %(phone)s::text[], %(title)s::text[],
            %(hue)s::int[], %(search)s::text[])
        AS t(external_id, name, username, phone, title, hue, search)
    ), card AS (
        INSERT INTO client_cards (company_id, id, name, login, hue, search)
        SELECT %(company)s, card_id, title, coalesce(username, ''), hue, search FROM fresh
    ), client AS (
        INSERT INTO clients (company_id, card_id, transport, scope, external_id, phone, username, name)
        SELECT %(company)s, card_id, %(transport)s, %(scope)s, external_id, phone, username, name FROM fresh
        ORDER BY external_id
        ON CONFLICT (company_id, transport, scope, external_id) DO NOTHING
        RETURNING id, external_id
    )
    SELECT fresh.card_id, fresh.external_id, client.id FROM fresh LEFT JOIN client USING (external_id)""")
_add_phones = scoped("""
    INSERT INTO card_phones (company_id, card_id, client_id, source, raw, number)
    SELECT %(company)s, * FROM unnest(
        %(cards)s::bigint[], %(clients)s::bigint[], %(sources)s::text[], %(raws)s::text[], %(numbers)s::text[])
    ON CONFLICT DO NOTHING""")
_drop = scoped("DELETE FROM client_cards WHERE company_id = %(company)s AND id = ANY(%(cards)s)")
_refresh = scoped("""
    WITH renamed AS (
        UPDATE clients SET name = %(name)s, username = %(username)s
        WHERE company_id = %(company)s AND id = %(id)s)
    UPDATE client_cards SET name = CASE WHEN name = %(old)s AND %(name)s <> '' THEN %(name)s ELSE name END,
           login = coalesce(%(username)s, login), search = left(search || ' ' || %(search)s, 4000),
           version = version + 1
    WHERE company_id = %(company)s AND id = %(card)s RETURNING name""")
_move = scoped("""
    UPDATE clients SET external_id = %(new)s
    WHERE company_id = %(company)s AND transport = %(transport)s AND scope = %(scope)s AND external_id = %(old)s
      AND NOT EXISTS (
        SELECT 1 FROM clients n WHERE n.company_id = %(company)s AND n.transport = %(transport)s
          AND n.scope = %(scope)s AND n.external_id = %(new)s)
    RETURNING id, card_id""")
_own_phone = scoped("""
    UPDATE clients SET phone = coalesce(phone, %(phone)s) WHERE company_id = %(company)s AND id = %(id)s
    RETURNING card_id""")


def find(transport: Transport, scope: str, external_ids: Iterable[str]) -> dict[str, Known]:
    """Those who are known, by external id."""
    rows = _find.all(transport=transport.key, scope=scope, external_ids=sorted(set(external_ids)))
    return {row.external_id: Known(row.id, row.card_id, row.external_id, row.card_name, row.hue) for row in rows}


def find_or_create(transport: Transport, scope: str, peers: Iterable[Peer]) -> dict[str, Known]:
    """The clients behind these addresses, by external id; new ones get a card each, and ClientCreated is emitted."""
    wanted = {peer.external_id: peer for peer in peers}
    rows = _find.all(transport=transport.key, scope=scope, external_ids=sorted(wanted))
    known = {}
    for row in rows:
        known[row.external_id] = Known(row.id, row.card_id, row.external_id, row.card_name, row.hue)
        _follow(known[row.external_id], row, wanted[row.external_id])
    missing = [peer for external_id, peer in wanted.items() if external_id not in known]
    if missing:
        known.update(_made(transport, scope, missing))
    return known


def moved(transport: Transport, scope: str, old: str, peer: Peer) -> None:
    """The client `old` has a new address; when that one is known already, the two stay apart."""
    row = _move.first(transport=transport.key, scope=scope, old=old, new=peer.external_id)
    if row:
        _file_phones(transport, [(row.card_id, row.id, peer.phone, peer.external_id)])


def owns_phone(transport: Transport, client: Known, phone: str) -> None:
    """The provider vouches that this number is the client's own."""
    _own_phone.run(id=client.id, phone=phone[:40])
    _file_phones(transport, [(client.card_id, client.id, phone, phone)])


def _follow(client: Known, row, peer: Peer) -> None:
    """Take over a name or login that the client changed, unless an operator renamed the card."""
    name, username = one_line(peer.name), one_line(peer.username, 100) or None
    if (not name or name == row.name) and username in (None, row.username):
        return
    after = _refresh.value(
        id=client.id, card=client.card_id, name=name or row.name, username=username or row.username, old=row.name,
        search=folded(name, username),
    )
    client.renamed = after if after != client.name else None
    client.name = after


def _made(transport: Transport, scope: str, peers: list[Peer]) -> dict[str, Known]:
    rows = sorted((_particulars(transport, peer) for peer in peers), key=lambda row: row["external_id"])
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    made = _create.all(transport=transport.key, scope=scope, **columns)
    ours = [row for row in made if row.id]
    if len(ours) < len(made):
        _drop.run(cards=[row.card_id for row in made if not row.id])
    phones = {row["external_id"]: row["phone"] for row in rows}
    _file_phones(transport, [(row.card_id, row.id, phones[row.external_id], row.external_id) for row in ours])
    for row in ours:
        emit(ClientCreated(client_id=row.id, card_id=row.card_id))
    return find(transport, scope, [peer.external_id for peer in peers])


def _particulars(transport: Transport, peer: Peer) -> dict:
    name, username = one_line(peer.name), one_line(peer.username, 100) or None
    phone = one_line(peer.phone, 40) or None
    title = name or username or phone or f"{transport.mark} {peer.external_id}"
    return {
        "external_id": peer.external_id, "name": name, "username": username, "phone": phone, "title": title,
        "hue": zlib.crc32(peer.external_id.encode()) % 36,
        "search": folded(title, username, phone, peer.external_id),
    }


def _file_phones(transport: Transport, entries: list[tuple[int, int, str | None, str]]) -> None:
    """Entries are (card, client, phone, external id): the number where there is one, else the messenger's id."""
    if not entries:
        return
    country = _country.value() if any(phone for _, _, phone, _ in entries) else "RU"
    _add_phones.run(
        cards=[card for card, *_ in entries], clients=[client for _, client, *_ in entries],
        sources=[transport.mark] * len(entries),
        raws=[(phone or external_id)[:200] for _, _, phone, external_id in entries],
        numbers=[normalise(phone, country) if phone else None for _, _, phone, _ in entries],
    )
