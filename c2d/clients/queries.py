"""Reading a client's card and what stands around it."""


from c2d.clients.access import SEES, sight
from c2d.core.errors import NotFound
from c2d.core.sql import Row, scoped

# A card is seen by those who see at least one of its dialogs, or by all-seeing ones.
_card = scoped(f"""
    SELECT c.id AS client_id, k.id, k.name, k.title, k.login, k.comment, k.hue, k.version
    FROM clients c JOIN client_cards k ON k.company_id = c.company_id AND k.id = c.card_id
    WHERE c.company_id = %(company)s AND c.id = %(id)s AND (%(sees_all)s OR EXISTS (
        SELECT 1 FROM dialogs d WHERE d.company_id = %(company)s AND d.card_id = c.card_id AND {SEES}))""")  # noqa: S608
_around = scoped(f"""
    SELECT 'phone' AS part, source AS a, raw AS b, number AS c, NULL::bigint AS n,
           NULL::timestamptz AS at, NULL::timestamptz AS till
    FROM card_phones WHERE company_id = %(company)s AND card_id = %(card)s
    UNION ALL
    SELECT 'email', NULL, raw, address, NULL, NULL, NULL
    FROM card_emails WHERE company_id = %(company)s AND card_id = %(card)s
    UNION ALL
    SELECT 'tag', t.name, NULL, NULL, t.hue, NULL, NULL FROM card_tags ct
    JOIN tags t ON t.company_id = ct.company_id AND t.id = ct.tag_id
    WHERE ct.company_id = %(company)s AND ct.card_id = %(card)s
    UNION ALL
    (SELECT 'request', NULL, NULL, NULL, r.number, r.opened_at, r.closed_at
     FROM dialogs d JOIN requests r ON r.company_id = d.company_id AND r.dialog_id = d.id
     WHERE d.company_id = %(company)s AND d.card_id = %(card)s AND {SEES}
     ORDER BY r.id DESC LIMIT 3)""")  # noqa: S608
_dialogs = scoped(f"""
    SELECT d.id, d.transport, d.state, d.sort_at, d.unread, h.name AS channel_name, c.username, c.external_id
    FROM dialogs d
    JOIN channels h ON h.company_id = d.company_id AND h.id = d.channel_id
    JOIN clients c ON c.company_id = d.company_id AND c.id = d.client_id
    WHERE d.company_id = %(company)s AND d.card_id = %(card)s AND {SEES}
    ORDER BY d.sort_at DESC, d.id LIMIT 50""")  # noqa: S608


def card(client_id: int) -> Row:
    """The card behind a client. Raises NotFound when the operator sees none of its dialogs."""
    row = _card.first(id=client_id, **sight())
    if row is None:
        raise NotFound()
    return row


def around(card_id: int) -> dict[str, list[Row]]:
    """Phones, e-mails, tags and the newest requests of a card, by the name of the part."""
    found: dict[str, list[Row]] = {"phone": [], "email": [], "tag": [], "request": []}
    for row in _around.all(card=card_id, **sight()):
        found[row.part].append(row)
    return found


def dialogs(card_id: int) -> list[Row]:
    """The card's dialogs that the operator may see, the liveliest first."""
    return _dialogs.all(card=card_id, **sight())
