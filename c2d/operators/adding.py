"""A new operator of the company in scope."""

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from c2d.core.db import db
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.operators.events import OperatorAdded
from c2d.operators.models import Operator


def add(role_id: int, email: str, first_name: str, **particulars) -> Operator:
    """Add a person to the running transaction. Refused when somebody has the address already.

    `particulars` are further columns: last_name, password_hash, phone, locale …
    """
    operator = Operator(role_id=role_id, email=email, first_name=first_name, **particulars)
    db.session.add(operator)
    try:
        db.session.flush()
    except IntegrityError as error:
        if "uq_operators_email" not in str(error.orig):
            raise
        raise Refused(_("This e-mail is already registered"), "email") from error
    emit(OperatorAdded(operator_id=operator.id))
    return operator
