"""Recovery codes: each stands in for the second factor, once. Kept are only their fingerprints."""

import re
import secrets

from sqlalchemy import delete

from c2d.core.clock import now
from c2d.core.crypto import fingerprint
from c2d.core.db import db
from c2d.core.sql import scoped
from c2d.operators.models import RecoveryCode

HOW_MANY, GROUPS, GROUP = 10, 3, 5
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
_use = scoped("""
    UPDATE recovery_codes SET used_at = %(now)s
    WHERE company_id = %(company)s AND operator_id = %(operator)s AND code_hash = %(hash)s AND used_at IS NULL""")
_left = scoped("""
    SELECT count(*) FROM recovery_codes
    WHERE company_id = %(company)s AND operator_id = %(operator)s AND used_at IS NULL""")


def renew(operator_id: int) -> list[str]:
    """A new set instead of the old one; it can be read only here."""
    drop(operator_id)
    codes = ["-".join(_word(GROUP) for _ in range(GROUPS)) for _ in range(HOW_MANY)]
    db.session.add_all(RecoveryCode(operator_id=operator_id, code_hash=_hash(operator_id, code)) for code in codes)
    return codes


def drop(operator_id: int) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.operator_id == operator_id))


def use(operator_id: int, typed: str) -> bool:
    """Use a code up with the running transaction; False for a wrong or used one. Of two at once one wins."""
    return bool(_use.count(operator=operator_id, hash=_hash(operator_id, typed), now=now()))


def left(operator_id: int) -> int:
    return _left.value(operator=operator_id)


def _word(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def _hash(operator_id: int, code: str) -> str:
    """However it was written down: capitals, spaces and dashes do not matter."""
    return fingerprint(f"{operator_id}:{re.sub(r'[^a-z0-9]', '', code.lower())}")
