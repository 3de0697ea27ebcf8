"""Holding the cards that clients are on: until a card is locked, linking may move its clients to another one."""

from collections.abc import Mapping

from c2d.core.sql import Row, scoped

# the lower id first, as everybody who locks cards does; a dialog may still be opened on a card that is held
_lock = scoped("""
    SELECT id, name, title, login, comment, version FROM client_cards
    WHERE company_id = %(company)s AND id = ANY(%(cards)s) ORDER BY id FOR NO KEY UPDATE""")
_whose = scoped("SELECT id, card_id FROM clients WHERE company_id = %(company)s AND id = ANY(%(clients)s)")


def hold(seen: Mapping[int, int]) -> dict[int, Row]:
    """The card of each client, nobody else's until the commit. `seen` are the cards they were on when read: {client: card}.

    Who waited for a lock finds the clients where they are now, and holds that card too.
    """
    held: dict[int, Row] = {}
    wanted = set(seen.values())
    while wanted:
        held.update((row.id, row) for row in _lock.all(cards=sorted(wanted)))
        on = {row.id: row.card_id for row in _whose.all(clients=list(seen))}
        wanted = set(on.values()) - set(held)
    return {client: held[card] for client, card in on.items()} if seen else {}
