"""Why the session that this browser held is over, for whoever still holds its token."""

from flask_babel import get_locale
from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.crypto import fingerprint
from c2d.core.db import db
from c2d.core.i18n import reading_as, when
from c2d.core.sql import platform
from c2d.core.tenancy import all_companies
from c2d.core.text import N_
from c2d.operators.standing import STANDS
from c2d.sessions.termination import (
    BLOCKED,
    BY_ADMINISTRATOR,
    DELETED,
    ELSEWHERE,
    PASSWORD_CHANGED,
    SIGNED_OUT,
    TIME_OVER,
    UNUSED,
)

WORDS = {
    BY_ADMINISTRATOR: N_("An administrator ended this session"),
    ELSEWHERE: N_("This session was ended on another device"),
    PASSWORD_CHANGED: N_("The password was changed"),
    BLOCKED: N_("You were blocked"),
    DELETED: N_("Your account was deleted"),
    TIME_OVER: N_("The time of the technical access is over"),
    UNUSED: N_("The session is over: it was not used for long, or its time has come. Sign in again"),
}
OTHERWISE = N_("This session was ended")
_by_token = platform(f"""
    SELECT s.ended_at, s.end_reason, s.technical_access, c.time_zone, o.blocked_at, o.deleted_at, {STANDS} AS stands
    FROM login_sessions s
    JOIN operators o ON o.company_id = s.company_id AND o.id = s.operator_id
    JOIN companies c ON c.id = s.company_id
    WHERE s.token_hash = %(token)s""")  # noqa: S608 only our own text


def words(token: str | None) -> str:
    """'An administrator ended this session, today 14:02'; '' for strangers and for who signed out by themselves."""
    if not token:
        return ""
    with all_companies("the cookie's token says which company it was"):
        row = _by_token.first(token=fingerprint(token), now=now())
        db.session.rollback()
    if row is None or row.stands or row.end_reason == SIGNED_OUT:
        return ""
    return _with_time(row, _cause(row))


def _cause(row) -> str:
    if row.deleted_at or row.blocked_at:
        return _(WORDS[DELETED if row.deleted_at else BLOCKED])
    if row.ended_at is None:
        return _(WORDS[TIME_OVER if row.technical_access else UNUSED])
    return _(WORDS.get(row.end_reason, OTHERWISE))


def _with_time(row, said: str) -> str:
    at = row.deleted_at or row.blocked_at or (row.ended_at if row.end_reason != UNUSED else None)
    if at is None:
        return said
    with reading_as(str(get_locale()), row.time_zone):
        return f"{said}, {when(at, 'short')}"
