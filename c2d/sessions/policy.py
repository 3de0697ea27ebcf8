"""The company's rules for signing in and for being embedded."""

from dataclasses import asdict

from flask_babel import gettext as _

from c2d.companies import settings
from c2d.core.audit import changed
from c2d.core.clock import now
from c2d.core.current import operator
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.operators.standing import LASTS
from c2d.sessions.events import SecurityChanged
from c2d.sessions.termination import UNUSED

_without = scoped("""
    SELECT count(*) FROM operators
    WHERE company_id = %(company)s AND deleted_at IS NULL AND blocked_at IS NULL AND totp_on_at IS NULL""")
# What is over by the rules that hold now is over for good: a longer lifetime brings none of them back.
_end_those_over = scoped(f"""
    UPDATE login_sessions s SET ended_at = %(now)s, end_reason = '{UNUSED}' FROM companies c
    WHERE s.company_id = %(company)s AND c.id = s.company_id AND s.ended_at IS NULL AND s.expires_at > %(now)s
      AND NOT s.technical_access AND NOT ({LASTS})""")  # noqa: S608 only our own text
_have_i = scoped("SELECT totp_on_at IS NOT NULL FROM operators WHERE company_id = %(company)s AND id = %(me)s FOR SHARE")


def without_second_factor() -> int:
    """How many operators would have to set one up."""
    return _without.value()


def choose(**values) -> None:
    """Write fields of Settings with the running transaction. Refused when it would lock out the one who asks."""
    before = asdict(settings.of(settings.locked()))  # the company's lock comes before those of its operators
    if values.get("two_factor_required") and not _have_i.value(me=operator().id):
        raise Refused(_("Set up your own second factor first"), "required")
    lifetimes = values.keys() & {"session_hours", "idle_hours"}
    if lifetimes:
        _end_those_over.run(now=now())
    settings.choose(**values)
    if lifetimes:
        _end_those_over.run(now=now())
    old, new = changed(before, values)
    if new:
        emit(SecurityChanged(before=old, after=new))
