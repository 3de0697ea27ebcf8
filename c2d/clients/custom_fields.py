"""The fields that a company adds to its cards: Settings > Chats."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from c2d.clients.events import CustomFieldAdded, CustomFieldArchived, CustomFieldChanged, CustomFieldRestored
from c2d.clients.models import CardValue, CustomField
from c2d.core.audit import changed
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.errors import NotFound, Refused
from c2d.core.events import Event, emit
from c2d.core.permissions import ADMINISTRATOR
from c2d.core.tenancy import company_id
from c2d.roles.models import Role

MOST = 50


def all_of_them() -> list[CustomField]:
    """In their order on the card; archived ones too."""
    return list(db.session.scalars(select(CustomField).order_by(CustomField.position, CustomField.id)))


def get(field_id: int) -> CustomField:
    found = db.session.get(CustomField, (company_id(), field_id))
    if found is None:
        raise NotFound()
    return found


def is_used(field_id: int) -> bool:
    """Does any card say something in it? Then its kind stays."""
    return db.session.scalar(select(CardValue.id).where(CardValue.field_id == field_id).limit(1)) is not None


def roles() -> list[Role]:
    """Those that a field can be kept from: administrators see all."""
    return list(db.session.scalars(select(Role).where(Role.base != ADMINISTRATOR).order_by(Role.id)))


def add(label: str, kind: str, choices: list[str], required: bool, visible_to: set[int] | None) -> int:
    """`visible_to` are roles; None means everybody, also roles that are yet to come."""
    there = all_of_them()
    if len(there) >= MOST:
        raise Refused(_("At most %(num)s fit", num=MOST), "label")
    field = CustomField(position=max((f.position for f in there), default=-1) + 1)
    _write(field, label, kind, choices, required, visible_to)
    db.session.add(field)
    _flush()
    emit(CustomFieldAdded(field_id=field.id, label=field.label, after=_told(field)))
    return field.id


def change(field_id: int, label: str, kind: str, choices: list[str], required: bool, visible_to: set[int] | None) -> None:
    field = _locked(field_id)
    if kind != field.kind and is_used(field_id):
        raise Refused(_("Cards hold values of this kind already: it cannot be another one"), "kind")
    before = _told(field)
    _write(field, label, kind, choices, required, visible_to)
    if db.session.is_modified(field):
        _flush()
        old, new = changed(before, _told(field))
        emit(CustomFieldChanged(field_id=field.id, label=field.label, before=old, after=new))


def _told(field: CustomField) -> dict:
    """For the audit log; roles by the names of this moment."""
    names = [role.name or role.base for role in roles() if role.id in field.role_ids]
    return {"label": field.label, "kind": field.kind, "choices": list(field.choices), "required": bool(field.required),
            "roles": names}


def move(field_id: int, by: int) -> None:
    """One place up (-1) or down (1) among those in use."""
    _locked(field_id)
    there = [field for field in all_of_them() if field.archived_at is None]
    at = next((n for n, field in enumerate(there) if field.id == field_id), None)
    if at is None or not 0 <= at + by < len(there):
        return
    there[at], there[at + by] = there[at + by], there[at]
    before, after = {"position": at + 1}, {"position": at + by + 1}
    for place, field in enumerate(there):
        field.position = place
    emit(CustomFieldChanged(field_id=field_id, label=there[at + by].label, before=before, after=after))


def archive(field_id: int) -> None:
    """Off the cards; what they say in it is kept."""
    field = _locked(field_id)
    if field.archived_at is None:
        field.archived_at = now()
        emit(CustomFieldArchived(field_id=field.id, label=field.label))


def restore(field_id: int) -> None:
    """Back on the cards, as the last one."""
    field = _locked(field_id)
    if field.archived_at is not None:
        field.archived_at = None
        field.position = max(other.position for other in all_of_them()) + 1
        emit(CustomFieldRestored(field_id=field.id, label=field.label))


def forget_role(fact: Event) -> None:
    """The role is going: fields that were for it are for the others that were named, or for administrators alone."""
    for field in all_of_them():
        if fact.role_id in field.role_ids:
            field.role_ids = _kept({id for id in field.role_ids if id != fact.role_id})
            emit(CustomFieldChanged(field_id=field.id, label=field.label))


def _write(field: CustomField, label: str, kind: str, choices: Sequence[str], required: bool,
           visible_to: set[int] | None) -> None:
    values: dict[str, Any] = {
        "label": label, "kind": kind, "choices": list(choices) if kind == "choice" else [], "required": required,
        "role_ids": _kept(visible_to),
    }
    for name, value in values.items():
        if getattr(field, name) != value:
            setattr(field, name, value)


def _kept(visible_to: set[int] | None) -> list[int]:
    """The roles to store; every role ticked is the same as no limit, and administrators are always among them."""
    others = {role.id for role in roles()}
    if visible_to is None or visible_to >= others:
        return []
    return sorted((visible_to & others) | set(db.session.scalars(select(Role.id).where(Role.base == ADMINISTRATOR))))


def _locked(field_id: int) -> CustomField:
    query = select(CustomField).where(CustomField.id == field_id).with_for_update()
    found = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(_("There is a field of this name already"), "label") from None
