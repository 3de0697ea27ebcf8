"""What becomes of somebody's open chats when they go: to New, to a colleague, to a group, or they stay.

People are locked before chats. Who gives a chat to somebody locks that somebody too (assignment), so a chat that is
given at the same moment either comes too late, or is here to be handed on.
"""

from collections.abc import Sequence

from flask_babel import gettext as _

from c2d.core.current import operator_or_none
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.sql import Row, scoped
from c2d.core.text import full_name, whole_number
from c2d.dialogs.events import DialogAssigned, DialogReturned
from c2d.operators.events import OperatorBlocked, OperatorDeleted
from c2d.operators.models import ONLINE
from c2d.operators.queries import WORKS

NEW, KEEP = "new", "keep"
_leaver = scoped("SELECT 1 FROM operators WHERE company_id = %(company)s AND id = %(id)s FOR NO KEY UPDATE")
_TAKER = """
    SELECT o.id, o.first_name, o.last_name, o.status, o.dialog_limit, {more}
    FROM operators o {source}
    WHERE o.company_id = %(company)s AND o.id <> %(leaver)s AND {works} AND {which}
    ORDER BY o.id FOR SHARE OF o"""
_colleague = scoped(_TAKER.format(works=WORKS, more="0 AS skill, 0 AS open, NULL AS channels", source="", which="o.id = %(id)s"))
_members = scoped(_TAKER.format(
    works=WORKS, more="""m.skill,
        (SELECT count(*) FROM dialogs d WHERE d.company_id = o.company_id AND d.operator_id = o.id AND d.state = 'open') AS open,
        (SELECT array_agg(c.channel_id) FROM operator_channels c
         WHERE c.company_id = o.company_id AND c.operator_id = o.id) AS channels""",
    source="JOIN group_members m ON m.company_id = o.company_id AND m.operator_id = o.id", which="m.group_id = %(id)s"))
_group = scoped("SELECT 1 FROM operator_groups WHERE company_id = %(company)s AND id = %(id)s")
_open = scoped("""
    SELECT id, client_id, channel_id FROM dialogs
    WHERE company_id = %(company)s AND operator_id = %(operator)s AND state = 'open' ORDER BY id FOR UPDATE""")
_move = scoped("""
    WITH wanted AS (SELECT * FROM unnest(%(dialogs)s::bigint[], %(operators)s::bigint[]) AS t(dialog_id, operator_id)),
    request AS (
        UPDATE requests r SET operator_id = w.operator_id FROM wanted w
        WHERE r.company_id = %(company)s AND r.dialog_id = w.dialog_id AND r.closed_at IS NULL)
    UPDATE dialogs d SET operator_id = w.operator_id FROM wanted w
    WHERE d.company_id = %(company)s AND d.id = w.dialog_id""")


def hand_on(operator_id: int, to: str) -> int:
    """Move the open chats of an operator with the running transaction; returns how many went.

    `to` is 'new', 'operator:5', 'group:3' (spread over the members who may have them; what none of them may have
    goes to New) or 'keep'. Raises Refused("to") for anything else, and when there is no such colleague or group.
    """
    if to == KEEP:
        return 0
    _leaver.run(id=operator_id)
    takers = _takers(operator_id, to)
    chats = _open.all(operator=operator_id)
    if not chats:
        return 0
    chosen = [(chat, taker) for chat, taker in zip(chats, _spread(chats, takers), strict=True)]
    _move.run(dialogs=[chat.id for chat in chats], operators=[taker and taker.id for _chat, taker in chosen])
    for chat, taker in chosen:
        _tell(chat, operator_id, taker)
    return len(chats)


def end_of_operator(fact: OperatorBlocked | OperatorDeleted) -> None:
    """Who is blocked or deleted keeps no chat."""
    hand_on(fact.operator_id, fact.chats)


def _takers(leaver: int, to: str) -> list[Row]:
    """Who may be given the chats, locked until the transaction ends; none: they go to New."""
    kind, _colon, number = to.partition(":")
    if to == NEW:
        return []
    id = whole_number(number) or 0
    if kind == "group" and _group.first(id=id):
        return _members.all(id=id, leaver=leaver)
    found = _colleague.all(id=id, leaver=leaver) if kind == "operator" else []
    if not found:
        raise Refused(_("Choose who gets the open chats"), "to")
    return [found[0]._replace(dialog_limit=None)]  # chosen by name: whatever they have already


def _spread(chats: Sequence[Row], takers: Sequence[Row]) -> list[Row | None]:
    """For each chat who gets it: who is online first, then who has the fewest, then the most skilled."""
    load = {taker.id: taker.open for taker in takers}
    chosen = []
    for chat in chats:
        able = [t for t in takers if (t.channels is None or chat.channel_id in t.channels)
                and (t.dialog_limit is None or load[t.id] < t.dialog_limit)]
        taker = min(able, key=lambda t: (t.status != ONLINE, load[t.id], -t.skill, t.id), default=None)
        if taker:
            load[taker.id] += 1
        chosen.append(taker)
    return chosen


def _tell(chat: Row, from_id: int, taker: Row | None) -> None:
    who = operator_or_none()
    about = {"dialog_id": chat.id, "client_id": chat.client_id, "from_id": from_id, "by_name": who.full_name if who else ""}
    if taker is None:
        emit(DialogReturned(**about))
    else:
        emit(DialogAssigned(**about, to_id=taker.id, to_name=full_name(taker.first_name, taker.last_name)))
