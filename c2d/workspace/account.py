"""The account window: who I am, my status, my phone, my language and theme."""

from dataclasses import dataclass

from c2d.core.current import operator
from c2d.core.db import db
from c2d.core.tenancy import company_id
from c2d.operators.models import Operator
from c2d.operators.profile import hue_of
from c2d.roles import builtin
from c2d.workspace.my_status import MyStatus, mine


@dataclass(frozen=True)
class Me:
    """What the window shows; `rating` and `balance` have no source yet and stay empty."""

    short_name: str
    role: str
    initials: str
    hue: int
    status: MyStatus
    locale: str
    theme: str
    phone: str
    phone_problem: str = ""
    rating: str | None = None
    balance: str | None = None


def me(typed_phone: str | None = None, phone_problem: str = "") -> Me:
    """The signed-in operator as stored now; a phone that was refused is shown as typed."""
    who, row = operator(), db.session.get_one(Operator, {"company_id": company_id(), "id": operator().id})
    return Me(
        short_name=who.short_name, role=builtin.label(who.role, who.role_name), initials=who.initials,
        hue=hue_of(who.id), status=mine(),
        locale=row.locale, theme=row.preferences.get("theme", "auto"),
        phone=row.phone if typed_phone is None else typed_phone, phone_problem=phone_problem,
    )
