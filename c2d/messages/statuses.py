"""Delivery statuses: they only move forward, in whatever order providers tell them."""

from dataclasses import dataclass

from c2d.channels.access import Account
from c2d.channels.contract import StatusUpdate
from c2d.core.clock import now
from c2d.core.events import emit
from c2d.core.sql import platform, scoped
from c2d.core.tenancy import all_companies
from c2d.messages.events import DeliveryStatusChanged

# A failure counts only before delivery, and what was delivered or read after all did not fail.
ORDER = ["queued", "sent", "failed", "delivered", "read"]
SHOWN = {"accepted": "sent", "played": "read"}
PARKED_HOURS = 24
LOCKS = 0x63326432

_apply = scoped("""
    WITH news AS (
        SELECT * FROM unnest(%(ids)s::bigint[], %(statuses)s::text[], %(problems)s::text[]) AS t(id, status, problem)
    ), old AS (
        SELECT m.id, m.status FROM messages m JOIN news USING (id) WHERE m.company_id = %(company)s
        ORDER BY m.id FOR UPDATE OF m
    )
    UPDATE messages m SET status = news.status, problem = news.problem
    FROM news JOIN old USING (id)
    WHERE m.company_id = %(company)s AND m.id = news.id
      AND coalesce(array_position(%(order)s::text[], news.status), 0)
        > coalesce(array_position(%(order)s::text[], old.status::text), 0)
    RETURNING m.id, m.dialog_id, m.status, old.status AS before, m.withheld""")
# Some providers count their ids for each client anew: the peer, where it is named, must fit.
_by_provider_id = scoped("""
    SELECT m.id, m.provider_id FROM unnest(%(provider_ids)s::text[], %(peers)s::text[]) AS t(provider_id, peer)
    JOIN messages m ON m.company_id = %(company)s AND m.channel_id = %(channel)s AND m.provider_id = t.provider_id
    JOIN dialogs d ON d.company_id = m.company_id AND d.id = m.dialog_id
    JOIN clients c ON c.company_id = d.company_id AND c.id = d.client_id
    WHERE m.kind <> 'from_client' AND (t.peer IS NULL OR c.external_id = t.peer)""")
_watermark = scoped("""
    SELECT m.id, m.provider_id, m.at FROM messages m
    JOIN dialogs d ON d.company_id = m.company_id AND d.id = m.dialog_id
    JOIN clients c ON c.company_id = d.company_id AND c.id = d.client_id
    WHERE d.company_id = %(company)s AND d.channel_id = %(channel)s AND c.transport = %(transport)s
      AND c.scope = %(scope)s AND c.external_id = %(peer)s AND m.kind NOT IN ('from_client', 'comment')
      AND m.provider_id IS NOT NULL AND m.status IN ('queued', 'sent', 'delivered', 'failed')
    ORDER BY m.id DESC LIMIT 500""")
_lock = scoped("""
    SELECT pg_advisory_xact_lock(%(locks)s, hashtext(%(channel)s || ':' || id))
    FROM (SELECT DISTINCT id FROM unnest(%(provider_ids)s::text[]) AS id WHERE %(company)s > 0 ORDER BY id) AS ids""")
_park = scoped("""
    INSERT INTO parked_statuses (company_id, channel_id, provider_id, status, problem, at)
    SELECT %(company)s, %(channel)s, t.*, %(now)s
    FROM unnest(%(provider_ids)s::text[], %(statuses)s::text[], %(problems)s::text[]) AS t
    ON CONFLICT DO NOTHING""")
_unpark = scoped("""
    DELETE FROM parked_statuses
    WHERE company_id = %(company)s AND channel_id = %(channel)s AND provider_id = ANY(%(provider_ids)s)
    RETURNING status, problem""")
_flag = scoped("""
    UPDATE dialogs SET failed = true WHERE company_id = %(company)s AND id = ANY(%(dialogs)s) AND NOT failed""")
_unflag = scoped("""
    UPDATE dialogs d SET failed = false WHERE d.company_id = %(company)s AND d.id = ANY(%(dialogs)s) AND d.failed
      AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.company_id = d.company_id AND m.dialog_id = d.id
                      AND m.status = 'failed' AND NOT m.withheld)""")
_purge = platform("DELETE FROM parked_statuses WHERE at < %(now)s - make_interval(hours => %(hours)s)")


