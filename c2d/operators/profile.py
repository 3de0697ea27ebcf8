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

# What may be chosen, the first where nothing was. Those of LOOK are attributes of every page: data-theme, data-density …
LOOK = {
    "theme": ("auto", "light", "dark"), "density": ("roomy", "compact"), "send": ("enter", "mod"), "keys": ("on", "off"),
    "rail": ("closed", "open"),
}
PREFERENCES = {**LOOK, "card_columns": ("2", "1")}


def hue_of(operator_id: int) -> int:
    """The colour of the avatar, 0 to 35; neighbours by id look different."""
    return operator_id * 11 % 36


def name_of(typed: str) -> str:
    """The first name; Refused when there is none."""
    if name := one_line(typed, 60):
        return name
    raise Refused(_("A name is needed"), "first_name")


def phone_of(typed: str) -> str:
    """The personal phone as it is kept; empty removes it."""
    line = one_line(typed, 40)
    number = normalise(line, own().country) if line else ""
    if number is None:
        raise Refused(_("This does not look like a phone number"), "phone")
    return readable(number)


def locale_of(typed: str) -> str:
    if typed not in LOCALES:
        raise Refused(_("Choose a language from the list"), "locale")
    return typed


def set_phone(operator_id: int, typed: str) -> None:
    change(operator_id, phone=phone_of(typed))


def set_locale(operator_id: int, typed: str) -> None:
    change(operator_id, locale=locale_of(typed))


def prefer(operator_id: int, **chosen: str) -> None:
    """Choose the theme, the density of the screens, the columns of the client card … Refused for what cannot be chosen."""
    for name, value in chosen.items():
        if value not in PREFERENCES[name]:
            raise Refused(_("Choose one of the list"), name)
    operator = _locked(operator_id)
    change(operator_id, preferences={**operator.preferences, **chosen})


def choose_look(operator_id: int, locale: str, chosen: dict[str, str]) -> None:
    """The language and some of LOOK at once."""
    set_locale(operator_id, locale)
    prefer(operator_id, **chosen)


def _locked(operator_id: int) -> Operator:
    query = select(Operator).where(Operator.id == operator_id).with_for_update(key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def change(operator_id: int, **values) -> None:
    """Give the operator these values, checked before; what is the same already is no change."""
    operator = _locked(operator_id)
    if all(getattr(operator, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(operator, name, value)
    emit(OperatorChanged(operator_id=operator_id))
