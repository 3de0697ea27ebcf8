"""New operators, by invitation or with a password: all that were asked for, or none."""

from c2d.core.db import db, in_transaction
from c2d.operators import guarding, inviting
from c2d.operators.adding import add
from c2d.operators.first_password import FIRST_PASSWORD
from c2d.operators.forms import PASSWORD, NewOperator, Several


def create(form: NewOperator) -> dict[int, str]:
    """The new operator's id, with the token of the invitation ('' when a password was set)."""
    if form.way != PASSWORD:
        return in_transaction(lambda: _invite(form))
    db.session.rollback()  # no connection is held while the password is hashed
    password_hash = FIRST_PASSWORD.make_hash(form.password)
    return in_transaction(lambda: _add(form, password_hash))


def create_several(form: Several) -> dict[int, str]:
    """Invite everybody of the form who is right, with one role: {id: token}."""
    return in_transaction(lambda: inviting.invite(guarding.chosen_role(form.role_id), form.people))


def _invite(form: NewOperator) -> dict[int, str]:
    values = dict(form.values)
    who = (values.pop("email"), values.pop("first_name"), values.pop("last_name"))
    return inviting.invite(guarding.chosen_role(form.role_id), [who], **values)


def _add(form: NewOperator, password_hash: str) -> dict[int, str]:
    person = add(guarding.chosen_role(form.role_id).id, password_hash=password_hash, **form.values)
    guarding.no_more_channels(person.id)
    return {person.id: ""}


def invite_again(operator_id: int) -> dict[int, str]:
    return in_transaction(lambda: inviting.again(operator_id))
