"""A device that the operator was not seen with before: a letter to them, and a word in their other windows."""

from flask import current_app
from flask_babel import gettext as _

from c2d.core import mail
from c2d.core.bells import enqueue_after_commit
from c2d.core.db import db
from c2d.core.events import emit
from c2d.core.i18n import reading_as, when
from c2d.core.sql import Row, scoped
from c2d.sessions import places
from c2d.sessions.events import NewDeviceSeen
from c2d.sessions.models import LoginSession

_before = scoped("""
    SELECT count(*) AS sessions,
           count(*) FILTER (WHERE browser = %(browser)s AND system = %(system)s AND country = %(country)s) AS alike
    FROM login_sessions
    WHERE company_id = %(company)s AND operator_id = %(operator)s AND id <> %(id)s AND NOT technical_access""")
_about = scoped("""
    SELECT s.browser, s.browser_version, s.system, s.country, s.city, s.ip, s.created_at,
           o.email, o.locale, o.first_name, c.name AS company_name, c.time_zone
    FROM login_sessions s
    JOIN operators o ON o.company_id = s.company_id AND o.id = s.operator_id
    JOIN companies c ON c.id = s.company_id
    WHERE s.company_id = %(company)s AND s.id = %(id)s AND o.deleted_at IS NULL""")


def look_at(row: LoginSession) -> None:
    """Tell the operator if this session is like none of theirs; of the very first there is nothing to tell."""
    before = _before.first(operator=row.operator_id, id=row.id, browser=row.browser, system=row.system,
                           country=row.country)
    if before.sessions and not before.alike:
        emit(NewDeviceSeen(operator_id=row.operator_id, login_session_id=row.id, actor_id=row.operator_id))
        enqueue_after_commit(send_notice, row.id, queue="high")


def about(login_session_id: int) -> Row | None:
    return _about.first(id=login_session_id)


def device_words(row) -> str:
    """'Firefox 136.0, Windows' of anything with a session's columns."""
    browser = f"{row.browser} {row.browser_version}".strip()
    return ", ".join(part for part in (browser, row.system) if part) or _("Unknown device")


def place_words(row) -> str:
    return places.words(row.country, row.city)


def send_notice(login_session_id: int) -> None:
    """Job: the letter."""
    row = about(login_session_id)
    db.session.rollback()  # hold no connection while a mail server takes its time
    if row is None:
        return
    base = current_app.config["PUBLIC_URL"] or "http://localhost:8000"
    with reading_as(row.locale, row.time_zone):
        lines = [
            _("Somebody signed in to c2d as you on a device that you have not used before."),
            "",
            _("Device: %(device)s", device=device_words(row)),
            _("Place: %(place)s (by the address, may be inexact)", place=place_words(row)),
            _("Address: %(address)s", address=row.ip or "—"),
            _("Time: %(time)s", time=f"{when(row.created_at, 'full')} ({row.time_zone})"),
            "",
            _("If it was you, there is nothing to do."),
            _("If it was not you: end this session and choose a new password at once."),
            f"{base}/account/sessions",
            f"{base}/password",
        ]
        mail.send(row.email, _("New device in c2d"), "\n".join(lines), gist=f"{base}/account/sessions")
