"""Calling providers: a few threads, each with one message at a time, so what is claimed is at once on its way.

The sender stays in its process, with channels, connections and statements at hand; a process for each reply would cost
ten times the work of sending it.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from threading import Event

from flask import Flask, current_app
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from c2d.channels import access, breaking, outbox
from c2d.channels.bell import Bell
from c2d.channels.contract import ChannelError
from c2d.channels.handover import HANDOVER
from c2d.core.db import db, in_transaction
from c2d.core.jobs import beat
from c2d.core.tenancy import all_companies, company

THREADS, OF_ONE_CHANNEL = 24, 4  # a slow provider keeps a sixth of the threads for each of its channels
WORKS_FOR = 45.0  # then the job ends, and the sweeper's next one goes on
BELL = "c2d:outbox"
LOOK_EVERY, AWAY_PAUSE, BEAT_EVERY = 1.0, 0.5, 5.0
LOOK_MEANWHILE = 0.1  # what becomes due while a provider takes its time waits no longer than this
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
TOO_LATE = ChannelError("unknown", "The connection was lost while sending", code="lease")
_here = Event()  # this process keeps sending
log = logging.getLogger(__name__)


def keep_sending(stopping: Event) -> None:
    """Send what is due as soon as the bell rings, until told to stop; without Redis, a second later."""
    bell, beaten = Bell(BELL), 0.0
    running: dict[Future, int] = {}
    _here.set()
    try:
        with ThreadPoolExecutor(THREADS, thread_name_prefix="sender") as pool:
            while not stopping.is_set():
                try:
                    _begin_due(pool, running)
                    if time.monotonic() - beaten > BEAT_EVERY:
                        beat("sender")
                        beaten = time.monotonic()
                except Exception as error:
                    db.session.remove()
                    if not isinstance(error, SQLAlchemyError):
                        log.exception("the sender")
                    stopping.wait(AWAY_PAUSE)
                if running:
                    _settle(running, LOOK_MEANWHILE)
                else:
                    bell.wait(LOOK_EVERY)
            while running:
                _settle(running)
    finally:
        _here.clear()
        bell.close()


def send_due() -> int:
    """Settle what was lost in a call, and send until nothing is due; how many were tried. A process that keeps
    sending does the latter anyway, and a slow provider shall not hold up its jobs."""
    settle_lost()
    if _here.is_set():
        return 0
    until, tried = time.monotonic() + WORKS_FOR, 0
    running: dict[Future, int] = {}
    with ThreadPoolExecutor(THREADS, thread_name_prefix="sender") as pool:
        while True:
            if time.monotonic() < until:
                tried += _begin_due(pool, running)
            if not running:
                return tried
            _settle(running)


def _begin_due(pool: ThreadPoolExecutor, running: dict[Future, int]) -> int:
    """Set off what is due, as far as threads are free; how many those were."""
    app, begun = current_app._get_current_object(), 0
    while len(running) < THREADS and (sending := _claim(running)):
        running[pool.submit(_send, app, sending)] = sending.channel_id
        begun += 1
    return begun


def _settle(running: dict[Future, int], seconds: float | None = None) -> None:
    """Wait for the first to end, at most so long, and let go of all that have."""
    done, _ = wait(running, seconds, return_when=FIRST_COMPLETED)
    for future in done:
        del running[future]
        _note(future.exception())


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
