"""Calling providers: a few threads, each with one message at a time, so what is claimed is at once on its way."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial

from flask import Flask, current_app
from sqlalchemy.exc import OperationalError

from c2d.channels import access, breaking, outbox
from c2d.channels.contract import ChannelError
from c2d.channels.handover import HANDOVER
from c2d.core.db import db, in_transaction
from c2d.core.tenancy import all_companies, company

THREADS, OF_ONE_CHANNEL = 8, 4  # a slow provider keeps half of the threads at most
WORKS_FOR = 45.0  # then the job ends; the bell or the sweeper begins the next
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
TOO_LATE = ChannelError("unknown", "The connection was lost while sending", code="lease")
log = logging.getLogger(__name__)


def send_due(seconds: float = WORKS_FOR) -> int:
    """Send until nothing is due; how many were tried."""
    app, until, tried = current_app._get_current_object(), time.monotonic() + seconds, 0
    settle_lost()
    running: dict[Future, int] = {}
    with ThreadPoolExecutor(THREADS, thread_name_prefix="sender") as pool:
        while True:
            sending = _claim(running) if len(running) < THREADS and time.monotonic() < until else None
            if sending:
                running[pool.submit(_send, app, sending)] = sending.channel_id
                tried += 1
            elif running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    del running[future]
                    _note(future.exception())
            else:
                return tried


def settle_lost() -> None:
    """Decide about messages whose worker died in the call: see the first words of `outbound`."""
    with all_companies("the outbox serves every company"):
        lost = in_transaction(outbox.lost)
    for sending in lost:
        with company(sending.company_id):
            account = access.by_id(sending.company_id, sending.channel_id)
            again = ChannelError("retry", "The connection was lost while sending")
            error = again if account and getattr(account.adapter, "idempotent", False) else TOO_LATE
            in_transaction(partial(outbox.failed, sending, error))


def _claim(running: dict[Future, int]):
    busy = [channel for channel, count in Counter(running.values()).items() if count >= OF_ONE_CHANNEL]
    with all_companies("the outbox serves every company"):
        return in_transaction(partial(outbox.claim, busy))


def _send(app: Flask, sending) -> None:
    with app.app_context(), company(sending.company_id):
        try:
            _deliver(sending)
        finally:
            db.session.remove()


def _deliver(sending) -> None:
    account = access.by_id(sending.company_id, sending.channel_id)
    letter = HANDOVER.compose(sending.message_id)
    db.session.rollback()
    if letter is None:
        return in_transaction(partial(outbox.refused, sending))
    if account is None:
        error = ChannelError("account", "The channel is not there any more")
        return in_transaction(partial(outbox.failed, sending, error))
    try:
        result = account.adapter.send(account.access, letter, account.http)
    except ChannelError as error:
        return _record(partial(_refuse, account, sending, error))
    except Exception as error:
        log.exception("an adapter broke", extra={"channel": account.id})
        unknown = ChannelError("unknown", "Something went wrong while sending", code=type(error).__name__)
        return _record(partial(outbox.failed, sending, unknown))
    return _record(partial(outbox.succeeded, sending, result))


def _record(work: Callable[[], None]) -> None:
    """What a provider said is known only here: the database is given time to come back."""
    for pause in PAUSES:
        try:
            return in_transaction(work)
        except OperationalError:
            db.session.remove()
            time.sleep(pause)
    return in_transaction(work)


def _note(error: BaseException | None) -> None:
    """One sending that could not be settled stops no other; its lease runs out."""
    if error:
        log.error("a sending was not settled", exc_info=error)


def _refuse(account: access.Account, sending, error: ChannelError) -> None:
    outbox.failed(sending, error)
    if error.breaks_channel:
        breaking.broken(account, error)
