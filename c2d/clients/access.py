"""Whose conversations an operator may see: the one rule for dialogs and for the cards behind them.

It stands in this slice because cards need it too, and cards stand to the left of dialogs.
"""

from collections.abc import Set

from c2d.core.current import CurrentOperator, operator
from c2d.core.live import Viewer
from c2d.core.veil import CONTACTS

VIEW_ALL, VIEW_NEW = "chats.view_all", "chats.view_new"

# A condition on `dialogs d` with the parameters that `sight` makes.
SEES = """(%(sees_all)s OR d.operator_id = %(me)s OR (%(sees_new)s AND d.operator_id IS NULL))"""
# A condition on `custom_fields f`: a field of the company's own may be for some roles only.
SEES_FIELD = "(f.role_ids = '[]'::jsonb OR f.role_ids @> to_jsonb(%(role)s::bigint))"


def sight(who: CurrentOperator | None = None) -> dict:
    """What an operator (the signed-in one) may see: the parameters of SEES, and of a search in the blacklist."""
    who = who or operator()
    return {"me": who.id, "sees_all": who.may(VIEW_ALL), "sees_new": who.may(VIEW_NEW),
            "sees_contacts": who.may(CONTACTS)}


def sees(permissions: Set[str], me: int, assignee_id: int | None) -> bool:
    """The same rule for a dialog that is already at hand."""
    if VIEW_ALL in permissions or assignee_id == me:
        return True
    return assignee_id is None and VIEW_NEW in permissions


def reader_of(assignee_id: int | None):
    """A push's key for a fragment that is the same for all who may see the dialog."""

    def key(viewer: Viewer) -> tuple | None:
        if not sees(viewer.permissions, viewer.operator_id, assignee_id):
            return None
        return viewer.locale, viewer.time_zone, CONTACTS in viewer.permissions

    return key
