"""To whom a chat can be given."""

from dataclasses import dataclass

from flask_babel import gettext as _

from c2d.clients.access import VIEW_ALL, VIEW_NEW
from c2d.core.current import operator
from c2d.dialogs.queries import new_ones
from c2d.operators.queries import colleagues


@dataclass(frozen=True)
class Choice:
    """A line of dialogs/_assign.html; the id 'new' is nobody."""

    id: int | str
    name: str
    initials: str
    hue: int
    presence: str
    status: str
    open_chats: int | None  # None: not for the reader to know
    current: bool


def choice(assignee_id: int | None) -> list[Choice]:
    new = new_ones(operator().channel_ids) if operator().permissions & {VIEW_ALL, VIEW_NEW} else None
    nobody = Choice("new", _("New chats"), "+", 0, "off", _("Without an operator"), new, assignee_id is None)
    people = [
        Choice(p.id, p.full_name, p.initials, p.hue, p.presence, p.status_label, p.open_dialogs, p.id == assignee_id)
        for p in colleagues()
    ]
    return [nobody, *people]
