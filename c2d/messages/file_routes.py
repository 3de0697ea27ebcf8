import os
import re

from flask import request, send_file

from c2d.blacklist import BLOCK
from c2d.blacklist.queries import BLOCKED
from c2d.clients.access import SEES, sight
from c2d.core import files
from c2d.core.current import can
from c2d.core.errors import NotFound
from c2d.core.sql import scoped
from c2d.messages import bp
from c2d.messages.display import INLINE_IMAGES

# Shown by the browser itself; anything else is only ever saved to disk.
INLINE = INLINE_IMAGES | {
    "audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/wav", "audio/x-wav", "audio/webm", "audio/aac",
    "video/mp4", "video/webm", "video/quicktime", "video/ogg",
}

_file = scoped(f"""
    SELECT a.name, a.mime, a.storage_key FROM attachments a
    JOIN messages m ON m.company_id = a.company_id AND m.id = a.message_id
    JOIN dialogs d ON d.company_id = m.company_id AND d.id = m.dialog_id
    WHERE a.company_id = %(company)s AND a.id = %(id)s AND a.state = 'ready' AND a.storage_key IS NOT NULL
      AND m.deleted_at IS NULL AND {SEES} AND NOT (m.withheld AND NOT %(may)s AND {BLOCKED})""")  # noqa: S608


@bp.get("/files/<int:attachment_id>/<name>", needs="chats")
def download(attachment_id: int, name: str):
    row = _file.first(id=attachment_id, may=can(BLOCK), **sight())
    if row is None:
        raise NotFound()
    inline = row.mime in INLINE and request.args.get("download") is None
    file = files.open_stored(row.storage_key)
    response = send_file(
        file, row.mime if inline else "application/octet-stream", as_attachment=not inline,
        download_name=_plain(row.name or name), etag=row.storage_key.replace("/", ""), conditional=False, max_age=0,
    )
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    response.content_length = size
    response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _plain(name: str) -> str:
    """Without a path, whatever the sender called it."""
    return re.split(r"[/\\]", name)[-1] or "file"
