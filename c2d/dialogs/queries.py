"""Reading dialogs: the head of one, the numbers on the folders, what the list can be filtered by."""

from collections.abc import Iterable, Sequence

from c2d.blacklist.queries import BLOCKED
from c2d.clients.access import SEES, VIEW_ALL, VIEW_NEW, sight
from c2d.core.current import CurrentOperator, operator
from c2d.core.errors import NotFound
from c2d.core.sql import Row, scoped

MANY = 1000  # numbers are counted up to here, so that they cost the same whatever the company's size

HEAD = f"""
    SELECT d.id, d.client_id, d.card_id, d.channel_id, d.transport, d.state, d.operator_id, d.request_id,
           d.name, d.hue, d.unread, d.last_message_id, h.name AS channel_name, h.state AS channel_state,
           c.username, c.external_id, o.first_name, o.last_name, r.number AS request_number,
           {BLOCKED} AS blacklisted,
           (SELECT event_seq FROM company_counters WHERE company_id = %(company)s) AS seq
    FROM dialogs d
    JOIN channels h ON h.company_id = d.company_id AND h.id = d.channel_id
    JOIN clients c ON c.company_id = d.company_id AND c.id = d.client_id
    LEFT JOIN operators o ON o.company_id = d.company_id AND o.id = d.operator_id
    LEFT JOIN requests r ON r.company_id = d.company_id AND r.id = d.request_id
    WHERE d.company_id = %(company)s AND d.id = """  # noqa: S608
_head = scoped(HEAD.replace("r.number", f"""(SELECT text FROM drafts f WHERE f.company_id = d.company_id
    AND f.dialog_id = d.id AND f.operator_id = %(me)s) AS draft,
    EXISTS (SELECT 1 FROM dialogs x WHERE x.company_id = d.company_id AND x.card_id = d.card_id AND x.id <> d.id
            AND {SEES.replace("d.", "x.")}) AS others, r.number""") + f"%(id)s AND {SEES}")  # noqa: S608
_heads = scoped(HEAD + "ANY(%(ids)s)")


def visible_to(who: CurrentOperator) -> tuple[str, dict]:
    """The condition on `dialogs d` and its parameters."""
    return SEES, sight(who)


def head(dialog_id: int) -> Row:
    """The dialog with what stands in its head. Raises NotFound when it is not the operator's to see."""
    row = _head.first(id=dialog_id, **sight())
    if row is None:
        raise NotFound()
    return row


def heads(dialog_ids: Iterable[int]) -> list[Row]:
    """Several at once, whoever may see them."""
    return _heads.all(ids=list(dialog_ids))


_seen = scoped(f"SELECT d.id FROM dialogs d WHERE d.company_id = %(company)s AND d.id = %(id)s AND {SEES}")  # noqa: S608


def check(dialog_id: int) -> None:
    """Raises NotFound when the dialog is not the operator's to see."""
    if _seen.first(id=dialog_id, **sight()) is None:
        raise NotFound()


_SERVED = "AND channel_id = ANY(%(channels)s::bigint[])"
_COUNTS = f"""
    SELECT (SELECT event_seq FROM company_counters WHERE company_id = %(company)s) AS seq,
           (SELECT count(*) FROM (SELECT 1 FROM dialogs WHERE company_id = %(company)s AND state = 'open'
                                  AND operator_id IS NULL AND %(sees_new)s {{served}} LIMIT {MANY}) x) AS new,
           (SELECT count(*) FROM (SELECT 1 FROM dialogs WHERE company_id = %(company)s AND state = 'open'
                                  AND operator_id = %(me)s LIMIT {MANY}) x) AS mine"""  # noqa: S608
# By whether only the chats of some channels count.
_counts = {False: scoped(_COUNTS.format(served="")), True: scoped(_COUNTS.format(served=_SERVED))}


def counters() -> Row:
    """The numbers on the folders (`new`, `mine`) and the newest event they already count (`seq`)."""
    who = operator()
    return _counts[who.channel_ids is not None].first(
        me=who.id, sees_new=who.may(VIEW_NEW) or who.may(VIEW_ALL), channels=list(who.channel_ids or ()))


_loads = scoped(f"""
    SELECT o.id, n.mine, n.unread FROM unnest(%(ids)s::bigint[]) o(id), LATERAL (
        SELECT count(*) AS mine, count(*) FILTER (WHERE x.unread > 0) AS unread FROM (
            SELECT unread FROM dialogs WHERE company_id = %(company)s AND state = 'open'
            AND operator_id = o.id LIMIT {MANY}) x) n""")  # noqa: S608
_NEW = f"""SELECT count(*) FROM (SELECT 1 FROM dialogs WHERE company_id = %(company)s AND state = 'open'
    AND operator_id IS NULL {{served}} LIMIT {MANY}) x"""  # noqa: S608
_new = {False: scoped(_NEW.format(served="")), True: scoped(_NEW.format(served=_SERVED))}


def loads(operator_ids: Iterable[int]) -> list[Row]:
    """For each operator: open dialogs (`mine`) and those with something unread (`unread`)."""
    return _loads.all(ids=list(operator_ids))


def new_ones(channel_ids: Sequence[int] | None = None) -> int:
    """How many open dialogs, of all channels or of these, have no operator."""
    return _new[channel_ids is not None].value(channels=list(channel_ids or ()))


_choices = scoped("""
    (SELECT 'channels' AS kind, id, name, '' AS last FROM channels WHERE company_id = %(company)s)
    UNION ALL
    (SELECT 'operators', id, first_name, last_name FROM operators
     WHERE company_id = %(company)s AND deleted_at IS NULL AND %(sees_all)s)
    UNION ALL
    (SELECT 'tags', id, name, '' FROM tags WHERE company_id = %(company)s)
    ORDER BY 1, 3, 4, 2""")


def choices() -> dict[str, list[tuple[int, str]]]:
    """What the list can be filtered by: channels, operators, tags, each as (id, name)."""
    found: dict[str, list] = {"channels": [], "operators": [], "tags": []}
    for row in _choices.all(sees_all=operator().may(VIEW_ALL)):
        found[row.kind].append((row.id, f"{row.name} {row.last}".strip()))
    return found
