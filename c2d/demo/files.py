"""Files on the client's page: those of the conversation, and pictures that wait to be fetched by the worker."""

from flask import Response, send_file
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from c2d.core import files
from c2d.core.errors import NotFound, Refused
from c2d.core.sql import scoped
from c2d.core.text import one_line
from c2d.demo.client import Client
from c2d.demo.conversation import PICTURES

_file = scoped("""
    SELECT a.name, a.mime, a.storage_key FROM attachments a
    JOIN messages m ON m.company_id = a.company_id AND m.id = a.message_id
    JOIN dialogs d ON d.company_id = m.company_id AND d.id = m.dialog_id
    JOIN clients c ON c.company_id = d.company_id AND c.id = d.client_id
    WHERE a.company_id = %(company)s AND a.id = %(id)s AND a.state = 'ready' AND a.storage_key IS NOT NULL
      AND m.kind <> 'comment' AND m.deleted_at IS NULL AND d.channel_id = %(channel)s AND c.external_id = %(external_id)s""")


def attached(channel_id: int, client: Client, attachment_id: int) -> Response:
    """A file of this client's conversation. Raises NotFound."""
    row = _file.first(id=attachment_id, channel=channel_id, external_id=client.external_id)
    if row is None:
        raise NotFound
    return _send(row.storage_key, row.mime, row.name)


def keep_picture(upload: FileStorage) -> tuple[str, str]:
    """Store a picture of the client's; its key and its name. Raises Refused for anything else."""
    stored = files.store(upload.read())
    if stored.mime not in PICTURES:
        files.delete(stored.key)
        raise Refused(_("Choose a picture: PNG, JPEG, GIF or WebP"), "picture")
    return stored.key, one_line(upload.filename) or "picture"


def sealed(key: str, secret: str) -> str:
    """The part of an address that lets the worker fetch the file, and nobody else guess it."""
    return URLSafeSerializer(secret, salt="demo-picture").dumps(key)


def handed_over(seal: str, secret: str) -> Response:
    try:
        return _send(URLSafeSerializer(secret, salt="demo-picture").loads(seal), files.UNKNOWN, "picture")
    except BadSignature:
        raise NotFound from None


def _send(key: str, mime: str, name: str) -> Response:
    inline = mime in PICTURES
    response = send_file(files.open_stored(key), mimetype=mime if inline else files.UNKNOWN,
                         as_attachment=not inline, download_name=name, etag=False)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
