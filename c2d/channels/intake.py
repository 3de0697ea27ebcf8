"""The intake process: takes in what the hooks stored, in order within each channel, many at once when many wait.

One transaction claims the deliveries of one channel, stores what they say and marks them done, so a process
that dies at any point leaves them waiting. An advisory lock on the channel keeps several intake processes out
of each other's order. A delivery that cannot be taken in is tried again while later ones go on, then set aside.
"""

import logging
import signal
import time
from datetime import timedelta

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from c2d.channels import access, acknowledging, pace
from c2d.channels.bell import Bell
from c2d.channels.handover import HANDOVER, Arrival, Verdicts
from c2d.channels.queue import Turns
from c2d.core import jobs
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.sql import scoped
from c2d.core.tenancy import company

BATCH = 200
GATHER, GATHER_MOST = 0.025, 0.08
SETTLE = 0.006  # the hooks ring at most every 4 ms: look once more after that
LOOK_EVERY, BEAT_EVERY, AWAY_PAUSE = 1.0, 5.0, 0.5
TRIES, RETRY_AFTER, HOLD = 3, timedelta(seconds=2), timedelta(seconds=3)
# Of PostgreSQL's error codes: away, read-only, deadlocked, full, stopping, not migrated yet.
PASSING, TOOK_TOO_LONG = ("08", "25", "40", "53", "57", "58", "42P01", "42703"), "57014"
LOCKS = 0x63326431  # the advisory locks of this module, by channel
log = logging.getLogger(__name__)

_lock = scoped("SELECT pg_try_advisory_xact_lock(%(locks)s, (%(channel)s %% 2147483647)::int) WHERE %(company)s > 0")
_take = scoped("""
    SELECT id, body, received_at, tries FROM inbound_deliveries
    WHERE company_id = %(company)s AND channel_id = %(channel)s AND state = 0
      AND (next_at IS NULL OR next_at <= %(now)s)
    ORDER BY id LIMIT %(most)s""")
_done = scoped("""
    UPDATE inbound_deliveries SET state = 1 WHERE company_id = %(company)s AND id = ANY(%(ids)s)""")
_quarantine = scoped("""
    UPDATE inbound_deliveries SET state = 2, problem = %(problem)s WHERE company_id = %(company)s AND id = %(id)s""")
_hold = scoped("""
    UPDATE inbound_deliveries SET next_at = %(until)s WHERE company_id = %(company)s AND id = ANY(%(ids)s)""")
_failed = scoped("""
    UPDATE inbound_deliveries SET tries = tries + 1, next_at = %(next_at)s, problem = %(problem)s,
           state = CASE WHEN tries + 1 >= %(tries)s THEN 2 ELSE 0 END
    WHERE company_id = %(company)s AND id = %(id)s AND state = 0""")
_heard = scoped("""
    UPDATE channels SET last_inbound_at = %(now)s WHERE company_id = %(company)s AND id = %(channel)s
      AND (last_inbound_at IS NULL OR last_inbound_at < %(now)s - interval '1 minute')""")


def run() -> int:
    """Take in until told to stop."""
    stopping = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.append(1))
    event.listen(db.engine, "connect", _plan_once)
    bell, turns, beaten, quiet = Bell(pace.BELL), Turns(), 0.0, False
    while not stopping:
        began = time.monotonic()
        try:
            taken = serve(turns)
            if began - beaten > BEAT_EVERY:
                jobs.beat("intake")
                beaten = began
        except SQLAlchemyError as error:
            db.session.remove()
            log.warning("the database is away", extra={"error": type(error).__name__})
            time.sleep(AWAY_PAUSE)
            continue
        if taken == 1:
            quiet = not bell.wait(GATHER / turns.waiting)
        elif taken:
            time.sleep(_gathering(taken, time.monotonic() - began) / turns.waiting)
            quiet = True
        elif quiet:
            quiet = not bell.wait(LOOK_EVERY)
        else:
            quiet = not bell.wait(SETTLE)
    bell.close()
    return 0


