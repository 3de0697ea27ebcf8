"""A new operator of the company in scope."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from c2d.core.db import db
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.permissions import ADMINISTRATOR
from c2d.core.sql import platform
from c2d.core.tenancy import all_companies
from c2d.operators import licence
from c2d.operators.events import OperatorAdded
from c2d.operators.models import Operator
from c2d.roles.models import Role

_taken = platform("""
    SELECT lower(email) AS email FROM operators WHERE lower(email) = ANY(%(emails)s) AND deleted_at IS NULL""")


def add(role_id: int, email: str, first_name: str, *, seats: int = 1, **particulars) -> Operator:
    """Add a person to the running transaction. Refused when somebody has the address already, or no seat is free.

    `particulars` are further columns: last_name, password_hash, phone, locale … `seats` are those that
    this person and others who follow take.
    """
    role = db.session.scalars(select(Role).where(Role.id == role_id)).one()
    if role.base != ADMINISTRATOR:
        licence.seat(seats)
    operator = Operator(role_id=role_id, email=email, first_name=first_name, **particulars)
    db.session.add(operator)
    with one_address_one_person():
        db.session.flush()
    emit(OperatorAdded(operator_id=operator.id, subject=operator.full_name,
                       after={"email": email, "role": role.name or role.base}))
    return operator


@contextmanager
def one_address_one_person() -> Iterator[None]:
    """What is written inside is Refused("email") when somebody has the address, of whatever company."""
    try:
        yield
    except IntegrityError as error:
        if "uq_operators_email" not in str(error.orig):
            raise
        raise Refused(_("This e-mail is already registered"), "email") from error


def taken(emails: Iterable[str]) -> set[str]:
    """Those of the addresses that somebody has already; to be asked before anything is loaded."""
    with all_companies("one address is one person, whatever the company"):
        return {row.email for row in _taken.all(emails=[email.lower() for email in emails])}
