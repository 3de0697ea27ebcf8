"""Going away with open chats: first the question what becomes of them, then both in one transaction."""

from dataclasses import dataclass, field
from datetime import timedelta

from flask_babel import gettext as _

from c2d.companies.settings import of, own
from c2d.core.clock import now
from c2d.core.current import can, operator
from c2d.core.db import in_transaction
from c2d.core.errors import Forbidden
from c2d.core.sql import scoped
from c2d.dialogs.handing_on import KEEP, hand_on
from c2d.operators import groups, statuses
from c2d.operators.models import OFFLINE, ONLINE
from c2d.operators.queries import colleagues
from c2d.operators.standing import STANDS
from c2d.operators.status_display import counts_as, label
from c2d.sessions import termination

_open = scoped("""
    SELECT count(*) FROM dialogs WHERE company_id = %(company)s AND operator_id = %(me)s AND state = 'open'""")
_elsewhere = scoped(f"""
    SELECT 1 FROM login_sessions s
    JOIN operators o ON o.company_id = s.company_id AND o.id = s.operator_id
    JOIN companies c ON c.id = s.company_id
    WHERE s.company_id = %(company)s AND s.operator_id = %(me)s AND s.id <> %(this)s AND s.staff_name = ''
      AND s.last_seen_at > %(now)s - %(lately)s AND {STANDS} LIMIT 1""")  # noqa: S608 only our own text
LATELY = timedelta(minutes=15)


@dataclass
class Question:
    """What workspace/_leaving.html shows. `status` is the one that was chosen, None for signing out."""

    chats: int
    status: int | None = None
    status_name: str = ""
    to: str = ""
    problem: str = ""
    colleagues: list[tuple[str, str]] = field(default_factory=list)
    groups: list[tuple[str, str]] = field(default_factory=list)


def before_status(choice: str) -> Question | None:
    """Is there something to ask before this status? Refused when there is no such status."""
    status = statuses.chosen(choice)
    if operator().status != ONLINE or counts_as(status.key, status.counts_online) == ONLINE:
        return None
    return _question(status.id, label(status.key, status.name))


def before_signing_out() -> Question | None:
    """Who works on another device as well does not leave."""
    return None if _stays() else _question()


def question(choice: str, to: str, problem: str) -> Question:
    """The same once more, with what was answered and why it did not do."""
    status = statuses.chosen(choice) if choice else None
    again = _ask(status and status.id, label(status.key, status.name) if status else "")
    again.to, again.problem = to, problem
    return again


def change_status(choice: str, to: str = KEEP) -> None:
    """Take a status and hand the open chats on (dialogs.handing_on says how `to` is written)."""
    _may(to)
    me = operator().id

    def work() -> None:
        statuses.set_status(me, choice)
        hand_on(me, to)

    in_transaction(work)


def sign_out(to: str = KEEP) -> None:
    """Leave this device and hand the open chats on. A session that was forgotten elsewhere keeps nobody online."""
    _may(to)
    me = operator()

    def work() -> list[int]:
        stays = _stays()
        ended = termination.ending(me.id, "signed-out", only=me.login_session_id)
        if not stays:
            statuses.set_status(me.id, OFFLINE)
        hand_on(me.id, to)
        return ended

    termination.announce(in_transaction(work))


def _question(status: int | None = None, name: str = "") -> Question | None:
    if not of(own()).warn_open_chats or not _may_hand_on():
        return None
    found = _ask(status, name)
    return found if found.chats else None


def _ask(status: int | None, name: str) -> Question:
    me = operator().id
    return Question(
        _open.value(me=me), status, name,
        colleagues=[(f"operator:{c.id}", f"{c.full_name} · {c.status_label}") for c in colleagues() if c.id != me],
        groups=[(f"group:{id}", name) for id, name in groups.with_others(me)],
    )


def _stays() -> bool:
    """Is the operator still at work elsewhere, or is it the platform's staff who goes?"""
    me = operator()
    return bool(me.staff_name or _elsewhere.first(me=me.id, this=me.login_session_id, now=now(), lately=LATELY))


def _may_hand_on() -> bool:
    return can("chats.assign") and not operator().previewing


def _may(to: str) -> None:
    if to != KEEP and not _may_hand_on():
        raise Forbidden(_("No permission: %(action)s", action=_("Transfer chats")))
