"""The second factor: a code that an app on the phone shows for half a minute. Each works once."""

import re
from dataclasses import dataclass
from datetime import datetime

import pyotp
from cryptography.fernet import InvalidToken
from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.crypto import open_sealed, same, seal
from c2d.core.errors import Conflict, NotFound, Refused
from c2d.core.events import Event, emit
from c2d.core.sql import Row, scoped
from c2d.sessions import recovery_codes
from c2d.sessions.events import (
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorOff,
    SecondFactorOn,
    SecondFactorReset,
)

STEP_SECONDS, DRIFT = 30, 1  # clocks may differ by one step
_state = scoped("""
    SELECT email, trim(first_name || ' ' || last_name) AS name, password_hash, totp_sealed, totp_on_at
    FROM operators WHERE company_id = %(company)s AND id = %(id)s AND deleted_at IS NULL""")
_prepare = scoped("""
    UPDATE operators SET totp_sealed = %(sealed)s
    WHERE company_id = %(company)s AND id = %(id)s AND totp_on_at IS NULL""")
_turn_on = scoped("""
    UPDATE operators SET totp_on_at = %(now)s, totp_step = %(step)s
    WHERE company_id = %(company)s AND id = %(id)s AND totp_on_at IS NULL AND totp_sealed = %(sealed)s""")
# The condition and the mark are one statement: of two that bring the same code, one gets in.
_use_step = scoped("""
    UPDATE operators SET totp_step = %(step)s
    WHERE company_id = %(company)s AND id = %(id)s AND totp_on_at IS NOT NULL AND totp_sealed = %(sealed)s
      AND totp_step < %(step)s""")
_turn_off = scoped("""
    UPDATE operators SET totp_sealed = '', totp_on_at = NULL
    WHERE company_id = %(company)s AND id = %(id)s AND totp_on_at IS NOT NULL""")


@dataclass(frozen=True)
class State:
    """`on_at`: since when it is on. `secret`: chosen and not yet confirmed, '' for none."""

    email: str
    on_at: datetime | None
    codes_left: int
    secret: str


def state(operator_id: int) -> State:
    row = _row(operator_id)
    secret = "" if row.totp_on_at else _secret(row)
    return State(row.email, row.totp_on_at, recovery_codes.left(operator_id), secret)


def prepare(operator_id: int) -> None:
    """A new secret that waits for its first code. Conflict when the factor is on already."""
    if not _prepare.count(id=operator_id, sealed=seal({"totp": pyotp.random_base32()})):
        raise Conflict(_("The second factor is on already"))


def address_of(secret: str, email: str) -> str:
    """What the QR picture says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="c2d")


def confirm(operator_id: int, typed: str) -> list[str]:
    """On from now: the recovery codes. Refused for a wrong code, Conflict when another secret was chosen meanwhile."""
    row = _row(operator_id)
    step = None if row.totp_on_at else _step_of(_secret(row), typed)
    if step is None:
        raise Refused(_("Wrong code. Type the one that the app shows now"), "code")
    if not _turn_on.count(id=operator_id, now=now(), step=step, sealed=row.totp_sealed):
        raise Conflict(_("The second factor is on already"))
    _tell(SecondFactorOn, operator_id, row)
    return recovery_codes.renew(operator_id)


def use(operator_id: int, typed: str) -> bool:
    """Use a code of the app or a recovery code up with the running transaction; False for one that does not work."""
    row = _row(operator_id)
    if row.totp_on_at is None:
        return False
    digits = _digits(typed)
    if len(digits) == 6:
        step = _step_of(_secret(row), digits)
        return step is not None and bool(_use_step.count(id=operator_id, step=step, sealed=row.totp_sealed))
    if not recovery_codes.use(operator_id, typed):
        return False
    _tell(RecoveryCodeUsed, operator_id, row, by=operator_id)  # nobody is signed in yet
    return True


def turn_off(operator_id: int) -> None:
    """By its owner, who has proved to be that."""
    if _end(operator_id):
        _tell(SecondFactorOff, operator_id, _row(operator_id))


def reset(operator_id: int) -> bool:
    """By an administrator: the operator gets in with the password alone. False when there is nothing to reset."""
    row = _row(operator_id)
    ended = _end(operator_id)
    if ended:
        _tell(SecondFactorReset, operator_id, row)
    return ended


def new_codes(operator_id: int) -> list[str]:
    """Another set of recovery codes; Conflict without a second factor."""
    row = _row(operator_id)
    if row.totp_on_at is None:
        raise Conflict(_("The second factor is off"))
    _tell(RecoveryCodesMade, operator_id, row)
    return recovery_codes.renew(operator_id)


def _end(operator_id: int) -> bool:
    ended = bool(_turn_off.count(id=operator_id))
    if ended:
        recovery_codes.drop(operator_id)
    return ended


def _row(operator_id: int) -> Row:
    row = _state.first(id=operator_id)
    if row is None:
        raise NotFound()
    return row


def _secret(row: Row) -> str:
    """'' when there is none, or when it was sealed with another key: then only recovery codes help."""
    try:
        return open_sealed(row.totp_sealed).get("totp", "")
    except InvalidToken:
        return ""


def _step_of(secret: str, typed: str) -> int | None:
    """The step of time to which a code belongs; all are compared, however early one fits."""
    if not secret:
        return None
    code, clock, current = _digits(typed), pyotp.TOTP(secret), int(now().timestamp()) // STEP_SECONDS
    found = [step for step in range(current - DRIFT, current + DRIFT + 1) if same(clock.generate_otp(step), code)]
    return found[-1] if found else None


def _digits(typed: str) -> str:
    """'123 456' as people copy it; anything but digits and spaces makes it no code."""
    compact = re.sub(r"\s", "", typed)
    return compact if re.fullmatch(r"[0-9]{6}", compact) else ""


def _tell(kind: type[Event], operator_id: int, row: Row, by: int | None = None) -> None:
    emit(kind(operator_id=operator_id, subject=row.name, actor_id=by))
