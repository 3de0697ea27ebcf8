"""Answering a client: the message, whose chat it is now, and the promise to hand it over."""

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from c2d.blacklist.queries import BLOCKED
from c2d.channels.models import DISABLED
from c2d.channels.outbound import send_later
from c2d.core.current import operator
from c2d.core.errors import Conflict, Refused
from c2d.core.events import emit
from c2d.core.sql import Row, scoped
from c2d.dialogs.assignment import give
from c2d.dialogs.closing import open_again
from c2d.dialogs.display import transport_of
from c2d.dialogs.locking import locked
from c2d.dialogs.models import CLOSED
from c2d.messages import uploads
from c2d.messages.events import MessageSent
from c2d.messages.models import TO_CLIENT
from c2d.messages.writing import Words, write

# Is the channel on, is the client let in, and did the page's earlier attempt arrive?
_standing = scoped(f"""
    SELECT h.state, EXISTS (SELECT 1 FROM messages m WHERE m.company_id = h.company_id AND m.dialog_id = %(dialog)s
                            AND m.client_key = %(key)s) AS sent,
           EXISTS (SELECT 1 FROM dialogs d WHERE d.company_id = h.company_id AND d.id = %(dialog)s AND {BLOCKED}) AS blocked
    FROM channels h WHERE h.company_id = %(company)s AND h.id = %(channel)s""")  # noqa: S608


def reply(dialog_id: int, text: str, files: list[FileStorage] = (), key: str = "", quote: str = "") -> int | None:
    """Answer in the dialog; None when the same page has sent this already.

    A closed chat opens with a new request; a chat of nobody becomes the replier's.
    """
    dialog = locked(dialog_id)
    can = transport_of(dialog.transport).can
    if files and not can.attachments:
        raise Refused(_("This messenger takes no files"), "files")
    words = Words.read(text, can.max_text, key, quote, len(files))
    standing = _standing.first(dialog=dialog.id, channel=dialog.channel_id, key=words.key)
    if standing.sent:
        return None
    if standing.blocked:
        raise Refused(_("The client is blocked. Unblock them to write."))
    if standing.state == DISABLED:
        raise Conflict(_("The channel is switched off: nothing can be sent through it."))
    return _send(dialog, words, uploads.keep(files))


def _send(dialog: Row, words: Words, files: list[uploads.Upload]) -> int | None:
    request_id = _ready(dialog)
    preview = (words.text, "text") if words.text or not files else (files[0].name, files[0].kind)
    message_id = write(dialog, words, TO_CLIENT, request_id=request_id, preview=preview, has_files=bool(files))
    if message_id is None:
        return None
    uploads.attach(message_id, files)
    send_later(message_id, dialog.id, dialog.channel_id)
    emit(MessageSent(dialog_id=dialog.id, client_id=dialog.client_id, message_id=message_id))
    return message_id


def _ready(dialog: Row) -> int | None:
    """The request that the answer belongs to, in a chat that is the replier's to answer."""
    me = operator()
    if dialog.state == CLOSED:
        request_id = open_again(dialog)
        dialog = locked(dialog.id)
        if dialog.operator_id != me.id:
            give(dialog, me.id, me.full_name)
        return request_id
    if dialog.operator_id is None:
        give(dialog, me.id, me.full_name)
    return dialog.request_id
