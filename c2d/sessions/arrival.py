"""A new login session's row, with what can be known of the device."""

from datetime import datetime, timedelta

from c2d.companies.settings import of, own
from c2d.core.crypto import fingerprint, new_token
from c2d.core.db import db
from c2d.sessions import devices, places
from c2d.sessions.models import LoginSession


def add(operator_id: int, ip: str, user_agent: str, moment: datetime, lasts: timedelta | None = None,
        **more) -> tuple[LoginSession, str]:
    """Add it to the running transaction; with it comes its token, which is kept nowhere."""
    token, company = new_token(), own()
    device, place = devices.read(user_agent), places.of(ip, company.locale)
    row = LoginSession(
        operator_id=operator_id, token_hash=fingerprint(token), ip=places.cleaned(ip),
        user_agent=devices.cleaned(user_agent), created_at=moment, last_seen_at=moment,
        expires_at=moment + (lasts or timedelta(hours=of(company).session_hours)),
        **vars(device), **vars(place), **more,
    )
    db.session.add(row)
    db.session.flush()
    return row, token


def facts(row: LoginSession) -> dict:
    """What the audit log keeps of it."""
    return {"session": row.id, "browser": row.browser, "system": row.system, "address": row.ip}
