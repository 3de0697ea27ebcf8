"""Editing a card: one edit holds for all the client's dialogs, and each of them tells of it."""

from flask_babel import gettext as _

from c2d.clients import queries
from c2d.clients.events import CardChanged
from c2d.clients.searching import folded
from c2d.core.errors import Conflict, Refused
from c2d.core.events import emit_all
from c2d.core.sql import scoped
from c2d.core.text import clean, one_line

LIMITS = {"name": 200, "comment": 2000}

_lock = scoped("""
    SELECT name, comment, version FROM client_cards
    WHERE company_id = %(company)s AND id = %(card)s FOR UPDATE""")
_set = {
    name: scoped(f"""
        UPDATE client_cards SET {name} = %(value)s, version = version + 1
        WHERE company_id = %(company)s AND id = %(card)s""")  # noqa: S608
    for name in LIMITS
}
_words = scoped("""
    SELECT k.name, k.title, k.login,
        (SELECT array_agg(concat_ws(' ', c.name, c.username)) FROM clients c
         WHERE c.company_id = k.company_id AND c.card_id = k.id) AS names,
        (SELECT array_agg(x) FROM clients c, unnest(ARRAY[c.external_id, c.phone]) x
         WHERE c.company_id = k.company_id AND c.card_id = k.id) AS addresses,
        (SELECT array_agg(x) FROM card_phones p, unnest(ARRAY[p.raw, p.number]) x
         WHERE p.company_id = k.company_id AND p.card_id = k.id) AS phones,
        (SELECT array_agg(e.address) FROM card_emails e
         WHERE e.company_id = k.company_id AND e.card_id = k.id) AS emails,
        (SELECT array_agg(v.value) FROM card_values v
         WHERE v.company_id = k.company_id AND v.card_id = k.id) AS answers
    FROM client_cards k WHERE k.company_id = %(company)s AND k.id = %(card)s""")
_find_by = scoped("UPDATE client_cards SET search = %(search)s WHERE company_id = %(company)s AND id = %(card)s")
_rename = scoped("""
    UPDATE dialogs d SET name = %(name)s
    FROM (SELECT id FROM dialogs WHERE company_id = %(company)s AND card_id = %(card)s ORDER BY id FOR UPDATE) x
    WHERE d.company_id = %(company)s AND d.id = x.id""")
_dialogs = scoped("SELECT id, client_id FROM dialogs WHERE company_id = %(company)s AND card_id = %(card)s ORDER BY id")


def read(field: str, raw: str) -> str:
    """The value to store. Raises Refused when it does not do."""
    limit = LIMITS[field]
    value = one_line(raw, limit + 1) if field == "name" else clean(raw).strip()
    if len(value) > limit:
        raise Refused(_("At most %(num)s characters fit", num=limit), field)
    if field == "name" and not value:
        raise Refused(_("A client needs a name"), field)
    return value


def change(client_id: int, field: str, raw: str, version: int | None = None) -> None:
    """Give a field another value. Raises Conflict when the card is not the one that was shown."""
    value = read(field, raw)
    card_id = queries.card(client_id).id
    now = _lock.first(card=card_id)
    old = getattr(now, field)
    if old == value:
        return
    if version is not None and version != now.version:
        raise Conflict(_("Somebody changed the card meanwhile"))
    _set[field].run(card=card_id, value=value)
    if field == "name":
        _rename.run(card=card_id, name=value)
        refresh_search(card_id)
    emit_all(
        CardChanged(card_id=card_id, field=field, old=old, new=value, dialog_id=dialog.id, client_id=dialog.client_id)
        for dialog in _dialogs.all(card=card_id)
    )


def refresh_search(card_id: int) -> None:
    """Write anew what the card is found by."""
    row = _words.first(card=card_id)
    many = [*(row.names or ()), *(row.addresses or ()), *(row.phones or ()), *(row.emails or ()),
            *(row.answers or ())]
    _find_by.run(card=card_id, search=folded(row.name, row.title, row.login, *many))
