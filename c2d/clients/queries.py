"""Reading a client's card and what stands around it."""


from c2d.clients.access import SEES, SEES_FIELD, sight
from c2d.core.current import operator
from c2d.core.errors import NotFound
from c2d.core.sql import Row, scoped

# A card is seen by those who see at least one of its dialogs, or by all-seeing ones.
_card = scoped(f"""
    SELECT c.id AS client_id, k.id, k.name, k.title, k.login, k.comment, k.hue, k.version,
        (SELECT count(*) FROM clients x WHERE x.company_id = k.company_id AND x.card_id = k.id) AS addresses,
        EXISTS (SELECT 1 FROM card_links l WHERE l.company_id = k.company_id AND k.id IN (l.kept_card_id, l.absorbed_card_id))
            AS has_links
    FROM clients c JOIN client_cards k ON k.company_id = c.company_id AND k.id = c.card_id
    WHERE c.company_id = %(company)s AND c.id = %(id)s AND (%(sees_all)s OR EXISTS (
        SELECT 1 FROM dialogs d WHERE d.company_id = %(company)s AND d.card_id = c.card_id AND {SEES}))""")  # noqa: S608
_around = scoped(f"""
    SELECT 'phones' AS part, id, client_id, source, raw, number AS normal, position AS n, NULL::jsonb AS choices,
           NULL::jsonb AS role_ids, NULL::boolean AS required, NULL::timestamptz AS at, NULL::timestamptz AS till
    FROM card_phones WHERE company_id = %(company)s AND card_id = %(card)s
    UNION ALL
    SELECT 'emails', id, client_id, '', raw, address, position, NULL, NULL, NULL, NULL, NULL
    FROM card_emails WHERE company_id = %(company)s AND card_id = %(card)s
    UNION ALL
    SELECT 'field', f.id, NULL, f.kind, f.label, v.value, f.position, f.choices, f.role_ids, f.required, NULL, NULL
    FROM custom_fields f
    LEFT JOIN card_values v ON v.company_id = f.company_id AND v.field_id = f.id AND v.card_id = %(card)s
    WHERE f.company_id = %(company)s AND f.archived_at IS NULL AND {SEES_FIELD}
    UNION ALL
    SELECT 'tag', t.id, NULL, NULL, t.name, lower(t.name), t.hue, NULL, NULL, NULL, NULL, NULL FROM card_tags ct
    JOIN tags t ON t.company_id = ct.company_id AND t.id = ct.tag_id
    WHERE ct.company_id = %(company)s AND ct.card_id = %(card)s
    UNION ALL
    (SELECT 'request', r.id, NULL, NULL, NULL, NULL, r.number, NULL, NULL, NULL, r.opened_at, r.closed_at
     FROM dialogs d, LATERAL (
         SELECT x.id, x.number, x.opened_at, x.closed_at FROM requests x
         WHERE x.company_id = d.company_id AND x.dialog_id = d.id ORDER BY x.id DESC LIMIT 3) r
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
    """What hangs on a card, by the name of the part, in the order shown: phones, e-mails, the company's own fields
    that the operator sees with their values, tags, the newest requests."""
    found: dict[str, list[Row]] = {"phones": [], "emails": [], "field": [], "tag": [], "request": []}
    for row in _around.all(card=card_id, role=operator().role_id, **sight()):
        found[row.part].append(row)
    for part in ("phones", "emails", "field"):
        found[part].sort(key=lambda row: (row.n, row.id))
    found["tag"].sort(key=lambda row: (row.normal, row.id))
    return found


def dialogs(card_id: int) -> list[Row]:
    """The card's dialogs that the operator may see, the liveliest first."""
    return _dialogs.all(card=card_id, **sight())
