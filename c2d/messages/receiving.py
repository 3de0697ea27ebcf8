"""Taking in what a channel heard: clients, dialogs, requests and messages of a whole batch in a few statements."""

from datetime import timedelta
from itertools import groupby

from c2d.channels.access import Account
from c2d.channels.contract import (
    ButtonPress,
    Edited,
    IdentityChange,
    InboundMessage,
    StatusUpdate,
    Unrecognised,
)
from c2d.channels.handover import Arrival, Verdicts
from c2d.clients import identity
from c2d.clients.identity import Known
from c2d.core.bells import ring_after_commit
from c2d.core.clock import now
from c2d.core.events import emit
from c2d.core.sql import scoped
from c2d.dialogs import opening, upkeep
from c2d.dialogs.opening import Thread
from c2d.messages import buttons, changing, media, statuses, storing, withholding
from c2d.messages.arriving import Incoming, edited_only, incoming
from c2d.messages.events import MessageImported, MessageReceived, MessageWithheld

ECHO_WAITS = timedelta(seconds=30)

_in_flight = scoped("""
    SELECT dialog_id FROM sendings WHERE company_id = %(company)s AND dialog_id = ANY(%(dialogs)s)
      AND state = 0 AND lease_until > %(now)s""")


def receive(account: Account, arrivals: list[Arrival]) -> Verdicts:
    """Store a batch of one channel in the transaction and the scope that are open."""
    verdicts = Verdicts()
    for changes_identity, run in groupby(arrivals, lambda arrival: isinstance(arrival.event, IdentityChange)):
        if changes_identity:
            for arrival in run:
                event = arrival.event
                identity.moved(account.transport, account.identity_scope, event.old_external_id, event.peer)
        else:
            _receive(account, list(run), verdicts)
    return verdicts


def _receive(account: Account, arrivals: list[Arrival], verdicts: Verdicts) -> None:
    messages, others = [], []
    for arrival in arrivals:
        message = incoming(arrival)
        if message:
            messages.append(message)
        elif isinstance(arrival.event, Unrecognised):
            verdicts.quarantined[arrival.delivery_id] = arrival.event.reason
        else:
            others.append(arrival)
    _write(account, messages, verdicts)
    if not others:
        return
    unknown = changing.apply(account, [a for a in others if not isinstance(a.event, StatusUpdate)])
    _write(account, [edited_only(a) for a in unknown if isinstance(a.event, Edited) and a.event.peer], verdicts)
    statuses.heard(account, [a.event for a in others if isinstance(a.event, StatusUpdate)])


def _write(account: Account, messages: list[Incoming], verdicts: Verdicts) -> None:
    if not messages:
        return
    clients = identity.find_or_create(
        account.transport, account.identity_scope, (message.event.peer for message in messages)
    )
    _take_phones(account, messages, clients)
    # two addresses of one batch may be one client
    threads = opening.threads(account, list({client.id: client for client in clients.values()}.values()))
    entries = [(message, threads[clients[message.event.peer.external_id].id]) for message in messages]
    entries = _without_early_echoes(entries, verdicts)
    withholding.mark(entries)
    _open_requests(account, entries)
    buttons.look_up(account, entries)
    stored = storing.store(account.id, entries)
    upkeep.write(_lines(stored), {thread.id: thread for thread in threads.values()})
    withholding.finish(account, stored)
    _tell(stored, verdicts)


def _take_phones(account: Account, messages: list[Incoming], clients: dict[str, Known]) -> None:
    """Numbers that clients gave as their own: before any dialog is locked, since cards are locked before dialogs."""
    for message in messages:
        contact = message.event.contact if isinstance(message.event, InboundMessage) else None
        if contact and contact.own and not message.out:
            identity.owns_phone(account.transport, clients[message.event.peer.external_id], contact.phone)


def _without_early_echoes(entries: list, verdicts: Verdicts) -> list:
    """An echo may overtake the provider's answer to our own sending: wait until that sending has its id."""
    echoes = [(m, t) for m, t in entries if m.out and now() - m.arrival.at < ECHO_WAITS]
    if not echoes:
        return entries
    busy = {row.dialog_id for row in _in_flight.all(dialogs=[t.id for _, t in echoes], now=now())}
    verdicts.held.update(m.arrival.delivery_id for m, t in echoes if t.id in busy)
    return [(m, t) for m, t in entries if not (m.out and m.arrival.delivery_id in verdicts.held)]


def _open_requests(account: Account, entries: list[tuple[Incoming, Thread]]) -> None:
    closed = [(message, thread) for message, thread in entries if thread.needs_request and not message.out
              and not message.withheld]
    if not closed:
        return
    old = [entry for entry in closed if not entry[1].fresh]
    repeats = storing.already_stored(account.id, old) if old else set()
    wanted, by_id = {}, {}
    for message, thread in closed:
        if (message.provider_id, thread.id) not in repeats:
            wanted.setdefault(thread.id, message.arrival.at)
            by_id[thread.id] = thread
    opening.open_requests(wanted, by_id)


def _lines(stored: list[tuple[int, Incoming, Thread]]) -> dict[int, upkeep.Line]:
    lines = {}
    for id, message, thread in stored:
        if message.withheld:
            continue
        if message.out:
            thread.waiting_since, thread.unread = None, 0
        else:
            thread.waiting_since = thread.waiting_since or message.arrival.at
            thread.unread += 1
        before = lines.get(thread.id)
        inbound_at = (before.inbound_at if before else None) if message.out else message.arrival.at
        kind, words = message.preview
        lines[thread.id] = upkeep.Line(id, words, kind, message.out, message.arrival.at, inbound_at)
    return lines


def _tell(stored: list, verdicts: Verdicts) -> None:
    for id, message, thread in stored:
        fact = MessageImported if message.out else MessageWithheld if message.withheld else MessageReceived
        emit(fact(dialog_id=thread.id, client_id=thread.client_id, message_id=id))
        if isinstance(message.event, ButtonPress):
            if not message.withheld:
                buttons.pressed(id, message, thread)
            if message.event.acknowledge:
                verdicts.acknowledge.append(message.event.acknowledge)
    if any(message.files for _, message, _ in stored):
        ring_after_commit(media.fetch)
