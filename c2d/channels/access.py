"""A channel as those who talk to providers need it: with its adapter, its credentials open, kept for seconds."""

import time
from dataclasses import dataclass

from flask import current_app

from c2d.channels.contract import Adapter, ChannelAccess
from c2d.channels.models import DISABLED
from c2d.channels.transports import TRANSPORTS, Transport
from c2d.core.alone import run_alone
from c2d.core.crypto import open_sealed
from c2d.core.http import Outgoing
from c2d.core.sql import platform

KEPT_SECONDS = 3.0
KEPT_MOST = 5000
_kept: dict[str | int, tuple[float, "Account"]] = {}
_outgoing: dict[bool, Outgoing] = {}
_heard: dict[int, float] = {}


def is_guarded(transport: Transport, base_url: str) -> bool:
    """Must requests keep to public hosts? Where people typed the address, unless the deployer allows the rest."""
    return (transport.guarded or bool(base_url)) and not current_app.config["ALLOW_PRIVATE_HOSTS"]


@dataclass(frozen=True, slots=True)
class Account:
    company_id: int
    id: int
    transport: Transport
    adapter: Adapter
    state: str
    access: ChannelAccess

    @property
    def enabled(self) -> bool:
        return self.state != DISABLED

    @property
    def identity_scope(self) -> str:
        """How far a client's id reaches: '' for the whole transport, else this channel."""
        return str(self.id) if self.transport.can.identity == "channel" else ""

    @property
    def http(self) -> Outgoing:
        """Outgoing HTTP as this transport's addresses need it."""
        guarded = is_guarded(self.transport, self.access.base_url)
        if guarded not in _outgoing:
            _outgoing[guarded] = Outgoing(guarded=guarded)
        return _outgoing[guarded]


_by_token = platform("""
    SELECT company_id, id, transport, state, base_url, sealed, secret, settings FROM channels
    WHERE token = %(token)s""")
_by_id = platform("""
    SELECT company_id, id, transport, state, base_url, sealed, secret, settings FROM channels
    WHERE company_id = %(company_id)s AND id = %(id)s""")


def by_token(token: str) -> Account | None:
    """The channel whose hook this is; None for an unknown token or a transport nobody speaks."""
    return _recent(token) or _keep(token, run_alone(_by_token, token=token))


def by_id(company_id: int, id: int) -> Account | None:
    return _recent(id) or _keep(id, run_alone(_by_id, company_id=company_id, id=id))


def forget() -> None:
    """Read every channel anew, after one was changed in this process."""
    _kept.clear()


def first_in_a_while(account: Account) -> bool:
    """True about once a minute for a channel: its 'last heard of' needs no write for each message."""
    at = time.monotonic()
    if at - _heard.get(account.id, -60.0) < 60.0:
        return False
    _heard[account.id] = at
    return True


def _recent(key: str | int) -> Account | None:
    until, account = _kept.get(key, (0.0, None))
    return account if until > time.monotonic() else None


def _keep(key: str | int, rows: list[tuple]) -> Account | None:
    account = _opened(*rows[0]) if rows else None
    if account:
        if len(_kept) >= KEPT_MOST:
            _kept.clear()
        _kept[key] = (time.monotonic() + KEPT_SECONDS, account)
    return account


def _opened(company_id, id, transport, state, base_url, sealed, secret, settings) -> Account | None:
    row = TRANSPORTS.get(transport)
    if row is None or row.adapter is None:
        return None
    access = ChannelAccess(
        id=id, transport=transport, base_url=base_url, secret=secret, settings=settings,
        credentials=open_sealed(sealed),
    )
    return Account(company_id, id, row, row.adapter, state, access)
