"""Who writes: the client and the card behind each address, found or made for many at once."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Row

from c2d.channels.contract import Peer
from c2d.channels.transports import Transport
from c2d.clients import addresses, holding, moving, searching
from c2d.clients.addresses import Address
from c2d.clients.events import ClientCreated
from c2d.core.events import emit
from c2d.core.phones import readable
from c2d.core.sql import scoped
from c2d.core.text import one_line


@dataclass(slots=True)
class Known:
    """A client as those who file messages need it."""

    id: int
    card_id: int
    external_id: str
    name: str
    hue: int


# By the id itself first: a number that is a client's own id is nobody else's further id.
_find = scoped("""
    SELECT c.id, c.card_id, c.external_id, x.asked, c.name, c.username, c.phone, k.name AS card_name, k.hue
    FROM (
        SELECT id, external_id AS asked, 0 AS further FROM clients
        WHERE company_id = %(company)s AND transport = %(transport)s AND scope = %(scope)s
          AND external_id = ANY(%(external_ids)s)
        UNION ALL
        SELECT client_id, external_id, 1 FROM client_aliases
        WHERE company_id = %(company)s AND transport = %(transport)s AND scope = %(scope)s
          AND external_id = ANY(%(external_ids)s)
    ) x
    JOIN clients c ON c.company_id = %(company)s AND c.id = x.id
    JOIN client_cards k ON k.company_id = c.company_id AND k.id = c.card_id
    ORDER BY x.further DESC""")
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
_drop = scoped("DELETE FROM client_cards WHERE company_id = %(company)s AND id = ANY(%(cards)s)")
# What an operator wrote in the place of the client's own name or login stays.
_follow = scoped("""
    WITH renamed AS (
        UPDATE clients SET name = %(name)s::text, username = %(username)s::text
        WHERE company_id = %(company)s AND id = %(id)s)
    UPDATE client_cards SET name = CASE WHEN name = %(old_name)s AND %(name)s <> '' THEN %(name)s ELSE name END,
           login = CASE WHEN login = %(old_username)s::text THEN coalesce(%(username)s::text, login) ELSE login END,
           version = version + 1
    WHERE company_id = %(company)s AND id = %(card)s RETURNING name""")
_rename = scoped("""
    UPDATE dialogs d SET name = x.name FROM (
        SELECT d.id, k.name FROM client_cards k JOIN dialogs d ON d.company_id = k.company_id AND d.card_id = k.id
        WHERE k.company_id = %(company)s AND k.id = ANY(%(cards)s) AND d.name <> k.name ORDER BY d.id FOR UPDATE OF d) x
    WHERE d.company_id = %(company)s AND d.id = x.id""")
_own_phone = scoped("""
    UPDATE clients SET phone = coalesce(phone, %(phone)s) WHERE company_id = %(company)s AND id = %(id)s""")


def find(transport: Transport, scope: str, external_ids: Iterable[str]) -> dict[str, Known]:
    """Those who are known, by the id they were asked for."""
    return {row.asked: _known(row) for row in _rows(transport, scope, external_ids)}


def find_or_create(transport: Transport, scope: str, peers: Iterable[Peer]) -> dict[str, Known]:
    """The clients behind these addresses, by external id; new ones get a card each, and ClientCreated is emitted.

    A client known so far by one of a peer's further ids alone gets the better id, and stays the same client.
    """
    wanted = {peer.external_id: peer for peer in peers}
    rows = {row.asked: row for row in _rows(transport, scope, wanted)}
    strange = {id: peer for id, peer in wanted.items() if id not in rows}
    if any(peer.known_ids for peer in strange.values()):
        changed = moving.take_better_ids(transport, scope, strange.values())
        rows.update((row.asked, row) for row in _rows(transport, scope, changed))
    known = {id: _known(row) for id, row in rows.items()}
    _keep_up(transport, [(known[id], row, wanted[id]) for id, row in rows.items()])
    missing = [peer for id, peer in wanted.items() if id not in known]
    if missing:
        known.update(_made(transport, scope, missing))
    moving.learn(transport, scope, [(known[id].id, peer.known_ids) for id, peer in wanted.items() if peer.known_ids])
    return known


def moved(transport: Transport, scope: str, old: str, peer: Peer) -> None:
    """The client `old` has a new address, and stays the same client with the old number still on the card.

    When the new address is known already the two stay apart: both cards have the number then, which is what
    duplicates are told by.
    """
    rows = {row.asked: row for row in _rows(transport, scope, [old, peer.external_id])}
    client, other = rows.get(old), rows.get(peer.external_id)
    if client is None:
        return
    card = holding.hold({client.id: client.card_id})[client.id].id
    if other is None:
        moving.readdress(transport, scope, client.id, peer)
    phone = peer.phone or (other.phone if other else None)
    addresses.file(transport, [Address(card, client.id, peer.external_id, phone, peer.email)])
    searching.refresh([card])
    if other is None or other.id != client.id:
        before, after = _shown(transport, [(client.phone, old), (phone, peer.external_id)])
        moving.tell(card, client.id, before, after, other.id if other else None)


def owns_phone(transport: Transport, client: Known, phone: str) -> None:
    """The provider vouches that this number is the client's own."""
    card = holding.hold({client.id: client.card_id})[client.id].id
    _own_phone.run(id=client.id, phone=phone[:40])
    addresses.file(transport, [Address(card, client.id, client.external_id, phone)])
    searching.refresh([card])


