"""Signing in with a password, and out."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.db import db, in_transaction
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.sql import platform, scoped
from c2d.core.tenancy import all_companies, company
from c2d.operators import licence
from c2d.operators.statuses import come_online
from c2d.sessions import arrival, passwords, throttle, unfamiliar
from c2d.sessions.events import SignedIn

_find = platform("""
    SELECT company_id, id, email, password_hash, totp_on_at IS NOT NULL AS second_factor FROM operators
    WHERE lower(email) = lower(%(email)s) AND deleted_at IS NULL AND blocked_at IS NULL""")
_rehash = scoped("UPDATE operators SET password_hash = %(hash)s WHERE company_id = %(company)s AND id = %(id)s")
_has_second_factor = scoped("""
    SELECT totp_on_at IS NOT NULL FROM operators WHERE company_id = %(company)s AND id = %(id)s FOR NO KEY UPDATE""")


@dataclass(frozen=True)
class Account:
    """Whose address it is; enough to check a password."""

    company_id: int
    id: int
    email: str
    password_hash: str | None
    second_factor: bool


def account_of(email: str) -> Account | None:
    """The operator with this address who may sign in, whatever the company."""
    with all_companies("an address is looked up before the company is known"):
        row = _find.first(email=email)
        db.session.commit()  # hold no connection while a password is hashed
    return Account(**row._asdict()) if row else None


def sign_in(email: str, password: str, ip: str, user_agent: str) -> str | Account:
    """The token of a new session, or the account whose second factor is still to be asked for.

    Refused with one text for a wrong password and for nobody.
    """
    throttle.count("login", email, ip)
    account = account_of(email)
    if not passwords.is_right(password, account.password_hash if account else None):
        raise Refused(_("Wrong e-mail or password"))
    throttle.forgive("login", email, ip)
    fresh = passwords.make_hash(password) if passwords.is_outdated(account.password_hash) else None
    with company(account.company_id):
        if account.second_factor:
            return in_transaction(lambda: _renewed(account, fresh))
        return in_transaction(lambda: _start(account, ip, user_agent, fresh))


def _renewed(account: Account, fresh_hash: str | None) -> Account:
    if not fresh_hash:
        return account
    _rehash.run(id=account.id, hash=fresh_hash)
    return replace(account, password_hash=fresh_hash)


def _start(account: Account, ip: str, user_agent: str, fresh_hash: str | None) -> str:
    _renewed(account, fresh_hash)
    return start_session(account.id, ip, user_agent)


def start_session(operator_id: int, ip: str, user_agent: str, moment: datetime | None = None,
                  second_passed: bool = False) -> str:
    """Add a session to the running transaction and return its token, which is kept nowhere.

    Refused for somebody with a second factor that was not passed, whatever leads here, and when the licence lets
    nobody else in.
    """
    licence.admit(operator_id)  # it locks the company, which comes before its operators
    if _has_second_factor.value(id=operator_id) and not second_passed:
        raise Refused(_("Sign in with your password and the code"))
    row, token = arrival.add(operator_id, ip, user_agent, moment or now())
    come_online(operator_id)
    unfamiliar.look_at(row)
    emit(SignedIn(operator_id=operator_id, login_session_id=row.id, actor_id=operator_id, after=arrival.facts(row)))
    return token
