"""Where providers post: verify, store the raw body with one statement, answer.

Nothing is understood here, so nothing in a body can break here. A disabled channel stores too: what came meanwhile is
taken in when the channel is enabled again.
"""

from collections.abc import Mapping

import psycopg
from flask import Response, abort, request

from c2d.channels import access
from c2d.channels.contract import Answer, body_key
from c2d.channels.pace import ring, wait_if_behind
from c2d.core.alone import run_alone
from c2d.core.csrf import protect
from c2d.core.permissions import PROVIDER
from c2d.core.slice import Slice
from c2d.core.sql import platform

bp = Slice("channels_hooks", __name__)
protect.exempt(bp)

_store = platform("""
    INSERT INTO inbound_deliveries (company_id, channel_id, provider_key, body)
    VALUES (%(company_id)s, %(channel_id)s, %(key)s, %(body)s)
    ON CONFLICT DO NOTHING""")


@bp.get("/hooks/<token>", needs=PROVIDER)
def prove(token: str):
    """A provider asks for proof that the address is ours."""
    account = access.by_token(token) or abort(404)
    return _say(account.adapter.handshake(account.access, "GET", request.args, b"") or abort(404))


@bp.post("/hooks/<token>", needs=PROVIDER)
def deliver(token: str):
    return _say(take(token, request.headers, request.args, request.get_data(cache=False)))


def take(token: str, headers: Mapping[str, str], args: Mapping[str, str], raw: bytes) -> Answer:
    """Check and keep one delivery; aborts with 404 for an unknown token, 403 for a wrong proof."""
    account = access.by_token(token) or abort(404)
    proof = account.adapter.handshake(account.access, "POST", args, raw)
    if proof:
        return proof
    if not account.adapter.verify(account.access, headers, raw):
        abort(403)
    store(account, raw)
    ring()
    wait_if_behind()
    return account.adapter.ack(account.access)


def store(account: access.Account, raw: bytes) -> None:
    """Keep a delivery; a repeat of one that is kept already changes nothing."""
    row = {"company_id": account.company_id, "channel_id": account.id, "body": raw}
    try:
        run_alone(_store, key=account.adapter.provider_key(raw)[:80], **row)
    except psycopg.DataError:
        run_alone(_store, key=body_key(raw), **row)
    except psycopg.OperationalError:
        abort(503)


def _say(answer: Answer) -> Response:
    return Response(answer.body, answer.status, mimetype=answer.mime)
