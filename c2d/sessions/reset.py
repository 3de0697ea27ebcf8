"""A forgotten password: a link by e-mail that works once, for an hour."""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from c2d.core import mail
from c2d.core.clock import now
from c2d.core.crypto import fingerprint, new_token
from c2d.core.db import db, in_transaction
from c2d.core.errors import NotFound
from c2d.core.events import Event, emit
from c2d.core.i18n import reading_as
from c2d.core.jobs import enqueue
from c2d.core.sql import platform, scoped
from c2d.core.tenancy import all_companies, company
from c2d.operators.models import Operator
from c2d.sessions import passwords, throttle
from c2d.sessions.events import PasswordChanged
from c2d.sessions.login import account_of
from c2d.sessions.models import PasswordReset
from c2d.sessions.termination import announce, ending

HOUR = timedelta(hours=1)
NOBODY = (0, 0)  # whose address is not known costs a job as well
_find = platform("""
    SELECT r.company_id, r.id, r.operator_id, o.email, trim(o.first_name || ' ' || o.last_name) AS name
    FROM password_resets r JOIN operators o ON o.company_id = r.company_id AND o.id = r.operator_id
    WHERE r.token_hash = %(token)s AND r.used_at IS NULL AND r.expires_at > %(now)s
      AND o.blocked_at IS NULL AND o.deleted_at IS NULL""")
_claim = scoped("""
    UPDATE password_resets SET used_at = %(now)s
    WHERE company_id = %(company)s AND id = %(id)s AND used_at IS NULL AND expires_at > %(now)s""")
_use_up = scoped("""
    UPDATE password_resets SET used_at = %(now)s
    WHERE company_id = %(company)s AND operator_id = %(operator)s AND used_at IS NULL""")
# Before the links, as who changes the password or the address does.
_hold = scoped("SELECT 1 FROM operators WHERE company_id = %(company)s AND id = %(operator)s FOR NO KEY UPDATE")
_set = scoped("UPDATE operators SET password_hash = %(hash)s WHERE company_id = %(company)s AND id = %(operator)s")


@dataclass(frozen=True)
class Link:
    """A link that still works, and whose password it sets."""

    company_id: int
    id: int
    operator_id: int
    email: str
    name: str


def ask(email: str, ip: str) -> None:
    """Send a link soon if the address is known; nothing tells the asker whether it is, not even the time that it takes."""
    throttle.count("reset", email, ip)
    account = account_of(email)
    enqueue(send_link, *((account.company_id, account.id) if account else NOBODY), queue="high")


def send_link(operator_id: int) -> None:
    """Job: make the link and mail it. The token is born here, so that no queue ever holds it."""
    if operator_id == NOBODY[1]:
        return
    token = new_token()
    email, locale = in_transaction(lambda: _make(operator_id, token))
    url = f"{current_app.config['PUBLIC_URL'] or 'http://localhost:8000'}/password/{token}"
    with reading_as(locale, "UTC"):
        body = _("To choose a new password for c2d, open this link within an hour:") + f"\n\n{url}\n\n"
        body += _("If you did not ask for it, just ignore this letter.")
        mail.send(email, _("New password for c2d"), body, gist=url)


def _make(operator_id: int, token: str) -> tuple[str, str]:
    db.session.add(PasswordReset(operator_id=operator_id, token_hash=fingerprint(token), expires_at=now() + HOUR))
    operator = db.session.scalars(select(Operator).where(Operator.id == operator_id)).one()
    return operator.email, operator.locale


def link_of(token: str) -> Link:
    """What the link in the letter stands for. NotFound when it is used, old or made up."""
    with all_companies("the link's token says which company it is"):
        row = _find.first(token=fingerprint(token), now=now())
        db.session.commit()
    if row is None:
        raise NotFound(_("This link was used or is older than an hour. Ask for a new one"))
    return Link(**row._asdict())


def rules_of(link: Link) -> list[str]:
    """What the operator's company asks of a password, in words."""
    with company(link.company_id):
        return passwords.rules()


def choose(link: Link, password: str) -> None:
    """Set the password, use the link up, end every session of the operator."""
    with company(link.company_id):
        passwords.check_rules(password, link.email)
        db.session.rollback()  # hold no connection while a password is hashed
        password_hash = passwords.make_hash(password)
        announce(in_transaction(lambda: _choose(link, password_hash)))


def _choose(link: Link, password_hash: str) -> list[int]:
    _hold.run(operator=link.operator_id)
    moment = now()
    if not _claim.count(id=link.id, now=moment):
        raise NotFound(_("This link was used or is older than an hour. Ask for a new one"))
    _use_up.run(operator=link.operator_id, now=moment)
    _set.run(operator=link.operator_id, hash=password_hash)
    emit(PasswordChanged(operator_id=link.operator_id, subject=link.name, actor_id=link.operator_id))
    return ending(link.operator_id, "password-changed")


def end_of_address(fact: Event) -> None:
    """Links that went to the former address work no more."""
    if "email" in fact.after:
        _use_up.run(operator=fact.operator_id, now=now())
