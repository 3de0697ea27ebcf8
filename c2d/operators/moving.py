"""Operators whose role is deleted."""

from c2d.core.events import Event, emit
from c2d.core.sql import scoped
from c2d.core.text import full_name
from c2d.operators.events import OperatorAccessChanged

_move = scoped("""
    UPDATE operators SET role_id = %(new)s WHERE company_id = %(company)s AND role_id = %(old)s
    RETURNING id, first_name, last_name, deleted_at""")


def out_of_role(fact: Event) -> None:
    """Give them the role that was chosen in its place; the deleted ones too, silently."""
    for row in _move.all(old=fact.role_id, new=fact.moved_to):
        if row.deleted_at is None:
            emit(OperatorAccessChanged(operator_id=row.id, subject=full_name(row.first_name, row.last_name),
                                       before={"role": fact.subject}, after={"role": fact.after.get("moved_to")}))
