"""Message rows with their attachments and quotes, many at once."""

import json
from dataclasses import asdict

from c2d.core.clock import now
from c2d.core.sql import scoped
from c2d.core.text import one_line
from c2d.dialogs.opening import Thread
from c2d.messages.arriving import Incoming

_insert = scoped("""
    INSERT INTO messages (company_id, channel_id, dialog_id, request_id, kind, text, content, status, provider_id,
                          has_files, imported, withheld, at, edited_at)
    SELECT %(company)s, %(channel)s, dialog_id, request_id, kind, text, content, status, provider_id, has_files,
           imported, withheld, at, edited_at
    FROM unnest(%(dialogs)s::bigint[], %(requests)s::bigint[], %(kinds)s::text[], %(texts)s::text[],
                %(contents)s::jsonb[], %(statuses)s::text[], %(provider_ids)s::text[], %(has_files)s::bool[],
                %(imported)s::bool[], %(withheld)s::bool[], %(moments)s::timestamptz[], %(edited)s::timestamptz[])
         WITH ORDINALITY AS t(dialog_id, request_id, kind, text, content, status, provider_id, has_files, imported,
                              withheld, at, edited_at, place)
    ORDER BY place
    ON CONFLICT (company_id, channel_id, provider_id, dialog_id) WHERE provider_id IS NOT NULL DO NOTHING
    RETURNING id, dialog_id, provider_id""")
_attach = scoped("""
    INSERT INTO attachments (company_id, message_id, kind, name, mime, size, seconds, width, height, remote, state,
                             next_at)
    SELECT %(company)s, t.*, 'pending', %(now)s
    FROM unnest(%(messages)s::bigint[], %(kinds)s::text[], %(names)s::text[], %(mimes)s::text[], %(sizes)s::bigint[],
                %(seconds)s::int[], %(widths)s::int[], %(heights)s::int[], %(remotes)s::jsonb[]) AS t""")
_quote = scoped("""
    UPDATE messages m SET quote_id = q.id
    FROM unnest(%(ids)s::bigint[], %(dialogs)s::bigint[], %(quoted)s::text[]) AS t(id, dialog_id, quoted)
    JOIN messages q ON q.company_id = %(company)s AND q.channel_id = %(channel)s AND q.provider_id = t.quoted
      AND q.dialog_id = t.dialog_id
    WHERE m.company_id = %(company)s AND m.id = t.id""")
_known = scoped("""
    SELECT provider_id, dialog_id FROM messages
    WHERE company_id = %(company)s AND channel_id = %(channel)s AND provider_id = ANY(%(provider_ids)s)
      AND dialog_id = ANY(%(dialogs)s)""")


def already_stored(channel_id: int, entries: list[tuple[Incoming, Thread]]) -> set[tuple[str, int]]:
    """Which of these were stored earlier, as (provider id, dialog)."""
    rows = _known.all(
        channel=channel_id, provider_ids=[i.provider_id for i, _ in entries], dialogs=[t.id for _, t in entries],
    )
    return {(row.provider_id, row.dialog_id) for row in rows}


def store(channel_id: int, entries: list[tuple[Incoming, Thread]]) -> list[tuple[int, Incoming, Thread]]:
    """Insert in this order; those that are new, with their ids."""
    rows = _insert.all(
        channel=channel_id, dialogs=[t.id for _, t in entries], requests=[t.request_id for _, t in entries],
        kinds=[i.kind for i, _ in entries], texts=[i.text for i, _ in entries],
        contents=[json.dumps(i.content) for i, _ in entries], statuses=["sent" if i.out else "" for i, _ in entries],
        provider_ids=[i.provider_id for i, _ in entries], has_files=[bool(i.files) for i, _ in entries],
        imported=[i.out for i, _ in entries], withheld=[i.withheld for i, _ in entries],
        moments=[i.arrival.at for i, _ in entries],
        edited=[i.arrival.at if i.edited else None for i, _ in entries],
    )
    ids = {(row.provider_id, row.dialog_id): row.id for row in rows}
    stored = []
    for entry, thread in entries:
        id = ids.pop((entry.provider_id, thread.id), None)
        if id:
            stored.append((id, entry, thread))
    _attach_files(stored)
    _link_quotes(channel_id, stored)
    return stored


def attach(message_id: int, files) -> None:
    """More files for a message that is stored."""
    _insert_files([(message_id, file) for file in files])


def _attach_files(stored: list[tuple[int, Incoming, Thread]]) -> None:
    _insert_files([(id, file) for id, entry, _ in stored for file in entry.files])


def _insert_files(files: list) -> None:
    if not files:
        return
    _attach.run(
        messages=[id for id, _ in files], kinds=[f.kind for _, f in files],
        names=[one_line(f.name) for _, f in files], sizes=[f.size or 0 for _, f in files],
        mimes=[one_line(f.mime, 100) or "application/octet-stream" for _, f in files],
        seconds=[f.duration for _, f in files], widths=[f.width for _, f in files],
        heights=[f.height for _, f in files],
        remotes=[json.dumps(asdict(f)) for _, f in files], now=now(),
    )


def _link_quotes(channel_id: int, stored: list[tuple[int, Incoming, Thread]]) -> None:
    quoting = [(id, thread.id, entry.reply_to) for id, entry, thread in stored if entry.reply_to]
    if quoting:
        _quote.run(
            channel=channel_id, ids=[q[0] for q in quoting], dialogs=[q[1] for q in quoting],
            quoted=[q[2] for q in quoting],
        )
