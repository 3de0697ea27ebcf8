"""Rows for tests, made in the company in scope; each returns the id."""

from datetime import datetime
from itertools import count

from sqlalchemy import select

from c2d.blacklist.models import BlacklistEntry
from c2d.channels.models import Channel
from c2d.clients import searching
from c2d.clients.models import CardLink, CardTag, CardValue, Client, ClientCard, CustomField, Phone
from c2d.core.clock import now
from c2d.core.crypto import new_token, seal
from c2d.core.db import db
from c2d.core.tenancy import company_id
from c2d.core.text import fold
from c2d.dialogs.models import Dialog, Request
from c2d.messages.models import FROM_CLIENT, Attachment, Message
from c2d.roles.models import RoleGrant
from c2d.tags.models import Tag

_next = count(1)


def _add(row) -> int:
    db.session.add(row)
    db.session.flush()
    id = row.id
    db.session.commit()
    return id


def channel(transport: str = "telegram", name: str = "Поддержка", **values) -> int:
    values.setdefault("token", new_token())
    values.setdefault("secret", "hook-secret")
    if "credentials" in values:
        values["sealed"] = seal(values.pop("credentials"))
    return _add(Channel(transport=transport, name=name, **values))


def client(name: str = "Павел Никулин", transport: str = "telegram", phone: str | None = None, **values) -> int:
    """A client with a card of its own."""
    external = values.pop("external_id", None) or str(700_000_000 + next(_next))
    card = ClientCard(name=name, hue=next(_next) % 36, search=fold(f"{name} {phone or ''} {external}"))
    db.session.add(card)
    db.session.flush()
    made = _add(Client(card_id=card.id, transport=transport, external_id=external, phone=phone, name=name, **values))
    if phone:
        db.session.add(Phone(card_id=card.id, client_id=made, source="[tg]", raw=phone, number=phone))
        db.session.flush()
    return made


def dialog(client_id: int | None = None, channel_id: int | None = None, opened: bool = True, **values) -> int:
    """A dialog, open with a request unless `opened=False`."""
    channel_id = channel_id or channel()
    row = db.session.get(Client, (company_id(), client_id or client()))
    card = row.card
    values.setdefault("state", "open" if opened else "closed")
    found = Dialog(channel_id=channel_id, client_id=row.id, card_id=card.id, transport=row.transport,
                   name=card.name, hue=card.hue, **values)
    db.session.add(found)
    db.session.flush()
    if opened:
        request = Request(dialog_id=found.id, operator_id=found.operator_id)
        db.session.add(request)
        db.session.flush()
        found.request_id = request.id
    id = found.id
    db.session.commit()
    return id


def message(dialog_id: int, text: str = "Здравствуйте", kind: str = FROM_CLIENT,
            at: datetime | None = None, **values) -> int:
    found = db.session.get(Dialog, (company_id(), dialog_id))
    if kind == FROM_CLIENT:
        values.setdefault("provider_id", str(next(_next)))
    else:
        values.setdefault("status", "sent")
    id = _add(Message(dialog_id=dialog_id, channel_id=found.channel_id, request_id=found.request_id,
                      kind=kind, text=text, at=at or now(), **values))
    found.preview, found.preview_kind, found.last_message_id, found.sort_at = text, "text", id, at or now()
    found.preview_out = kind != FROM_CLIENT
    db.session.commit()
    return id


def attachment(message_id: int, **values) -> int:
    values.setdefault("kind", "file")
    return _add(Attachment(message_id=message_id, **values))


def tag(name: str, card_id: int | None = None, hue: int = 8) -> int:
    id = _add(Tag(name=name, hue=hue))
    if card_id:
        _add(CardTag(card_id=card_id, tag_id=id))
    return id


def custom_field(label: str, kind: str = "text", card_id: int | None = None, value: str = "", **values) -> int:
    """A field of the company's own, with what a card says in it."""
    id = _add(CustomField(label=label, kind=kind, **values))
    if card_id:
        _add(CardValue(card_id=card_id, field_id=id, value=value))
        searching.refresh([card_id])
        db.session.commit()
    return id


def card_of(client_id: int) -> int:
    return db.session.get(Client, (company_id(), client_id)).card_id


def card_link(kept_card_id: int) -> int:
    """A link of which nothing holds any more: an empty card was absorbed."""
    absorbed = _add(ClientCard(absorbed_by_id=kept_card_id))
    return _add(CardLink(kept_card_id=kept_card_id, absorbed_card_id=absorbed, client_ids=[], kept_before={},
                         absorbed_before={}, kept_after={}))


def give(dialog_id: int, operator_id: int) -> None:
    """The dialog is this operator's."""
    db.session.get(Dialog, (company_id(), dialog_id)).operator_id = operator_id
    db.session.commit()


def blocked(card_id: int, **values) -> int:
    """A card on the blacklist, for ever unless `until` is given."""
    return _add(BlacklistEntry(card_id=card_id, **values))


def right(role_id: int, permission: str, allowed: bool) -> None:
    """The role has this right, or no longer."""
    row = db.session.scalars(select(RoleGrant).where(
        RoleGrant.role_id == role_id, RoleGrant.permission == permission)).one_or_none()
    if row is None:
        db.session.add(RoleGrant(role_id=role_id, permission=permission, allowed=allowed))
    else:
        row.allowed = allowed
    db.session.commit()
