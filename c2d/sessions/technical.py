"""Technical access: somebody of the platform's staff enters a company as one of its operators, for a while and in plain sight.

Leave is given by command line (launcher/technical_access.py) and only there. It takes no seat of the licence, changes no
status, and every request that may change something leaves a row with both names (technical_trail.py).
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _

from c2d.core import mail
from c2d.core.bells import enqueue_after_commit
from c2d.core.clock import now
from c2d.core.crypto import fingerprint, new_token
from c2d.core.db import db, in_transaction
from c2d.core.errors import NotFound, Refused
from c2d.core.events import emit
from c2d.core.i18n import reading_as, when
from c2d.core.jobs import job
from c2d.core.sql import Row, platform, scoped
from c2d.core.tenancy import all_companies, company
from c2d.core.text import one_line
from c2d.roles.builtin import ADMINISTRATOR
from c2d.sessions import arrival
from c2d.sessions.events import TechnicalAccessGranted, TechnicalAccessStarted
from c2d.sessions.models import TechnicalAccess
from c2d.sessions.termination import TIME_OVER, announce, ending

GOOD_FOR = timedelta(minutes=10)  # the link
SHORTEST, USUAL, LONGEST = 5, 60, 480  # minutes of the session

_chosen = scoped("""
    SELECT o.id, o.email, trim(o.first_name || ' ' || o.last_name) AS name
    FROM operators o JOIN roles r ON r.company_id = o.company_id AND r.id = o.role_id
    WHERE o.company_id = %(company)s AND o.blocked_at IS NULL AND o.deleted_at IS NULL
      AND (lower(o.email) = lower(%(email)s) OR (%(email)s = '' AND r.base = %(base)s AND r.name IS NULL))
    ORDER BY o.id LIMIT 1""")
_find = platform("""
    SELECT t.company_id, t.id, t.operator_id, t.staff_name, t.reason, t.minutes, c.name AS company_name,
           trim(o.first_name || ' ' || o.last_name) AS operator_name, o.email
    FROM technical_accesses t
    JOIN operators o ON o.company_id = t.company_id AND o.id = t.operator_id
    JOIN companies c ON c.id = t.company_id
    WHERE t.token_hash = %(token)s AND t.used_at IS NULL AND t.expires_at > %(now)s
      AND o.blocked_at IS NULL AND o.deleted_at IS NULL""")
_claim = scoped("""
    UPDATE technical_accesses SET used_at = %(now)s
    WHERE company_id = %(company)s AND id = %(id)s AND used_at IS NULL AND expires_at > %(now)s""")
_administrators = scoped("""
    SELECT o.id, o.email, o.locale, c.time_zone
    FROM operators o
    JOIN roles r ON r.company_id = o.company_id AND r.id = o.role_id
    JOIN companies c ON c.id = o.company_id
    WHERE o.company_id = %(company)s AND r.base = %(base)s AND r.name IS NULL
      AND o.blocked_at IS NULL AND o.deleted_at IS NULL ORDER BY o.id LIMIT 50""")
_session = scoped("""
    SELECT s.staff_name, s.reason, s.expires_at, trim(o.first_name || ' ' || o.last_name) AS name
    FROM login_sessions s JOIN operators o ON o.company_id = s.company_id AND o.id = s.operator_id
    WHERE s.company_id = %(company)s AND s.id = %(id)s AND s.technical_access""")
_over = platform("""
    SELECT company_id, operator_id, id FROM login_sessions
    WHERE technical_access AND ended_at IS NULL AND expires_at <= %(now)s LIMIT 100""")


@dataclass(frozen=True)
class Access:
    """A link that still works."""

    company_id: int
    id: int
    operator_id: int
    staff_name: str
    reason: str
    minutes: int
    company_name: str
    operator_name: str
    email: str


def grant(staff: str, reason: str, minutes: int = USUAL, email: str = "") -> str:
    """The one-time link into the company in scope. Refused with a sentence for whoever types the command."""
    staff_name, why = one_line(staff, 120), one_line(reason, 300)
    if not staff_name or not why:
        raise Refused("Say who enters (--staff) and why (--reason)")
    if not SHORTEST <= minutes <= LONGEST:
        raise Refused(f"--minutes is a number from {SHORTEST} to {LONGEST}")
    token = new_token()
    in_transaction(lambda: _grant(token, staff_name, why, minutes, one_line(email, 254)))
    return f"{current_app.config['PUBLIC_URL'] or 'http://localhost:8000'}/technical-access/{token}"


def _grant(token: str, staff_name: str, reason: str, minutes: int, email: str) -> None:
    chosen = _chosen.first(email=email, base=ADMINISTRATOR)
    if chosen is None:
        raise Refused(f"No active operator with the address {email}" if email else "No active administrator")
    moment = now()
    db.session.add(TechnicalAccess(
        operator_id=chosen.id, staff_name=staff_name, reason=reason, minutes=minutes, token_hash=fingerprint(token),
        created_at=moment, expires_at=moment + GOOD_FOR,
    ))
    emit(TechnicalAccessGranted(operator_id=chosen.id, staff_name=staff_name, subject=chosen.name,
                                after={"reason": reason, "minutes": minutes, "as": chosen.email}))


def access_of(token: str) -> Access:
    """What a link stands for. NotFound when it was used, is old or made up."""
    with all_companies("the link's token says which company it is"):
        row = _find.first(token=fingerprint(token), now=now())
        db.session.commit()
    if row is None:
        raise _used_up()
    return Access(**row._asdict())


def enter(access: Access, ip: str, user_agent: str) -> str:
    """Use the link up; the token of the new session."""
    with company(access.company_id):
        return in_transaction(lambda: _enter(access, ip, user_agent))


def _enter(access: Access, ip: str, user_agent: str) -> str:
    moment = now()
    if not _claim.count(id=access.id, now=moment):
        raise _used_up()
    row, token = arrival.add(
        access.operator_id, ip, user_agent, moment, timedelta(minutes=access.minutes),
        technical_access=True, staff_name=access.staff_name, reason=access.reason)
    emit(TechnicalAccessStarted(
        operator_id=access.operator_id, login_session_id=row.id, staff_name=access.staff_name, actor_id=access.operator_id,
        subject=access.operator_name, after={**arrival.facts(row), "reason": access.reason, "until": row.expires_at}))
    enqueue_after_commit(tell_administrators, row.id, queue="high")
    return token


def _used_up() -> NotFound:
    return NotFound(_("This link was used or is older than ten minutes. Ask for a new one"))


def about(login_session_id: int) -> Row | None:
    return _session.first(id=login_session_id)


def administrators() -> list[Row]:
    """Who hears of it: those who answer for the company."""
    return _administrators.all(base=ADMINISTRATOR)


def tell_administrators(login_session_id: int) -> None:
    """Job: a letter to each."""
    row, people = about(login_session_id), administrators()
    db.session.rollback()
    if row is None:
        return
    base = current_app.config["PUBLIC_URL"] or "http://localhost:8000"
    for person in people:
        with reading_as(person.locale, person.time_zone):
            lines = [
                _("Somebody of the c2d support team has entered your company."), "",
                _("Who: %(name)s", name=row.staff_name), _("Why: %(reason)s", reason=row.reason),
                _("As: %(name)s", name=row.name),
                _("Until: %(time)s", time=f"{when(row.expires_at, 'full')} ({person.time_zone})"), "",
                _("What they change stands in the audit log. You can end the session at any time:"),
                f"{base}/settings/sessions",
            ]
            mail.send(person.email, _("Technical access to your company"), "\n".join(lines), gist=f"{base}/settings/sessions")


@job
def end_those_over() -> None:
    """Sessions whose time is over end in the books too, with a row in the audit log."""
    with all_companies("technical access is the platform's"):
        over = _over.all(now=now())
        db.session.rollback()
    for row in over:
        with company(row.company_id):
            announce(in_transaction(lambda row=row: ending(row.operator_id, TIME_OVER, only=row.id)))
