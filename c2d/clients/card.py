"""Changing a card: one change holds for all the client's dialogs, and each of them tells of it."""

from flask_babel import gettext as _

from c2d.clients import answers, fields, holding, queries, searching
from c2d.clients.events import CardChanged
from c2d.clients.fields import BUILT_IN, Field
from c2d.core import veil
from c2d.core.errors import Conflict
from c2d.core.events import Event, emit_all
from c2d.core.sql import Row, scoped

_set = {
    name: scoped(f"""
        UPDATE client_cards SET {name} = %(value)s, version = version + 1
        WHERE company_id = %(company)s AND id = %(card)s""")  # noqa: S608
    for name in BUILT_IN
}
_grow = scoped("UPDATE client_cards SET version = version + 1 WHERE company_id = %(company)s AND id = %(card)s")
_answer = scoped("SELECT value FROM card_values WHERE company_id = %(company)s AND card_id = %(card)s AND field_id = %(field)s")
_fill = scoped("""
    INSERT INTO card_values (company_id, card_id, field_id, value) VALUES (%(company)s, %(card)s, %(field)s, %(value)s)
    ON CONFLICT (company_id, card_id, field_id) DO UPDATE SET value = excluded.value""")
_empty = scoped("""
    DELETE FROM card_values WHERE company_id = %(company)s AND card_id = %(card)s AND field_id = %(field)s""")
_rename = scoped("""
    UPDATE dialogs d SET name = %(name)s
    FROM (SELECT id FROM dialogs WHERE company_id = %(company)s AND card_id = %(card)s ORDER BY id FOR UPDATE) x
    WHERE d.company_id = %(company)s AND d.id = x.id""")
_dialogs = scoped("SELECT id, client_id FROM dialogs WHERE company_id = %(company)s AND card_id = %(card)s ORDER BY id")


def locked(client_id: int) -> Row:
    """The card behind a client, nobody else's until the commit. Raises NotFound like queries.card."""
    return holding.hold({client_id: queries.card(client_id).id})[client_id]


def value(card: Row, field: Field) -> str:
    """What the card (as read by `locked` or queries.card) says in a field."""
    if field.id is None:
        return getattr(card, field.key)
    return _answer.value(card=card.id, field=field.id) or ""


def change(client_id: int, key: str, raw: str, version: int | None = None, shown: str | None = None) -> None:
    """Give a field another value. `version` and `shown` are the card's and the field's as the editor had them.

    Raises Conflict when somebody else has changed this field since, Refused when the value does not do.
    """
    field = fields.find(key)
    typed = answers.read(field, raw)
    card = locked(client_id)
    old = value(card, field)
    if old == typed:
        return
    if version is not None and version != card.version and old != shown:
        words = (answers.written(field.kind, old) if field.id else veil.words(old)) or _("(empty)")
        raise Conflict(_("Somebody changed this meanwhile: %(text)s. Save again to put yours in its place", text=words))
    _store(card.id, field, typed)
    own = {"label": field.label, "shape": field.kind} if field.id else {}
    tell(card.id, CardChanged, field=key, old=old, new=typed, **own)


def _store(card_id: int, field: Field, typed: str) -> None:
    if field.id is None:
        _set[field.key].run(card=card_id, value=typed)
    else:
        if typed:
            _fill.run(card=card_id, field=field.id, value=typed)
        else:
            _empty.run(card=card_id, field=field.id)
        grow(card_id)
    if field.key == "name":
        _rename.run(card=card_id, name=typed)
    searching.refresh([card_id])


def grow(card_id: int) -> None:
    """The card is another one now: who edits it will notice."""
    _grow.run(card=card_id)


def tell(card_id: int, kind: type[Event], **particulars) -> None:
    """The same fact for each of the card's dialogs."""
    emit_all(
        kind(card_id=card_id, dialog_id=dialog.id, client_id=dialog.client_id, **particulars)
        for dialog in _dialogs.all(card=card_id)
    )
