"""The journal of the demo: facts of the past with their numbers in order of time.

They are written as done: nothing may react today to what is said to have happened two months ago.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from c2d.clients.events import CardChanged
from c2d.core.db import db
from c2d.core.events import EventRecord
from c2d.core.sql import scoped
from c2d.dialogs.events import DialogAssigned, RequestClosed, RequestOpened
from c2d.dialogs.models import Dialog
from c2d.launcher.demo_story import Chat, Visit
from c2d.messages.models import BOT, COMMENT, FROM_CLIENT, TO_CLIENT, Message

IN_DIALOG = {fact.kind() for fact in (CardChanged, DialogAssigned, RequestClosed, RequestOpened)} | {"tags_added"}
SPOKEN = {FROM_CLIENT: "message_received", TO_CLIENT: "message_sent", BOT: "message_sent", COMMENT: "comment_added"}

_reserve = scoped("""
    UPDATE company_counters SET event_seq = event_seq + %(n)s WHERE company_id = %(company)s RETURNING event_seq""")


@dataclass
class Facts:
    operators: dict[str, int]
    names: dict[str, str]
    _found: list[EventRecord] = field(default_factory=list)

    def note(self, at: datetime, kind: str, subject: Any, actor: str | None = None, message_id: int | None = None,
             **particulars) -> None:
        """`subject` is a dialog or a client."""
        inside = isinstance(subject, Dialog)
        self._found.append(EventRecord(
            kind=kind, journal=kind in IN_DIALOG, actor_id=self.operators.get(actor), message_id=message_id,
            dialog_id=subject.id if inside else None, client_id=subject.client_id if inside else subject.id,
            particulars=particulars, at=at, dispatched_at=at,
        ))

    def of_visit(self, visit: Visit, dialog: Dialog, number: int) -> None:
        self.note(visit.opened_at - timedelta(seconds=1), "request_opened", dialog, number=number)
        if visit.operator:
            name, actor = self.names[visit.operator], visit.operator if visit.taken else None
            self.note(visit.assigned_at, "dialog_assigned", dialog, actor, to_id=self.operators[visit.operator],
                      to_name=name, by_name=name, from_id=None)
        if visit.closed_at:
            self.note(visit.closed_at, "request_closed", dialog, visit.operator, number=number)

    def of_chat(self, chat: Chat, dialog: Dialog) -> None:
        for at, kind, actor, particulars in chat.facts:
            more = {"card_id": dialog.card_id} if kind == "card_changed" else {}
            self.note(at, kind, dialog, actor, **particulars, **more)

    def of_message(self, message: Message, dialog: Dialog) -> None:
        actor = next((key for key, id in self.operators.items() if id == message.operator_id), None)
        self.note(message.at, SPOKEN[message.kind], dialog, actor, message_id=message.id)

    def write(self) -> None:
        """Number them by time and store them."""
        self._found.sort(key=lambda fact: fact.at)
        first = _reserve.value(n=len(self._found)) - len(self._found) + 1
        for seq, fact in enumerate(self._found, first):
            fact.seq = seq
        db.session.add_all(self._found)
