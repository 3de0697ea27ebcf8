"""Reading messages and the journal of a dialog; every statement costs the same however long it is."""

from collections.abc import Iterable

from c2d.clients.access import SEES_FIELD
from c2d.core.current import operator
from c2d.core.sql import Row, scoped

# JSON comes as text: most is never looked at, and text can be part of a key.
COLUMNS = """
    m.id, m.dialog_id, m.client_key, m.kind, m.text, m.content::text AS content, m.at, m.status, m.problem,
    m.edited_at, m.deleted_at, m.has_files, m.imported, m.withheld, m.operator_id, o.first_name, o.last_name,
    q.id AS quote_id, q.kind AS quote_kind, q.text AS quote_text, q.deleted_at AS quote_deleted,
    qo.first_name AS quote_first, qo.last_name AS quote_last"""
SHOWN = COLUMNS.count(",") + 1  # all that a message shows, beside its files
SOURCE = """
    FROM messages m
    LEFT JOIN operators o ON o.company_id = m.company_id AND o.id = m.operator_id
    LEFT JOIN messages q ON q.company_id = m.company_id AND q.id = m.quote_id
    LEFT JOIN operators qo ON qo.company_id = q.company_id AND qo.id = q.operator_id
    WHERE m.company_id = %(company)s"""
# A page is cut from its index before anything is joined to it: a plan made for dialogs of usual length reads
# no more of the longest one.
PAGE = """(SELECT * FROM {row} WHERE {company} = %(company)s AND {dialog} = %(dialog)s AND {key} {beyond} {only}
    ORDER BY {key} {direction} LIMIT %(limit)s)"""
OLDER, NEWER = {"beyond": "< %(edge)s", "direction": "DESC"}, {"beyond": "> %(edge)s", "direction": "ASC"}
EVENT_COLUMNS = """
    e.seq, e.kind, e.actor_id, e.dialog_id, e.particulars::text AS particulars, e.at, o.first_name, o.last_name"""
EVENTS = f"""
    SELECT {EVENT_COLUMNS}
    FROM event_records e LEFT JOIN operators o ON o.company_id = e.company_id AND o.id = e.actor_id
    WHERE e.company_id = %(company)s"""  # noqa: S608
# What a blocked client wrote, for those who may see it.
_LET_IN = "AND (%(withheld)s OR NOT m.withheld)"

# What was changed in a field of the company's own is told to those who see the field.
TOLD = f"""AND NOT (e.kind = 'card_changed' AND e.particulars->>'field' LIKE 'field-%%' AND NOT EXISTS (
        SELECT 1 FROM custom_fields f WHERE f.company_id = e.company_id
        AND f.id = substr(e.particulars->>'field', 7)::bigint AND {SEES_FIELD}))"""  # noqa: S608


def _messages(where: dict[str, str]) -> str:
    page = PAGE.format(row="messages m", key="m.id", dialog="m.dialog_id", company="m.company_id", only=_LET_IN, **where)
    return f"SELECT {COLUMNS} {SOURCE.replace('FROM messages', f'FROM {page}')} ORDER BY m.id {where['direction']}"  # noqa: S608


def _events(where: dict[str, str]) -> str:
    page = PAGE.format(row="event_records e", key="e.seq", dialog="e.dialog_id", company="e.company_id",
                       only=f"AND e.journal {TOLD}", **where)
    return f"{EVENTS.replace('FROM event_records', f'FROM {page}')} ORDER BY e.seq {where['direction']}"


_before, _after = scoped(_messages(OLDER)), scoped(_messages(NEWER))
_these = scoped(f"""
    SELECT {COLUMNS}, p.kind AS previous_kind, p.operator_id AS previous_operator, p.at AS previous_at
    {SOURCE.replace("WHERE", '''LEFT JOIN LATERAL (
        SELECT x.kind, x.operator_id, x.at FROM messages x WHERE x.company_id = m.company_id
        AND x.dialog_id = m.dialog_id AND x.id < m.id ORDER BY x.id DESC LIMIT 1) p ON true WHERE''')}
    AND m.id = ANY(%(ids)s)""")  # noqa: S608
_events_before, _events_after = scoped(_events(OLDER)), scoped(_events(NEWER))
_lines = scoped(EVENTS + " AND e.journal AND e.seq = ANY(%(seqs)s) ORDER BY e.seq")
_attachments = scoped("""
    SELECT id, message_id, kind, name, mime, size, width, height, seconds, peaks::text AS peaks, state
    FROM attachments
    WHERE company_id = %(company)s AND message_id = ANY(%(ids)s) ORDER BY id""")
_place = scoped(f"""
    SELECT m.id, (SELECT min(e.seq) FROM event_records e WHERE e.company_id = m.company_id
                  AND e.dialog_id = m.dialog_id AND e.journal AND e.at > m.at) AS seq
    FROM messages m WHERE m.company_id = %(company)s AND m.dialog_id = %(dialog)s AND m.id = %(id)s {_LET_IN}""")  # noqa: S608
_found = scoped(f"""
    SELECT m.id, m.kind, m.text, m.at, o.first_name, o.last_name
    FROM messages m LEFT JOIN operators o ON o.company_id = m.company_id AND o.id = m.operator_id
    WHERE m.company_id = %(company)s AND m.dialog_id = %(dialog)s AND m.deleted_at IS NULL
      AND translate(lower(m.text), '\u0451', '\u0435') LIKE %(pattern)s {_LET_IN} ORDER BY m.id DESC LIMIT 30""")  # noqa: S608


def messages_before(dialog_id: int, edge: int, limit: int, withheld: bool) -> list[Row]:
    return _before.all(dialog=dialog_id, edge=edge, limit=limit, withheld=withheld)


def messages_after(dialog_id: int, edge: int, limit: int, withheld: bool) -> list[Row]:
    return _after.all(dialog=dialog_id, edge=edge, limit=limit, withheld=withheld)


def events_before(dialog_id: int, edge: int, limit: int) -> list[Row]:
    return _events_before.all(dialog=dialog_id, edge=edge, limit=limit, role=operator().role_id)


def events_after(dialog_id: int, edge: int, limit: int) -> list[Row]:
    return _events_after.all(dialog=dialog_id, edge=edge, limit=limit, role=operator().role_id)


def these(ids: Iterable[int]) -> dict[int, Row]:
    """Messages by id, each with what stands before it."""
    return {row.id: row for row in _these.all(ids=list(ids))}


def lines(seqs: Iterable[int]) -> list[Row]:
    """Journal lines by seq."""
    return _lines.all(seqs=list(seqs))


def attachments(messages: Iterable[Row]) -> dict[int, list[Row]]:
    """The files of those messages that have some, by message."""
    ids = [row.id for row in messages if row.has_files]
    found: dict[int, list[Row]] = {}
    for row in _attachments.all(ids=ids) if ids else ():
        found.setdefault(row.message_id, []).append(row)
    return found


def place(dialog_id: int, message_id: int, withheld: bool) -> Row | None:
    """Where in messages (`id`) and journal (`seq` of the first later event) a message stands."""
    return _place.first(dialog=dialog_id, id=message_id, withheld=withheld)


def found(dialog_id: int, pattern: str, withheld: bool) -> list[Row]:
    return _found.all(dialog=dialog_id, pattern=pattern, withheld=withheld)
