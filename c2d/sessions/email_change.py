"""Another e-mail for signing in: it holds once the link that was sent to it is opened by the same operator."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from cryptography.fernet import InvalidToken
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from c2d.core import emails, mail
from c2d.core.clock import now
from c2d.core.crypto import open_sealed, seal
from c2d.core.current import CurrentOperator
from c2d.core.db import db
from c2d.core.errors import NotFound, Refused
from c2d.core.events import emit
from c2d.core.i18n import reading_as
from c2d.core.jobs import enqueue
from c2d.core.sql import scoped
from c2d.operators import profile
from c2d.operators.events import OperatorEmailChanged
from c2d.sessions import passwords, throttle

LASTS = timedelta(hours=24)
_stored = scoped("SELECT email, password_hash, locale FROM operators WHERE company_id = %(company)s AND id = %(id)s")
_hold = scoped("SELECT id FROM operators WHERE company_id = %(company)s AND id = %(id)s FOR NO KEY UPDATE")


@dataclass(frozen=True)
class Wish:
    """What a link stands for: whose address, what it was when they asked, and what it shall be."""

    company: int
    operator: int
    was: str
    email: str
    at: float


def ask(who: CurrentOperator, password: str, typed: str, ip: str) -> str:
    """Send a link to the new address soon; the address. Raises Refused for a wrong password or no e-mail."""
    address = emails.normalise(typed)
    if address is None:
        raise Refused(_("This does not look like an e-mail address"), "email")
    if address == who.email.lower():
        raise Refused(_("This is your e-mail already"), "email")
    throttle.count("email", who.email, ip)
    throttle.count_widely("email", who.email)
    if not passwords.is_right(password, _stored.first(id=who.id).password_hash):
        raise Refused(_("The password is not right"), "password")
    throttle.forgive("email", who.email, ip)
    wish = seal({"company": who.company_id, "operator": who.id, "was": who.email, "email": address, "at": now().timestamp()})
    enqueue(send_link, who.company_id, who.id, wish, queue="high")
    return address


def send_link(operator_id: int, sealed: str) -> None:
    """Job: mail the link to the new address."""
    wish, locale = Wish(**open_sealed(sealed)), _stored.first(id=operator_id).locale
    url = f"{current_app.config['PUBLIC_URL'] or 'http://localhost:8000'}/account/email?{urlencode({'link': sealed})}"
    with reading_as(locale, "UTC"):
        body = _("To sign in to c2d with this address from now on, open this link within a day:") + f"\n\n{url}\n\n"
        body += _("If you did not ask for it, just ignore this letter.")
        mail.send(wish.email, _("New e-mail for c2d"), body, gist=url)


def wish_of(who: CurrentOperator, sealed: str) -> Wish:
    """What the link stands for. NotFound when it is another operator's, used, old or made up."""
    try:
        wish = Wish(**open_sealed(sealed))
    except (InvalidToken, TypeError):
        wish = None
    if wish is None or (wish.company, wish.operator) != (who.company_id, who.id) \
            or wish.was != _stored.first(id=who.id).email or now().timestamp() - wish.at > LASTS.total_seconds():
        raise NotFound(_("This link was used or is older than a day. Ask for a new one in your profile"))
    return wish


def confirm(who: CurrentOperator, sealed: str) -> None:
    """Take the new address with the running transaction. Raises Refused when somebody else has it by now."""
    _hold.run(id=who.id)  # so that a link works once
    wish = wish_of(who, sealed)
    try:
        profile.change(who.id, email=wish.email)
        db.session.flush()
    except IntegrityError as error:
        raise Refused(_("This e-mail is already registered"), "email") from error
    emit(OperatorEmailChanged(operator_id=who.id, subject=who.full_name, before={"email": wish.was}, after={"email": wish.email}))


def tell_old(operator_id: int, sealed: str) -> None:
    """Job: say at the old address that it signs nobody in any more."""
    wish, locale = Wish(**open_sealed(sealed)), _stored.first(id=operator_id).locale
    with reading_as(locale, "UTC"):
        body = _("The e-mail for signing in to c2d was changed to %(email)s. If it was not you, write to an administrator of "
                 "your company.", email=wish.email)
        mail.send(wish.was, _("The e-mail for c2d was changed"), body, gist=f"the e-mail of operator {operator_id} was changed")
