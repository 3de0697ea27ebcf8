"""The dialog of each client on a channel, and the request that a client's message opens in it."""

from dataclasses import dataclass
from datetime import datetime

from c2d.channels.access import Account
from c2d.clients.identity import Known
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.dialogs.events import RequestOpened
from c2d.dialogs.models import CLOSED, OPEN


@dataclass(slots=True)
class Thread:
    """A dialog's row, locked until the transaction ends. What changes here, `upkeep.write` stores."""

    id: int
    client_id: int
    card_id: int
    operator_id: int | None
    request_id: int | None
    state: str
    unread: int
    waiting_since: datetime | None
    fresh: bool = False

    @property
    def needs_request(self) -> bool:
        return self.state == CLOSED or self.request_id is None


_lock = scoped("""
    SELECT id, client_id, card_id, operator_id, request_id, state, unread, waiting_since FROM dialogs
    WHERE company_id = %(company)s AND channel_id = %(channel)s AND client_id = ANY(%(clients)s)
    ORDER BY id FOR UPDATE""")
# Whose card a client is on must not change between looking and the dialog's birth: linking moves clients.
_hold = scoped("SELECT 1 FROM clients WHERE company_id = %(company)s AND id = ANY(%(clients)s) ORDER BY id FOR SHARE")
# Born closed: what opens a dialog is a request, and a message from the company's own phone makes none.
_create = scoped("""
    INSERT INTO dialogs (company_id, channel_id, client_id, card_id, transport, state, name, hue, tags)
    SELECT %(company)s, %(channel)s, c.id, k.id, %(transport)s, 'closed', k.name, k.hue, coalesce(
        (SELECT jsonb_agg(jsonb_build_array(g.name, g.hue) ORDER BY g.name) FROM card_tags ct
         JOIN tags g ON g.company_id = ct.company_id AND g.id = ct.tag_id
         WHERE ct.company_id = %(company)s AND ct.card_id = k.id), '[]')
    FROM clients c JOIN client_cards k ON k.company_id = c.company_id AND k.id = c.card_id
    WHERE c.company_id = %(company)s AND c.id = ANY(%(clients)s)
    ORDER BY c.id
    ON CONFLICT (company_id, channel_id, client_id) DO NOTHING
    RETURNING id, client_id, card_id, operator_id, request_id, state, unread, waiting_since""")
_open = scoped("""
    INSERT INTO requests (company_id, dialog_id, opened_at)
    SELECT %(company)s, * FROM unnest(%(dialogs)s::bigint[], %(moments)s::timestamptz[])
    ON CONFLICT (company_id, dialog_id) WHERE closed_at IS NULL DO UPDATE SET opened_at = requests.opened_at
    RETURNING id, dialog_id, number""")


def threads(account: Account, clients: list[Known]) -> dict[int, Thread]:
    """The dialogs of these clients on the channel, by client, locked; made where there is none."""
    ids = sorted(client.id for client in clients)
    found = {row.client_id: Thread(*row) for row in _lock.all(channel=account.id, clients=ids)}
    missing = sorted((client for client in clients if client.id not in found), key=lambda client: client.id)
    if not missing:
        return found
    strange = [client.id for client in missing]
    _hold.run(clients=strange)
    made = _create.all(channel=account.id, transport=account.transport.key, clients=strange)
    found.update({row.client_id: Thread(*row, fresh=True) for row in made})
    others = [client.id for client in missing if client.id not in found]
    if others:
        found.update({row.client_id: Thread(*row) for row in _lock.all(channel=account.id, clients=others)})
    return found


def open_requests(wanted: dict[int, datetime], by_id: dict[int, Thread]) -> None:
    """Open a request in each of these dialogs (id: since when). They come back to nobody, among the new ones."""
    if not wanted:
        return
    for row in _open.all(dialogs=list(wanted), moments=list(wanted.values())):
        thread = by_id[row.dialog_id]
        thread.state, thread.request_id, thread.operator_id = OPEN, row.id, None
        since = wanted[row.dialog_id]  # its border stands above the message that opened it
        emit(RequestOpened(dialog_id=thread.id, client_id=thread.client_id, number=row.number, at=since))
