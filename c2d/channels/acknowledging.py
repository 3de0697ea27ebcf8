"""Small courtesies to providers, best effort: the waiting mark of a pressed button is stopped, 'typing' is shown."""

import json
import logging

import redis as redis_errors

from c2d.channels import access
from c2d.channels.contract import ChannelError, Peer
from c2d.core import redis
from c2d.core.jobs import answered, enqueue, job, ring
from c2d.core.tenancy import company_id

PRESSES = "c2d:presses"
MOST = 1000
log = logging.getLogger(__name__)


def later(account: access.Account, tokens: list[str]) -> None:
    """Acknowledge presses soon. Forgotten when Redis is away: the provider's own time limit ends the mark."""
    if not tokens:
        return
    try:
        entries = [json.dumps([account.company_id, account.id, token]) for token in tokens]
        redis.client().rpush(PRESSES, *entries)
        redis.client().ltrim(PRESSES, -MOST, -1)
    except redis_errors.RedisError:
        return
    ring(acknowledge, "high")


@job
def acknowledge() -> None:
    """All presses that wait."""
    answered(acknowledge)
    for entry in redis.client().lpop(PRESSES, MOST) or ():
        company, channel, token = json.loads(entry)
        account = access.by_id(company, channel)
        if account:
            _politely(account.adapter.acknowledge, account, token)


def typing_later(channel_id: int, external_id: str) -> None:
    """Show the client that somebody is typing."""
    enqueue(show_typing, company_id(), channel_id, external_id, queue="high")


def show_typing(channel_id: int, external_id: str) -> None:
    account = access.by_id(company_id(), channel_id)
    if account and account.enabled:
        _politely(account.adapter.typing, account, Peer(external_id=external_id))


def _politely(call, account: access.Account, about) -> None:
    try:
        call(account.access, about, account.http)
    except ChannelError as error:
        log.info("a courtesy was refused", extra={"channel": account.id, "kind": error.kind})