@dataclass(frozen=True, slots=True)
class News:
    """A status for a message; `problem` says why it failed."""

    message_id: int
    status: str
    problem: str | None = None


def heard(account: Account, updates: list[StatusUpdate]) -> None:
    """Apply what a provider told; a status of a message not yet known waits for it."""
    news = [n for u in updates if u.up_to and u.peer for n in _up_to(account, u)]
    by_id: dict[str, list[StatusUpdate]] = {}
    for update in updates:
        if update.provider_id and not update.up_to:
            by_id.setdefault(update.provider_id, []).append(update)
    if by_id:
        found = _find(account.id, by_id)
        unknown = {id: told for id, told in by_id.items() if id not in found}
        if unknown:
            # who is about to store one of these ids holds the same lock, so it is seen here or there
            wait_for_ids(account.id, list(unknown))
            found.update(_find(account.id, unknown))
            _keep(account.id, {id: told for id, told in unknown.items() if id not in found})
        news += [News(found[id], _shown(u.status), _problem(u)) for id in found for u in by_id[id]]
    apply(news)


def apply(news: list[News]) -> None:
    """Move statuses forward; DeliveryStatusChanged for each that really moved."""
    best: dict[int, News] = {}
    for one in news:
        if one.status in ORDER and _place(one) > (_place(best[one.message_id]) if one.message_id in best else -1):
            best[one.message_id] = one
    if not best:
        return
    rows = _apply.all(
        ids=list(best), statuses=[n.status for n in best.values()], problems=[n.problem for n in best.values()],
        order=ORDER,
    )
    for row in rows:
        emit(DeliveryStatusChanged(dialog_id=row.dialog_id, message_id=row.id, status=row.status))
    failed = sorted({row.dialog_id for row in rows if row.status == "failed" and not row.withheld})
    healed = sorted({row.dialog_id for row in rows if row.before == "failed"} - set(failed))
    if failed:
        _flag.run(dialogs=failed)
    if healed:
        look_again(healed)


def look_again(dialog_ids: list[int]) -> None:
    """Take the mark of failure off dialogs that no longer deserve it."""
    _unflag.run(dialogs=dialog_ids)


def wait_for_ids(channel_id: int, provider_ids: list[str]) -> None:
    """Let nobody else store or look for these provider ids until this transaction ends."""
    _lock.run(channel=str(channel_id), provider_ids=provider_ids, locks=LOCKS)


def parked(channel_id: int, provider_ids: list[str], message_id: int) -> list[News]:
    """What was heard of a message before its provider id was known."""
    rows = _unpark.all(channel=channel_id, provider_ids=provider_ids)
    return [News(message_id, row.status, row.problem) for row in rows]


def purge() -> None:
    with all_companies("old orphans of every company go"):
        _purge.run(now=now(), hours=PARKED_HOURS)


def _find(channel_id: int, by_id: dict[str, list[StatusUpdate]]) -> dict[str, int]:
    peers = [told[0].peer.external_id if told[0].peer else None for told in by_id.values()]
    rows = _by_provider_id.all(channel=channel_id, provider_ids=list(by_id), peers=peers)
    return {row.provider_id: row.id for row in rows}


def _up_to(account: Account, update: StatusUpdate) -> list[News]:
    rows = _watermark.all(
        channel=account.id, transport=account.transport.key, scope=account.identity_scope, peer=update.peer.external_id,
    )
    status = _shown(update.status)
    return [News(row.id, status) for row in rows if _not_after(row, update.up_to)]


def _not_after(row, mark: str) -> bool:
    if mark.isdigit() and row.provider_id.isdigit():
        return int(row.provider_id) <= int(mark)
    return row.at.isoformat() <= mark


def _keep(channel_id: int, orphans: dict[str, list[StatusUpdate]]) -> None:
    flat = [u for told in orphans.values() for u in told if _shown(u.status) in ORDER]
    if flat:
        _park.run(
            channel=channel_id, provider_ids=[u.provider_id for u in flat], statuses=[_shown(u.status) for u in flat],
            problems=[_problem(u) for u in flat], now=now(),
        )


def _place(news: News) -> int:
    return ORDER.index(news.status)


def _shown(status: str) -> str:
    return SHOWN.get(status, status)


def _problem(update: StatusUpdate) -> str | None:
    if update.status != "failed":
        return None
    return f"{update.error_kind or 'unknown'}: {update.error_text}".rstrip(": ")[:500]
