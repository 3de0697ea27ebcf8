"""Putting a message of ours into a dialog: the message, the dialog's row and the draft in one statement."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.current import operator
from c2d.core.errors import Refused
from c2d.core.sql import scoped
from c2d.core.text import clean, one_line, whole_number
from c2d.messages.models import COMMENT, TO_CLIENT

PREVIEW = 160
MAX_COMMENT = 10_000
MAX_KEY = 40

_write = scoped("""
    WITH message AS (
        INSERT INTO messages (company_id, dialog_id, channel_id, request_id, kind, text, operator_id, status,
                              client_key, quote_id, has_files, at)
        VALUES (%(company)s, %(dialog)s, %(channel)s, %(request)s, %(kind)s, %(text)s, %(me)s, %(status)s, %(key)s,
                (SELECT q.id FROM messages q WHERE q.company_id = %(company)s AND q.dialog_id = %(dialog)s
                 AND q.id = %(quote)s::bigint), %(has_files)s, %(at)s)
        ON CONFLICT (company_id, dialog_id, client_key) WHERE client_key IS NOT NULL DO NOTHING
        RETURNING id),
    dialog AS (
        UPDATE dialogs d SET last_message_id = message.id, preview = %(preview)s, preview_kind = %(preview_kind)s,
               preview_out = %(out)s, sort_at = %(at)s, failed = failed AND NOT %(out)s,
               unread = CASE WHEN %(out)s THEN 0 ELSE unread END,
               waiting_since = CASE WHEN %(out)s THEN NULL ELSE waiting_since END
        FROM message WHERE d.company_id = %(company)s AND d.id = %(dialog)s),
    draft AS (
        DELETE FROM drafts f USING message
        WHERE f.company_id = %(company)s AND f.dialog_id = %(dialog)s AND f.operator_id = %(me)s)
    SELECT id FROM message""")
_sent = scoped("""
    SELECT id FROM messages
    WHERE company_id = %(company)s AND dialog_id = %(dialog)s AND client_key = %(key)s""")


@dataclass(frozen=True)
class Words:
    """What was typed, checked: `key` is the page's own, so that sending again is harmless."""

    text: str
    key: str | None = None
    quote_id: int | None = None

    @classmethod
    def read(cls, text: str, limit: int, key: str = "", quote: str = "", files: int = 0) -> "Words":
        """Raises Refused for nothing at all and for too much."""
        cleaned = clean(text).strip()
        if not cleaned and not files:
            raise Refused(_("Write something first"), "text")
        if len(cleaned) > limit:
            raise Refused(_("The text is too long: %(count)s characters, %(limit)s fit", count=len(cleaned), limit=limit),
                          "text")
        return cls(cleaned, one_line(key, MAX_KEY) or None, whole_number(quote))


def already_sent(dialog_id: int, key: str | None) -> bool:
    """Did the page's earlier attempt arrive?"""
    return key is not None and _sent.value(dialog=dialog_id, key=key) is not None


def write(dialog, words: Words, kind: str, *, request_id: int | None, preview: tuple[str, str],
          has_files: bool = False, at: datetime | None = None) -> int | None:
    """The new message's id; None when its key is known already. `preview` is (text, kind)."""
    return _write.value(
        dialog=dialog.id, channel=dialog.channel_id, request=request_id, kind=kind, text=words.text, me=operator().id,
        status="queued" if kind == TO_CLIENT else "", key=words.key, quote=words.quote_id, has_files=has_files,
        preview=one_line(preview[0], PREVIEW), preview_kind=preview[1], out=kind != COMMENT, at=at or now(),
    )