def _rows(transport: Transport, scope: str, external_ids: Iterable[str]) -> list[Row]:
    ids = sorted(set(external_ids))
    return _find.all(transport=transport.key, scope=scope, external_ids=ids) if ids else []


def _known(row: Row) -> Known:
    return Known(row.id, row.card_id, row.external_id, row.card_name, row.hue)


def _shown(transport: Transport, addresses_: list[tuple[str | None, str]]) -> list[str]:
    """Pairs of phone and id for reading: the phone where there is one."""
    numbers = addresses.normal_phones(transport, [phone for phone, _ in addresses_])
    return [readable(number) if number else phone or id for number, (phone, id) in zip(numbers, addresses_, strict=True)]


def _keep_up(transport: Transport, seen: list[tuple[Known, Row, Peer]]) -> None:
    """Take over what clients have changed about themselves."""
    told = [(client, row, peer, _names(row, peer), _another_phone(transport, row, peer)) for client, row, peer in seen]
    told = [one for one in told if any(one[3:])]
    if not told:
        return
    cards = holding.hold({client.id: client.card_id for client, *_ in told})
    for client, row, peer, names, phone in told:
        client.card_id = cards[client.id].id
        if names:
            client.name = _follow.value(id=client.id, card=client.card_id, old_name=row.name,
                                        old_username=row.username or "", **names)
        if phone:
            _take_phone(transport, client, row, peer)
    changed = sorted({client.card_id for client, *_ in told})
    searching.refresh(changed)
    if any(client.name != cards[client.id].name for client, *_ in told):
        _rename.run(cards=changed)


def _names(row: Row, peer: Peer) -> dict | None:
    """The name and login of now, when the client has changed either."""
    name, username = one_line(peer.name), one_line(peer.username, 100) or None
    if (not name or name == row.name) and username in (None, row.username):
        return None
    return {"name": name or row.name, "username": username or row.username}


def _another_phone(transport: Transport, row: Row, peer: Peer) -> bool:
    """Is it the same account with a number that was not told before, or with another one?"""
    if not peer.phone or peer.phone == row.phone:
        return False
    before, phone = addresses.normal_phones(transport, [row.phone, peer.phone])
    return not row.phone or bool(phone and before != phone)


def _take_phone(transport: Transport, client: Known, row: Row, peer: Peer) -> None:
    moving.set_phone(client.id, one_line(peer.phone, 40))
    addresses.file(transport, [Address(client.card_id, client.id, peer.external_id, peer.phone)])
    if row.phone:
        moving.tell(client.card_id, client.id, *_shown(transport, [(row.phone, ""), (peer.phone, "")]), None)


def _made(transport: Transport, scope: str, peers: list[Peer]) -> dict[str, Known]:
    rows = sorted((_particulars(transport, peer) for peer in peers), key=lambda row: row["external_id"])
    numbers = addresses.normal_phones(transport, [row["phone"] for row in rows])
    emails = {peer.external_id: peer.email for peer in peers}
    for row, number in zip(rows, numbers, strict=True):
        words = [row["title"], row["username"], row["external_id"], row["phone"], emails[row["external_id"]]]
        row["search"] = searching.text_of(words, [number])
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    made = _create.all(transport=transport.key, scope=scope, **columns)
    ours = [row for row in made if row.id]
    if len(ours) < len(made):
        _drop.run(cards=[row.card_id for row in made if not row.id])
    phones = {row["external_id"]: row["phone"] for row in rows}
    addresses.file(transport, [
        Address(row.card_id, row.id, row.external_id, phones[row.external_id], emails[row.external_id]) for row in ours
    ])
    for row in ours:
        emit(ClientCreated(client_id=row.id, card_id=row.card_id))
    return find(transport, scope, [peer.external_id for peer in peers])


def _particulars(transport: Transport, peer: Peer) -> dict:
    name, username = one_line(peer.name), one_line(peer.username, 100) or None
    phone = one_line(peer.phone, 40) or None
    return {
        "external_id": peer.external_id, "name": name, "username": username, "phone": phone,
        "title": name or username or phone or f"{transport.mark} {peer.external_id}",
        "hue": zlib.crc32(peer.external_id.encode()) % 36,
    }
