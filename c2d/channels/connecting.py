"""Connecting an account of a messenger, checking it, switching it off and on.

Providers are asked outside of any transaction: a slow one must not hold a connection.
"""

from dataclasses import replace

from flask import current_app, request
from flask_babel import gettext as _
from sqlalchemy import select

from c2d.channels.access import forget, is_guarded
from c2d.channels.contract import AccountFacts, ChannelAccess, ChannelError
from c2d.channels.events import ChannelChanged, ChannelConnected, ChannelEdited
from c2d.channels.forms import ConnectForm, is_address
from c2d.channels.models import ACTIVE, BROKEN, DISABLED, Channel
from c2d.channels.queries import channel_of
from c2d.channels.transports import TRANSPORTS
from c2d.core.audit import changed
from c2d.core.clock import now
from c2d.core.crypto import new_token, open_sealed, seal
from c2d.core.db import db, in_transaction
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.http import Outgoing
from c2d.core.text import one_line


def hook_url(token: str) -> str:
    """Where the provider posts what clients write."""
    return f"{(current_app.config['PUBLIC_URL'] or request.host_url).rstrip('/')}/hooks/{token}"


def access_of(channel: Channel) -> ChannelAccess:
    """The channel as its adapter sees it."""
    return ChannelAccess(
        id=channel.id, transport=channel.transport, base_url=channel.base_url, secret=channel.secret,
        credentials=open_sealed(channel.sealed), settings=dict(channel.settings),
    )


def connect(form: ConnectForm) -> int:
    """The id of the new channel. Raises ChannelError when the provider refuses, Refused when we do."""
    token, secret = new_token(), new_token()
    access = ChannelAccess(
        id=0, transport=form.transport.key, base_url=form.base_url, secret=secret,
        credentials=form.credentials, settings=form.settings,
    )
    facts = _subscribed(access, token)
    return in_transaction(lambda: _save(form, facts, token, secret))


def _save(form: ConnectForm, facts: AccountFacts, token: str, secret: str) -> int:
    account = _account(facts, 0)
    same = select(Channel.id).where(Channel.transport == form.transport.key, Channel.account == account)
    if account and db.session.scalar(same.limit(1)):
        raise Refused(_("This account is connected already"), "name")
    channel = Channel(
        transport=form.transport.key, name=form.name or _name(form, facts, account),
        account=account, token=token, secret=secret, base_url=form.base_url,
        sealed=seal(form.credentials) if form.credentials else "", settings=form.settings,
        problem="; ".join(facts.problems), checked_at=now(),
    )
    db.session.add(channel)
    db.session.flush()
    told = {"transport": form.transport.label, "account": channel.account, "base_url": channel.base_url}
    emit(ChannelConnected(channel_id=channel.id, subject=channel.name, after={k: v for k, v in told.items() if v}))
    return channel.id


def _name(form: ConnectForm, facts: AccountFacts, account: str) -> str:
    """As the messenger calls the account; one of our own has no other name than its kind."""
    return (one_line(facts.name, 80) if account else "") or _(form.transport.label)


def check(channel_id: int, enable: bool = False) -> None:
    """Ask the provider how the account is, and write down what it said.

    A hook that leads elsewhere is led back. `enable` also ends a switched-off state.
    """
    channel = channel_of(channel_id)
    access, token = access_of(channel), channel.token
    db.session.rollback()  # no connection is held while the provider thinks
    try:
        facts, error = _subscribed(access, token), None
    except ChannelError as refusal:
        facts, error = None, refusal
    in_transaction(lambda: _note(channel_id, facts, error, enable))
    forget()


def _note(channel_id: int, facts: AccountFacts | None, error: ChannelError | None, enable: bool) -> None:
    channel = channel_of(channel_id, lock=True)
    was = channel.state
    if channel.state != DISABLED or enable:
        was_broken = channel.state == BROKEN and error is not None
        channel.state = BROKEN if was_broken or (error and error.breaks_channel) else ACTIVE
    if facts:
        channel.account, channel.problem = _account(facts, channel_id) or channel.account, "; ".join(facts.problems)
    else:
        channel.problem = error.text or error.kind
    channel.checked_at = now()
    emit(ChannelChanged(channel_id=channel_id, state=channel.state))
    if was == DISABLED and channel.state != was:
        _tell(channel, state=(was, channel.state))


