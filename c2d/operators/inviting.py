"""Invitations: a link by e-mail with which a new operator comes in. Only the newest one of a person works."""

from collections.abc import Sequence
from datetime import timedelta

from flask import current_app, request
from flask_babel import gettext as _
from sqlalchemy import select

from c2d.companies.settings import own
from c2d.core import mail
from c2d.core.clock import now
from c2d.core.crypto import fingerprint, new_token
from c2d.core.current import operator
from c2d.core.db import db, in_transaction
from c2d.core.errors import Conflict
from c2d.core.events import emit
from c2d.core.i18n import reading_as
from c2d.core.jobs import enqueue
from c2d.core.tenancy import company_id
from c2d.operators import guarding
from c2d.operators.adding import add
from c2d.operators.events import InvitationSent
from c2d.operators.guarding import Role
from c2d.operators.models import Invitation, Operator

LIFETIME = timedelta(days=7)


def invite(role: Role, people: Sequence[tuple[str, str, str]], **particulars) -> dict[int, str]:
    """Add everybody (e-mail, first name, last name) without a password, or nobody: {operator's id: token}.

    Refused when the seats do not suffice or an address is taken.
    """
    made = {}
    for email, first_name, last_name in people:
        person = add(role.id, email, first_name or email.split("@")[0], last_name=last_name, seats=len(people) - len(made),
                     **particulars)
        guarding.no_more_channels(person.id)
        made[person.id] = _write(person.id, operator().id)
    return made


def again(operator_id: int) -> dict[int, str]:
    """A new link for who has not come yet; the old one is dead."""
    target = guarding.held(operator_id)
    guarding.in_reach(target)
    if target.has_password or target.blocked_at or target.deleted_at:
        raise Conflict(_("There is nobody to be invited"))
    token = _write(operator_id, operator().id)
    emit(InvitationSent(operator_id=operator_id, subject=target.email))
    return {operator_id: token}


def deliver(tokens: dict[int, str]) -> dict[int, str]:
    """After the commit: mail the links, or give them back ({operator's id: link}) where no mail is set up."""
    if not current_app.config["SMTP_URL"]:
        base = current_app.config["PUBLIC_URL"] or request.host_url
        return {id: _url(base, token) for id, token in tokens.items()}
    for id in tokens:
        enqueue(send_invitation, company_id(), id, operator().id, queue="high")
    return {}


def send_invitation(operator_id: int, inviter_id: int) -> None:
    """Job: make the link and mail it. The token is born here, so that no queue ever holds it."""
    found = in_transaction(lambda: _for_letter(operator_id, inviter_id))
    if found is None:
        return
    email, locale, company_name, inviter, token = found
    url = _url(current_app.config["PUBLIC_URL"] or "http://localhost:8000", token)
    with reading_as(locale, "UTC"):
        body = _("%(name)s invites you to answer clients of %(company)s in c2d.", name=inviter, company=company_name) + "\n"
        body += _("Open this link within 7 days and choose a password:") + f"\n\n{url}\n\n"
        body += _("If you did not expect it, just ignore this letter.")
        mail.send(email, _("Invitation to %(company)s", company=company_name), body, gist=url)


def _for_letter(operator_id: int, inviter_id: int) -> tuple | None:
    waiting = select(Operator).where(
        Operator.id == operator_id, Operator.password_hash.is_(None), Operator.deleted_at.is_(None),
        Operator.blocked_at.is_(None))
    person = db.session.scalars(waiting).first()
    if person is None:
        return None
    inviter = db.session.scalars(select(Operator).where(Operator.id == inviter_id)).one()
    return person.email, person.locale, own().name, inviter.full_name, _write(operator_id, inviter_id)


def _write(operator_id: int, inviter_id: int) -> str:
    token = new_token()
    db.session.add(Invitation(operator_id=operator_id, token_hash=fingerprint(token), expires_at=now() + LIFETIME,
                              invited_by=inviter_id))
    db.session.flush()
    return token


def _url(base: str, token: str) -> str:
    return f"{base.rstrip('/')}/invite/{token}"
