"""Blocking a card and lifting it again.

Both hold the card and its dialogs, as taking in holds the dialogs: a message that arrives at the same
moment is either stored before and counts as before, or sees what was decided here.
"""

from datetime import datetime

from flask_babel import gettext as _

from c2d.blacklist.events import CardBlocked, CardUnblocked, ClientBlocked, ClientUnblocked
from c2d.core.clock import now
from c2d.core.current import operator
from c2d.core.db import in_transaction
from c2d.core.errors import Conflict
from c2d.core.events import emit, emit_all
from c2d.core.sql import Row, platform, scoped
from c2d.core.tenancy import all_companies, company

_hold = scoped("SELECT name FROM client_cards WHERE company_id = %(company)s AND id = %(card)s FOR UPDATE")
_hold_dialogs = scoped("""
    SELECT id, client_id, state FROM dialogs WHERE company_id = %(company)s AND card_id = %(card)s
    ORDER BY id FOR UPDATE""")
# A card that was blocked before got its automatic reply then: a new block brings no second one within the day.
_insert = scoped("""
    INSERT INTO blacklist_entries (company_id, card_id, reason, blocked_by, blocked_at, until, replied_at)
    SELECT %(company)s, %(card)s, %(reason)s, %(me)s, %(now)s, %(until)s::timestamptz, (
        SELECT max(replied_at) FROM blacklist_entries WHERE company_id = %(company)s AND card_id = %(card)s)
    ON CONFLICT (company_id, card_id) WHERE lifted_at IS NULL DO NOTHING
    RETURNING id""")
_lift = scoped("""
    UPDATE blacklist_entries SET lifted_at = %(now)s, lifted_by = %(me)s
    WHERE company_id = %(company)s AND card_id = %(card)s AND lifted_at IS NULL RETURNING id""")
_expire = scoped("""
    UPDATE blacklist_entries SET lifted_at = until
    WHERE company_id = %(company)s AND lifted_at IS NULL AND until <= %(now)s
      AND (%(card)s::bigint IS NULL OR card_id = %(card)s) RETURNING card_id""")
_due = platform("""
    SELECT DISTINCT company_id FROM blacklist_entries WHERE lifted_at IS NULL AND until <= %(now)s LIMIT 200""")
_dialogs = scoped("""
    SELECT id, client_id, card_id FROM dialogs WHERE company_id = %(company)s AND card_id = ANY(%(cards)s) ORDER BY id""")


def block(card_id: int, reason: str, until: datetime | None, close: bool) -> None:
    """Keep the client's messages out from now on. Raises Conflict when the card is blocked already."""
    name, dialogs = _held(card_id)
    expire_here(card_id)
    if _insert.first(card=card_id, reason=reason, me=operator().id, now=now(), until=until) is None:
        raise Conflict(_("The client is already blocked"))
    about = {"card_id": card_id, "reason": reason, "until": until.isoformat() if until else None}
    for dialog in dialogs:
        closes = close and dialog.state == "open"
        emit(ClientBlocked(dialog_id=dialog.id, client_id=dialog.client_id, closes=closes, **about))
    if not dialogs:
        emit(ClientBlocked(**about))
    emit(CardBlocked(card_id=card_id, subject=name, after={"reason": reason, "until": about["until"]}))


def unblock(card_id: int) -> None:
    """Let the client's messages in again; lifting what is lifted changes nothing."""
    name, _dialogs_of_it = _held(card_id)
    expire_here(card_id)
    if _lift.first(card=card_id, me=operator().id, now=now()):
        _tell([card_id], expired=False)
        emit(CardUnblocked(card_id=card_id, subject=name))


def expire() -> None:
    """Write down the ends that have come. They hold without this; here they are told."""
    with all_companies("ends of blocks come in every company"):
        due = [row.company_id for row in _due.all(now=now())]
    for id in due:
        with company(id):
            in_transaction(expire_here)


def expire_here(card_id: int | None = None) -> None:
    """The same for the company in scope, or for one card."""
    cards = [row.card_id for row in _expire.all(now=now(), card=card_id)]
    if cards:
        _tell(cards, expired=True)


def _held(card_id: int) -> tuple[str, list[Row]]:
    """The card's name and its dialogs."""
    name = _hold.value(card=card_id)
    return name or "", _hold_dialogs.all(card=card_id)


def _tell(card_ids: list[int], expired: bool) -> None:
    dialogs = _dialogs.all(cards=card_ids)
    emit_all(
        ClientUnblocked(dialog_id=d.id, client_id=d.client_id, card_id=d.card_id, expired=expired) for d in dialogs
    )
    alone = set(card_ids) - {d.card_id for d in dialogs}
    emit_all(ClientUnblocked(card_id=id, expired=expired) for id in sorted(alone))
