"""What operators change about themselves."""

from flask_babel import gettext as _
from sqlalchemy import select

from c2d.companies.settings import own
from c2d.core.db import db
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.i18n import LOCALES
from c2d.core.phones import normalise, readable
from c2d.core.text import one_line
from c2d.operators.events import OperatorChanged
from c2d.operators.models import Operator

PREFERENCES = {"theme": ("auto", "light", "dark"), "density": ("roomy", "dense"), "card_columns": ("1", "2")}


def hue_of(operator_id: int) -> int:
    """The colour of the avatar, 0 to 35; neighbours by id look different."""
    return operator_id * 11 % 36


def rename(operator_id: int, first_name: str, last_name: str) -> None:
    first, last = one_line(first_name, 60), one_line(last_name, 60)
    if not first:
        raise Refused(_("A name is needed"), "first_name")
    _change(operator_id, first_name=first, last_name=last)


def set_phone(operator_id: int, raw: str) -> None:
    """The personal phone; empty removes it."""
    typed = one_line(raw, 40)
    number = normalise(typed, own().country) if typed else ""
    if number is None:
        raise Refused(_("This does not look like a phone number"), "phone")
    _change(operator_id, phone=readable(number))


def set_locale(operator_id: int, locale: str) -> None:
    if locale not in LOCALES:
        raise Refused(_("Choose a language from the list"), "locale")
    _change(operator_id, locale=locale)


def prefer(operator_id: int, name: str, value: str) -> None:
    """Choose the theme, the density of the screens, the columns of the client card."""
    if value not in PREFERENCES[name]:
        raise Refused(_("Choose one of the list"), name)
    operator = _locked(operator_id)
    _change(operator_id, preferences={**operator.preferences, name: value})


def _locked(operator_id: int) -> Operator:
    query = select(Operator).where(Operator.id == operator_id).with_for_update(key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _change(operator_id: int, **values) -> None:
    operator = _locked(operator_id)
    if all(getattr(operator, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(operator, name, value)
    emit(OperatorChanged(operator_id=operator_id))
