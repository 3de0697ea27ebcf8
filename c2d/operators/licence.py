"""Seats: how many operators the company may have, or how many of them may be signed in at the same time.

Administrators take no seat. What takes one locks the company's row first, so that of ten people at the same moment
exactly as many pass as there are seats.
"""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from c2d.core.clock import now
from c2d.core.errors import Refused
from c2d.core.sql import scoped
from c2d.operators.standing import STANDS

REGISTERED, AUTHORISED = LICENCES = ("registered", "authorised")
_terms = "SELECT licence, seats FROM companies WHERE id = %(company)s"
_read = scoped(_terms)
_lock = scoped(_terms + " FOR NO KEY UPDATE")
_registered = scoped("""
    SELECT count(*) FROM operators o JOIN roles r ON r.company_id = o.company_id AND r.id = o.role_id
    WHERE o.company_id = %(company)s AND o.blocked_at IS NULL AND o.deleted_at IS NULL AND r.base <> 'administrator'""")
# Staff of the platform who are in by technical access take no seat either.
_authorised = scoped(f"""
    SELECT count(*) FROM operators o JOIN roles r ON r.company_id = o.company_id AND r.id = o.role_id
    JOIN companies c ON c.id = o.company_id
    WHERE o.company_id = %(company)s AND r.base <> 'administrator' AND o.id <> %(but)s
      AND EXISTS (SELECT 1 FROM login_sessions s WHERE s.company_id = o.company_id AND s.operator_id = o.id
                  AND NOT s.technical_access AND {STANDS})""")  # noqa: S608
_base = scoped("""
    SELECT r.base FROM operators o JOIN roles r ON r.company_id = o.company_id AND r.id = o.role_id
    WHERE o.company_id = %(company)s AND o.id = %(id)s""")


@dataclass(frozen=True)
class Licence:
    """As operators/_licence.html takes it; `seats` None is no limit."""

    kind: str
    seats: int | None
    taken: int

    @property
    def full(self) -> bool:
        return self.seats is not None and self.taken >= self.seats

    @property
    def full_for_adding(self) -> bool:
        """Nobody can be added; where only signing in is counted, anybody can."""
        return self.full and self.kind == REGISTERED


def own() -> Licence:
    """What the company in scope has, and how much of it is in use."""
    row = _read.first()
    taken = _registered.value() if row.licence == REGISTERED else _authorised.value(but=0, now=now())
    return Licence(row.licence, row.seats, taken)


def hold() -> None:
    """Lock the company's row: seats, and who is its last administrator, stay as they are until the commit."""
    _lock.run()


def seat(wanted: int = 1) -> None:
    """Before `wanted` operators who are no administrators come: Refused when the seats do not suffice."""
    row = _lock.first()
    if row.licence != REGISTERED or row.seats is None:
        return
    free = row.seats - _registered.value()
    if free >= wanted:
        return
    if wanted > 1 and free > 0:
        raise Refused(ngettext("The licence has %(num)d free seat", "The licence has %(num)d free seats", free), "seats")
    raise Refused(_("All seats of the licence are taken: %(seats)s of %(seats)s", seats=row.seats), "seats")


def admit(operator_id: int) -> None:
    """Before an operator signs in: Refused when as many others as the licence allows are signed in."""
    row = _read.first()
    if row.licence != AUTHORISED or row.seats is None or _base.value(id=operator_id) == "administrator":
        return
    row = _lock.first()
    if row.seats is not None and _authorised.value(but=operator_id, now=now()) >= row.seats:
        raise Refused(_("All seats of the licence are taken: %(seats)s operators are signed in already. "
                        "Somebody has to sign out first, or ask your administrator for more seats.", seats=row.seats))
