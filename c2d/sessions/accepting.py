"""Coming in by an invitation: the link works once, and only the newest one of a person."""

from dataclasses import dataclass

from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.crypto import fingerprint
from c2d.core.db import db, in_transaction
from c2d.core.errors import NotFound, Refused
from c2d.core.events import emit
from c2d.core.sql import platform, scoped
from c2d.core.tenancy import all_companies, company
from c2d.core.text import one_line
from c2d.operators import licence
from c2d.operators.events import InvitationAccepted
from c2d.sessions import passwords, throttle
from c2d.sessions.login import start_session

_NEWER = """EXISTS (SELECT 1 FROM operator_invitations n
    WHERE n.company_id = i.company_id AND n.operator_id = i.operator_id AND n.id > i.id)"""
_find = platform(f"""
    SELECT i.company_id, i.id, i.operator_id, i.expires_at <= %(now)s AS expired, {_NEWER} AS replaced,
           o.password_hash IS NOT NULL AS accepted, o.blocked_at IS NOT NULL OR o.deleted_at IS NOT NULL AS revoked,
           o.email, o.first_name, o.last_name, c.name AS company_name
    FROM operator_invitations i JOIN operators o ON o.company_id = i.company_id AND o.id = i.operator_id
    JOIN companies c ON c.id = i.company_id
    WHERE i.token_hash = %(token)s""")  # noqa: S608
_claim = scoped(f"""
    UPDATE operator_invitations i SET accepted_at = %(now)s
    WHERE i.company_id = %(company)s AND i.id = %(id)s AND i.accepted_at IS NULL AND i.expires_at > %(now)s
      AND NOT {_NEWER}""")  # noqa: S608
_settle = scoped("""
    UPDATE operators SET password_hash = %(hash)s, first_name = %(first_name)s, last_name = %(last_name)s
    WHERE company_id = %(company)s AND id = %(id)s AND password_hash IS NULL AND blocked_at IS NULL
      AND deleted_at IS NULL""")


class Gone(Refused):
    """The link has worked, or will not any more."""

    status = 410


@dataclass(frozen=True)
class Invited:
    """Whom a link that works invites, and where to."""

    company_id: int
    id: int
    operator_id: int
    email: str
    first_name: str
    last_name: str
    company_name: str


def invited(token: str, ip: str) -> Invited:
    """What the link stands for. Raises NotFound for a made-up one, Gone with the reason for one that is over."""
    with all_companies("the link's token says which company it is"):
        row = _find.first(token=fingerprint(token), now=now())
        db.session.rollback()
    if row is None:
        throttle.count("invitation", "", ip)
        raise NotFound(_("This invitation does not exist. Check that the whole link was copied"))
    if why := _over(row):
        raise Gone(why)
    return Invited(**{name: getattr(row, name) for name in Invited.__dataclass_fields__})


def _over(row) -> str:
    if row.accepted:
        return _("This invitation was used already: sign in with your e-mail and password")
    if row.revoked:
        return _("This invitation was taken back. Ask the administrator of your company")
    if row.replaced:
        return _("There is a newer invitation: use the link of the last letter")
    return _("This invitation is older than 7 days. Ask the administrator for a new one") if row.expired else ""


def accept(link: Invited, first_name: str, last_name: str, password: str, ip: str, user_agent: str) -> str:
    """Set name and password, use the link up: the token of a new session. Of two at the same moment one passes."""
    throttle.count("invitation", str(link.id), ip)
    first, last = one_line(first_name, 60), one_line(last_name, 60)
    if not first:
        raise Refused(_("A name is needed"), "first_name")
    passwords.check_rules(password, link.email)
    password_hash = passwords.make_hash(password)

    def work() -> str:
        licence.hold()  # before the operator's row, as everybody does who changes an operator
        moment = now()
        settled = _settle.count(id=link.operator_id, hash=password_hash, first_name=first, last_name=last)
        if not settled or not _claim.count(id=link.id, now=moment):
            raise Gone(_("This invitation was used already: sign in with your e-mail and password"))
        emit(InvitationAccepted(operator_id=link.operator_id, subject=f"{first} {last}".strip(), actor_id=link.operator_id))
        return start_session(link.operator_id, ip, user_agent)

    with company(link.company_id):
        return in_transaction(work)