def _tell(channel: Channel, **changes: tuple[str, str]) -> None:
    """For the audit log: what somebody changed, as name=(before, after)."""
    before, after = changed({k: old for k, (old, _new) in changes.items()}, {k: new for k, (_old, new) in changes.items()})
    if after:
        emit(ChannelEdited(channel_id=channel.id, subject=channel.name, before=before, after=after))


def disable(channel_id: int) -> None:
    """Switch off; what clients write meanwhile is kept for later."""
    in_transaction(lambda: _disable(channel_id))
    forget()


def _disable(channel_id: int) -> None:
    channel = channel_of(channel_id, lock=True)
    was, channel.state = channel.state, DISABLED
    emit(ChannelChanged(channel_id=channel_id, state=DISABLED))
    _tell(channel, state=(was, DISABLED))


def rename(channel_id: int, name: str) -> None:
    channel, clean = channel_of(channel_id, lock=True), one_line(name, 80)
    if not clean:
        raise Refused(_("A name is needed"), "name")
    was, channel.name = channel.name, clean
    emit(ChannelChanged(channel_id=channel_id, state=channel.state))
    _tell(channel, name=(was, clean))


def move(channel_id: int, base_url: str) -> None:
    """Speak with the messenger through another server; '' is the messenger's own."""
    clean = one_line(base_url, 300).rstrip("/")
    if clean and not is_address(clean):
        raise Refused(_("An address begins with https:// and names a server"), "base_url")
    channel = channel_of(channel_id, lock=True)
    was, channel.base_url = channel.base_url, clean
    emit(ChannelChanged(channel_id=channel_id, state=channel.state))
    _tell(channel, base_url=(was, clean))


def replace_secrets(channel_id: int, form: ConnectForm) -> None:
    """Another token for the same account. Raises ChannelError when the provider refuses it, Refused
    when it belongs to another account: its clients would be written to as somebody else."""
    channel = channel_of(channel_id)
    access, token, account = replace(access_of(channel), credentials=form.credentials), channel.token, channel.account
    db.session.rollback()  # no connection is held while the provider thinks
    facts = _checked(access)
    found = _account(facts, channel_id)
    if account and found != account:
        raise Refused(_("This belongs to another account: %(account)s", account=found or facts.name), _secret(form))
    _subscribed(access, token)
    in_transaction(lambda: _keep_secrets(channel_id, form, facts))
    forget()


def _keep_secrets(channel_id: int, form: ConnectForm, facts: AccountFacts) -> None:
    channel = channel_of(channel_id, lock=True)
    channel.sealed = seal(form.credentials)
    _tell(channel, credentials=("", "replaced"))
    _note(channel_id, facts, None, enable=False)


def _secret(form: ConnectForm) -> str:
    return next(iter(form.credentials), "")


def _checked(access: ChannelAccess) -> AccountFacts:
    transport = TRANSPORTS[access.transport]
    http = Outgoing(guarded=is_guarded(transport, access.base_url))
    try:
        return transport.adapter.check(access, http)
    finally:
        http.close()


def _subscribed(access: ChannelAccess, token: str) -> AccountFacts:
    """Check the account and have its deliveries sent to us."""
    transport, url = TRANSPORTS[access.transport], hook_url(token)
    if any(f.required and not access.credentials.get(f.name) for f in transport.adapter.fields if f.secret):
        raise ChannelError("auth")
    http = Outgoing(guarded=is_guarded(transport, access.base_url))
    try:
        facts = transport.adapter.check(access, http)
        if facts.webhook_url != url:
            transport.adapter.subscribe(access, url, access.secret, http)
        return facts
    finally:
        http.close()


def _account(facts: AccountFacts, channel_id: int) -> str:
    """How the provider names the account; '' for transports of our own, who repeat our id."""
    if facts.username:
        return f"@{facts.username}"[:80]
    return facts.external_id[:80] if facts.external_id != str(channel_id) else ""
