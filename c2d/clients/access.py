"""Whose conversations an operator may see: the one rule for dialogs and for the cards behind them.

It stands in this slice because cards need it too, and cards stand to the left of dialogs.
"""

from collections.abc import Sequence, Set
from typing import Any

from c2d.core.current import CurrentOperator, operator
from c2d.core.live import Viewer
from c2d.core.veil import CONTACTS
from c2d.roles.grants import VIEW_ALL

VIEW_NEW = "chats.view_new"

# A condition on `dialogs d` with the parameters that `sight` makes.
# Who may serve some channels only (`served`) sees beyond their own chats those of these channels.
SEES = """(%(sees_all)s OR d.operator_id = %(me)s OR (%(sees_new)s AND d.operator_id IS NULL)
    OR (d.channel_id = ANY(%(served)s::bigint[]) AND (%(all_served)s OR d.operator_id IS NULL)))"""
# A condition on `custom_fields f`: a field of the company's own may be for some roles only.
SEES_FIELD = "(f.role_ids = '[]'::jsonb OR f.role_ids @> to_jsonb(%(role)s::bigint))"


def sight(who: CurrentOperator | None = None) -> dict:
    """What an operator (the signed-in one) may see: the parameters of SEES, and of a search in the blacklist."""
    who = who or operator()
    free, sees_all, sees_new = who.channel_ids is None, who.may(VIEW_ALL), who.may(VIEW_NEW)
    return {
        "me": who.id, "sees_all": sees_all and free, "sees_new": sees_new and free,
        "served": list(who.channel_ids or ()) if sees_all or sees_new else [], "all_served": sees_all,
        "sees_contacts": who.may(CONTACTS),
    }


def sees(permissions: Set[str], channel_ids: Sequence[int] | None, me: int, dialog: Any) -> bool:
    """The same rule for a dialog that is already at hand (its `operator_id` and `channel_id`)."""
    if dialog.operator_id == me:
        return True
    if channel_ids is not None and dialog.channel_id not in channel_ids:
        return False
    return VIEW_ALL in permissions or (dialog.operator_id is None and VIEW_NEW in permissions)


def viewer_sees(viewer: Viewer, dialog: Any) -> bool:
    return sees(viewer.permissions, viewer.channel_ids, viewer.operator_id, dialog)


def reader_of(dialog: Any):
    """A push's key for a fragment that is the same for all who may see the dialog."""

    def key(viewer: Viewer) -> tuple | None:
        if not viewer_sees(viewer, dialog):
            return None
        return viewer.locale, viewer.time_zone, CONTACTS in viewer.permissions

    return key
