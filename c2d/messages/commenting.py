"""Comments: for colleagues only. Nothing here knows of channels' sendings, so none can leave."""

from c2d.core.events import emit
from c2d.dialogs.locking import locked
from c2d.messages.events import CommentAdded
from c2d.messages.models import COMMENT
from c2d.messages.writing import MAX_COMMENT, Words, already_sent, write


def comment(dialog_id: int, text: str, key: str = "") -> int | None:
    """Put a comment into the log; None when the same page has sent this already."""
    dialog = locked(dialog_id)
    words = Words.read(text, MAX_COMMENT, key)
    if already_sent(dialog.id, words.key):
        return None
    message_id = write(dialog, words, COMMENT, request_id=dialog.request_id, preview=(words.text, "comment"))
    if message_id is not None:
        emit(CommentAdded(dialog_id=dialog.id, client_id=dialog.client_id, message_id=message_id))
    return message_id