def _gathering(taken: int, took: float) -> float:
    """How long to let more come together. What comes after a pause, or alone, is taken at once; a busy machine, where
    a batch takes long, gets fewer and larger ones. The channels that wait share this time, or the last of many would
    wait for all the others to gather."""
    return 0.0 if taken >= BATCH else min(max(GATHER, 2 * took), GATHER_MOST)


def _plan_once(connection, _record) -> None:
    """The same few statements for ever, with arrays: planning each anew costs more than running them."""
    connection.execute("SET plan_cache_mode = force_generic_plan")
    connection.commit()


def drain() -> int:
    """Take in all that is due now, without waiting; how many deliveries that were."""
    turns, total = Turns(), 0
    while taken := serve(turns):
        total += taken
    return total


def serve(turns: Turns) -> int:
    """One batch of the channel whose turn it is; 0 when nothing is due, or others have it in hand."""
    for company_id, channel_id in turns.due():
        with company(company_id):
            taken = _batch(company_id, channel_id)
        if taken:
            turns.served(company_id, channel_id)
            return taken
    return 0


def _batch(company_id: int, channel_id: int) -> int:
    account = access.by_id(company_id, channel_id)
    if account is None or not account.enabled:
        db.session.rollback()
        return 0
    try:
        return _take_in(account, BATCH)
    except Exception as error:
        db.session.rollback()
        if _passing(error):
            raise
        log.exception("a batch failed, going on one by one", extra={"channel": channel_id})
    return _one_by_one(account)


def _one_by_one(account: access.Account) -> int:
    """The same batch, each delivery in a transaction of its own: only what is wrong itself stays behind."""
    for count in range(BATCH):
        try:
            if not _take_in(account, 1):
                return count
        except Exception as error:
            db.session.rollback()
            if _passing(error):
                raise
            _put_aside(account, error)
    return BATCH


def _take_in(account: access.Account, most: int) -> int:
    if not _lock.value(locks=LOCKS, channel=account.id):
        db.session.rollback()
        return 0
    rows = _take.all(channel=account.id, now=now(), most=most)
    if not rows:
        db.session.rollback()
        return 0
    arrivals = [
        Arrival(row.id, row.received_at, told)
        for row in rows
        for told in account.adapter.parse(account.access, bytes(row.body))
    ]
    verdicts = HANDOVER.receive(account, arrivals)
    _settle(account, [row.id for row in rows], verdicts)
    db.session.commit()
    pace.report((now() - rows[0].received_at).total_seconds())
    acknowledging.later(account, verdicts.acknowledge)
    return len(rows)


def _settle(account: access.Account, ids: list[int], verdicts: Verdicts) -> None:
    _done.run(ids=[id for id in ids if id not in verdicts.held and id not in verdicts.quarantined])
    for id, reason in verdicts.quarantined.items():
        _quarantine.run(id=id, problem=reason[:500])
    if verdicts.held:
        _hold.run(ids=list(verdicts.held), until=now() + HOLD)
    if access.first_in_a_while(account):
        _heard.run(channel=account.id, now=now())


def _put_aside(account: access.Account, error: Exception) -> None:
    """The oldest due delivery could not be taken in: try it a little later, give up after some tries."""
    if not _lock.value(locks=LOCKS, channel=account.id):
        db.session.rollback()
        return
    rows = _take.all(channel=account.id, now=now(), most=1)
    if rows:
        problem = f"{type(error).__name__}: {str(error)[:300]}"
        _failed.run(id=rows[0].id, tries=TRIES, next_at=now() + RETRY_AFTER * (rows[0].tries + 1), problem=problem)
    db.session.commit()


def _passing(error: Exception) -> bool:
    """Is the trouble with the database rather than with what was taken in?"""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or (state != TOOK_TOO_LONG and state.startswith(PASSING))
