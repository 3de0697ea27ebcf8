"""What operators change about their own way in: the password, the second factor, the recovery codes."""

from dataclasses import dataclass

from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.db import db, in_transaction
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.sql import Row, scoped
from c2d.sessions import passwords, second_factor, throttle
from c2d.sessions.events import PasswordChanged
from c2d.sessions.termination import announce, ending

_read = scoped("""
    SELECT email, trim(first_name || ' ' || last_name) AS name, first_name, last_name, password_hash FROM operators
    WHERE company_id = %(company)s AND id = %(id)s""")
# Only while the password is the one that was proved: of two changes at once one wins.
_set = scoped("""
    UPDATE operators SET password_hash = %(new)s
    WHERE company_id = %(company)s AND id = %(id)s AND password_hash IS NOT DISTINCT FROM %(old)s""")
_use_up_links = scoped("""
    UPDATE password_resets SET used_at = %(now)s
    WHERE company_id = %(company)s AND operator_id = %(id)s AND used_at IS NULL""")


@dataclass(frozen=True)
class Me:
    """Whose account it is and from where it is asked."""

    company_id: int
    id: int
    login_session_id: int
    ip: str

    @property
    def account(self) -> str:
        return f"{self.company_id}:{self.id}"


def change_password(me: Me, current: str, new: str) -> None:
    """Set another password; every other session of the operator ends. Refused(field) for what is wrong."""
    row = _read.first(id=me.id)
    _count(me)
    _free()
    if not passwords.is_right(current, row.password_hash):
        raise Refused(_("This is not your current password"), "current")
    throttle.forgive("proof", me.account, me.ip)
    passwords.check_rules(new, row.email)
    _free()
    if current == new:
        raise Refused(_("This is the password you have already"), "password")
    made = passwords.make_hash(new)
    announce(in_transaction(lambda: _change(me, row, made)))


def _change(me: Me, row: Row, made: str) -> list[int]:
    if not _set.count(id=me.id, new=made, old=row.password_hash):
        raise Refused(_("This is not your current password"), "current")
    _use_up_links.run(id=me.id, now=now())
    emit(PasswordChanged(operator_id=me.id, subject=row.name))
    return ending(me.id, "password-changed", but=me.login_session_id)


def turn_off(me: Me, proof: str) -> None:
    """Switch the second factor off. Refused without the password or a code."""
    _prove(me, proof)
    in_transaction(lambda: second_factor.turn_off(me.id))


def new_codes(me: Me, proof: str) -> list[str]:
    """Another set of recovery codes. Refused without the password or a code."""
    _prove(me, proof)
    return in_transaction(lambda: second_factor.new_codes(me.id))


def confirm(me: Me, code: str) -> list[str]:
    """Switch the second factor on: its recovery codes."""
    throttle.count("confirm", me.account, me.ip)
    codes = in_transaction(lambda: second_factor.confirm(me.id, code))
    throttle.forgive("confirm", me.account, me.ip)
    return codes


def _prove(me: Me, proof: str) -> None:
    """The password or a code says that it is the owner, not who found the device."""
    _count(me)
    if not in_transaction(lambda: second_factor.use(me.id, proof)):
        stored = _read.first(id=me.id).password_hash
        _free()
        if not passwords.is_right(proof, stored):
            raise Refused(_("Neither your password nor a code that works"), "proof")
    throttle.forgive("proof", me.account, me.ip)


def _count(me: Me) -> None:
    """Whoever found the device may have many addresses."""
    throttle.count("proof", me.account, me.ip)
    throttle.count_widely("proof", me.account)


def _free() -> None:
    """Hold no connection while a password is hashed."""
    db.session.rollback()
