"""The account window: who I am, my status, my phone, my language and theme."""

from dataclasses import dataclass

from c2d.core.clock import now
from c2d.core.current import operator
from c2d.core.db import db
from c2d.core.sql import scoped
from c2d.core.tenancy import company_id
from c2d.operators.models import Operator
from c2d.operators.profile import hue_of
from c2d.operators.standing import STANDS
from c2d.roles import builtin
from c2d.workspace import slots
from c2d.workspace.my_status import MyStatus, mine
from c2d.workspace.slots import Figure

_sessions = scoped(f"""
    SELECT count(*) FROM login_sessions s
    JOIN operators o ON o.company_id = s.company_id AND o.id = s.operator_id
    JOIN companies c ON c.id = s.company_id
    WHERE s.company_id = %(company)s AND s.operator_id = %(me)s AND s.staff_name = '' AND {STANDS}""")  # noqa: S608


@dataclass(frozen=True)
class Me:
    """What the window shows; `rating` and `balance` are None where nobody provides them (workspace.slots)."""

    short_name: str
    role: str
    initials: str
    hue: int
    status: MyStatus
    locale: str
    theme: str
    phone: str
    phone_problem: str = ""
    rating: Figure | None = None
    balance: Figure | None = None
    sessions: int = 1


def me(typed_phone: str | None = None, phone_problem: str = "") -> Me:
    """The signed-in operator as stored now; a phone that was refused is shown as typed."""
    who, row = operator(), db.session.get_one(Operator, {"company_id": company_id(), "id": operator().id})
    return Me(
        short_name=who.short_name, role=builtin.label(who.role, who.role_name), initials=who.initials,
        hue=hue_of(who.id), status=mine(),
        locale=row.locale, theme=row.preferences.get("theme", "auto"),
        phone=row.phone if typed_phone is None else typed_phone, phone_problem=phone_problem,
        rating=slots.figure(slots.RATING, who), balance=slots.figure(slots.BALANCE, who),
        sessions=_sessions.value(me=who.id, now=now()),
    )
