"""Between the right password and the session: who still owes the second factor. It lives in the signed cookie."""

from dataclasses import dataclass
from datetime import timedelta

from flask import session
from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.crypto import fingerprint, same
from c2d.core.db import in_transaction
from c2d.core.errors import Refused
from c2d.core.sql import scoped
from c2d.core.tenancy import company
from c2d.operators import licence
from c2d.sessions import second_factor, throttle
from c2d.sessions.login import Account, start_session

KEY, LASTS = "second", timedelta(minutes=10)
# Locked, so that a password that is changed meanwhile is seen or waits.
_stands = scoped("""
    SELECT password_hash FROM operators
    WHERE company_id = %(company)s AND id = %(id)s AND totp_on_at IS NOT NULL AND blocked_at IS NULL
      AND deleted_at IS NULL FOR NO KEY UPDATE""")


class Over(Refused):
    """Too long ago, or the password is another one now: it begins again with the password."""


@dataclass(frozen=True)
class Pending:
    company_id: int
    operator_id: int
    password: str  # a mark of the one that was right
    since: int
    next: str

    @property
    def account(self) -> str:
        return f"{self.company_id}:{self.operator_id}"


def begin(account: Account, next: str) -> None:
    """Remember in the cookie who gave the right password; who was signed in on this device still is."""
    session[KEY] = [account.company_id, account.id, _mark(account.password_hash), int(now().timestamp()), next]


def pending() -> Pending | None:
    """Who is asked for the code now; None when nobody is, or for too long."""
    kept = session.get(KEY)
    if not isinstance(kept, list) or len(kept) != 5:
        return None
    found = Pending(*kept)
    return found if 0 <= now().timestamp() - found.since <= LASTS.total_seconds() else None


def finish(found: Pending, typed: str, ip: str, user_agent: str) -> str:
    """The token of a new session. Refused for a wrong code, Over when it begins again with the password."""
    throttle.count("code", found.account, ip)
    throttle.count_widely("code", found.account)
    with company(found.company_id):
        token = in_transaction(lambda: _start(found, typed, ip, user_agent))
    throttle.forgive("code", found.account, ip)
    return token


def _start(found: Pending, typed: str, ip: str, user_agent: str) -> str:
    licence.admit(found.operator_id)  # it may lock the company, which comes before its operators
    stored = _stands.value(id=found.operator_id)
    if stored is None or not same(_mark(stored), found.password):
        raise Over(_("Sign in again"))
    if not second_factor.use(found.operator_id, typed):
        raise Refused(_("Wrong code, or one that was used already"), "code")
    return start_session(found.operator_id, ip, user_agent, second_passed=True)


def _mark(password_hash: str | None) -> str:
    return fingerprint(password_hash or "")[:24]
