"""One client under several ids, and ids that pass from one to another: numbers change hands, people change numbers."""

from collections.abc import Iterable

from c2d.channels.contract import Peer
from c2d.channels.transports import Transport
from c2d.clients.events import ClientMoved
from c2d.core.events import emit_all
from c2d.core.sql import scoped

# A client that is known by the number alone. One with an id of its own has only had the number: it has gone to
# another person since, or comes back with a new account.
_take = scoped("""
    UPDATE clients SET external_id = %(better)s
    WHERE company_id = %(company)s AND transport = %(transport)s AND scope = %(scope)s AND id = (
        SELECT c.id FROM clients c WHERE c.company_id = %(company)s AND c.transport = %(transport)s
          AND c.scope = %(scope)s AND c.external_id = ANY(%(known)s) ORDER BY c.id LIMIT 1)
    RETURNING id""")
_learn = scoped("""
    INSERT INTO client_aliases (company_id, client_id, transport, scope, external_id)
    SELECT DISTINCT ON (t.external_id) %(company)s, t.client_id, %(transport)s::text, %(scope)s::text, t.external_id
    FROM unnest(%(clients)s::bigint[], %(ids)s::text[]) WITH ORDINALITY AS t(client_id, external_id, n)
    WHERE NOT EXISTS (SELECT 1 FROM client_aliases a WHERE a.company_id = %(company)s AND a.transport = %(transport)s::text
        AND a.scope = %(scope)s::text AND a.external_id = t.external_id AND a.client_id = t.client_id)
    ORDER BY t.external_id, t.n DESC
    ON CONFLICT (company_id, transport, scope, external_id) DO UPDATE SET client_id = excluded.client_id""")
_readdress = scoped("""
    WITH old AS (DELETE FROM client_aliases WHERE company_id = %(company)s AND client_id = %(id)s)
    UPDATE clients SET external_id = %(new)s, phone = coalesce(%(phone)s, phone)
    WHERE company_id = %(company)s AND id = %(id)s""")
_phone = scoped("UPDATE clients SET phone = %(phone)s WHERE company_id = %(company)s AND id = %(id)s")
_dialogs = scoped("SELECT id FROM dialogs WHERE company_id = %(company)s AND client_id = %(id)s ORDER BY id")


def take_better_ids(transport: Transport, scope: str, peers: Iterable[Peer]) -> list[str]:
    """Clients whose id is one of a peer's further ids get the peer's own id; the ids that are in use now."""
    return [
        peer.external_id for peer in peers if peer.known_ids
        and _take.first(transport=transport.key, scope=scope, better=peer.external_id, known=list(peer.known_ids))
    ]


def learn(transport: Transport, scope: str, known: Iterable[tuple[int, Iterable[str]]]) -> None:
    """Remember the further ids of these clients; an id that was another's is theirs now."""
    pairs = [(client_id, id) for client_id, ids in known for id in ids]
    if pairs:
        _learn.run(transport=transport.key, scope=scope, clients=[id for id, _ in pairs], ids=[id for _, id in pairs])


def readdress(transport: Transport, scope: str, client_id: int, peer: Peer) -> None:
    """The client has this address now. Whoever comes with the old one is somebody else until they show otherwise."""
    _readdress.run(id=client_id, new=peer.external_id, phone=peer.phone[:40] if peer.phone else None)
    learn(transport, scope, [(client_id, peer.known_ids)])


def set_phone(client_id: int, phone: str) -> None:
    _phone.run(id=client_id, phone=phone)


def tell(card_id: int, client_id: int, old: str, new: str, other_client_id: int | None) -> None:
    """A line in each of the client's dialogs."""
    emit_all(
        ClientMoved(card_id=card_id, client_id=client_id, dialog_id=row.id, old=old, new=new,
                    other_client_id=other_client_id)
        for row in _dialogs.all(id=client_id)
    )
