"""Files of clients, fetched from the provider into our own store soon after the message came."""

import logging
import random
from datetime import timedelta
from functools import partial

from flask import current_app
from flask_babel import gettext as _

from c2d.channels import access
from c2d.channels.contract import ChannelError, MediaRef
from c2d.core import files
from c2d.core.clock import now
from c2d.core.db import in_transaction
from c2d.core.errors import Refused
from c2d.core.events import emit
from c2d.core.jobs import answered, job
from c2d.core.sql import Row, platform, scoped
from c2d.core.tenancy import all_companies, company
from c2d.messages.events import MessageChanged

BACKOFF = (5, 30, 120, 600, 1800, 3600)  # seconds; then the file counts as lost
LEASE = timedelta(seconds=120)
MOST = 200
log = logging.getLogger(__name__)

# `next_at` is also the lease: a worker that dies leaves the file for the next one.
_claim = platform("""
    UPDATE attachments a SET next_at = %(until)s, tries = a.tries + 1
    FROM (SELECT company_id, id FROM attachments WHERE state = 'pending' AND next_at <= %(now)s
          ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED) due, messages m
    WHERE a.company_id = due.company_id AND a.id = due.id AND m.company_id = a.company_id AND m.id = a.message_id
    RETURNING a.company_id, a.id, a.message_id, a.remote, a.tries, a.mime, m.channel_id, m.dialog_id""")
_ready = scoped("""
    UPDATE attachments SET state = 'ready', storage_key = %(key)s, size = %(size)s, mime = %(mime)s, problem = NULL,
           next_at = NULL, width = coalesce(%(width)s, width), height = coalesce(%(height)s, height)
    WHERE company_id = %(company)s AND id = %(id)s AND state = 'pending'""")
_failed = scoped("""
    UPDATE attachments SET state = %(state)s, next_at = %(next_at)s, problem = %(problem)s
    WHERE company_id = %(company)s AND id = %(id)s AND state = 'pending'""")


@job
def fetch() -> None:
    """All files that are due."""
    answered(fetch)
    fetch_due()


def fetch_due() -> int:
    """How many were tried."""
    for count in range(MOST):
        with all_companies("files of every company are fetched"):
            row = in_transaction(lambda: _claim.first(now=now(), until=now() + LEASE))
        if row is None:
            return count
        with company(row.company_id):
            _fetch(row)
    return MOST


def _fetch(row: Row) -> None:
    account = access.by_id(row.company_id, row.channel_id)
    try:
        if account is None:
            raise ChannelError("account", "The channel is not there any more")
        content = _download(account, MediaRef(**row.remote))
        in_transaction(partial(_keep, row, content))
    except (ChannelError, Refused) as error:
        in_transaction(partial(_put_off, row, error))
    except Exception as error:
        log.exception("a file could not be fetched", extra={"attachment": row.id})
        in_transaction(partial(_put_off, row, ChannelError("retry", type(error).__name__)))


def _download(account: access.Account, ref: MediaRef) -> bytes:
    content, limit = bytearray(), current_app.config["MAX_UPLOAD"]
    for part in account.adapter.fetch_media(account.access, ref, account.http):
        content += part
        if len(content) > limit:
            raise Refused(_("The file is too large"))
    return bytes(content)


def _keep(row: Row, content: bytes) -> None:
    stored = files.store(content)
    mime = _stated(row.mime) if stored.mime == files.UNKNOWN else stored.mime
    known = {"key": stored.key, "size": stored.size, "width": stored.width, "height": stored.height}
    if not _ready.count(id=row.id, mime=mime, **known):
        files.delete(stored.key)
        return
    emit(MessageChanged(dialog_id=row.dialog_id, message_id=row.message_id, change="file"))


def _put_off(row: Row, error: ChannelError | Refused) -> None:
    final = isinstance(error, Refused) or error.permanent or row.tries >= len(BACKOFF)
    pause = BACKOFF[min(row.tries, len(BACKOFF)) - 1] * random.uniform(0.8, 1.2)
    _failed.run(
        id=row.id, state="failed" if final else "pending", problem=str(error)[:300],
        next_at=None if final else now() + timedelta(seconds=pause),
    )
    if final:
        emit(MessageChanged(dialog_id=row.dialog_id, message_id=row.message_id, change="file"))


def _stated(mime: str) -> str:
    """What the provider calls bytes that we do not know; nothing a browser would run."""
    return mime if mime in {"text/plain", "audio/aac", "audio/amr", "audio/mp4"} else files.UNKNOWN
