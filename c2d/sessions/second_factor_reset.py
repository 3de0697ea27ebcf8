"""An administrator helps somebody who lost their phone: the second factor goes, a letter tells its owner."""

from flask_babel import gettext as _
from sqlalchemy import select

from c2d.core import mail
from c2d.core.current import operator
from c2d.core.db import db, in_transaction
from c2d.core.errors import Refused
from c2d.core.i18n import reading_as
from c2d.core.jobs import enqueue
from c2d.core.tenancy import company_id
from c2d.operators.models import Operator
from c2d.sessions import second_factor


def reset(operator_id: int) -> None:
    """Switch off the factor of a colleague. NotFound for nobody, Refused for one's own: that takes a proof."""
    if operator_id == operator().id:
        raise Refused(_("Switch your own second factor off under My account > Security"))
    if in_transaction(lambda: second_factor.reset(operator_id)):
        enqueue(send_notice, company_id(), operator_id, queue="high")


def send_notice(operator_id: int) -> None:
    """Job: tell the owner, who may not have asked for it."""
    found = db.session.scalars(select(Operator).where(Operator.id == operator_id)).one()
    email, locale = found.email, found.locale
    db.session.rollback()
    with reading_as(locale, "UTC"):
        subject = _("Your second factor was reset")
        body = _("An administrator of your company has switched off the second factor of your account in c2d. "
                 "You sign in with the password alone until you set it up again.") + "\n\n"
        body += _("If you did not ask for it, tell your administrator.")
        mail.send(email, subject, body, gist=subject)
