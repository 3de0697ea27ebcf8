"""Files that an operator attaches to an answer."""

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from c2d.core import files
from c2d.core.errors import Refused
from c2d.core.sql import scoped
from c2d.core.text import one_line

MAX_FILES = 10
_attach = scoped("""
    INSERT INTO attachments (company_id, message_id, kind, name, mime, size, state, storage_key, width, height)
    SELECT %(company)s, %(message)s, t.*
    FROM unnest(%(kinds)s::text[], %(names)s::text[], %(mimes)s::text[], %(sizes)s::bigint[], %(states)s::text[],
                %(keys)s::text[], %(widths)s::int[], %(heights)s::int[]) AS t""")


@dataclass(frozen=True)
class Upload:
    name: str
    stored: files.Stored

    @property
    def kind(self) -> str:
        """What the bytes are, whatever the name says."""
        kind = self.stored.mime.partition("/")[0]
        return kind if kind in ("image", "audio", "video") else "file"


def keep(sent: list[FileStorage]) -> list[Upload]:
    """Store what was uploaded. Raises Refused for too many or too large ones, before anything is kept."""
    if len(sent) > MAX_FILES:
        raise Refused(_("At most %(num)s files fit in one message", num=MAX_FILES), "files")
    limit = current_app.config["MAX_UPLOAD"]
    bodies = [(one_line(file.filename) or "file", file.read(limit + 1)) for file in sent]
    for name, body in bodies:
        if len(body) > limit:
            raise Refused(_("The file “%(name)s” is too large: up to %(num)s MB fit", name=name, num=limit >> 20), "files")
    return [Upload(name, files.store(body)) for name, body in bodies]


def attach(message_id: int, uploads: list[Upload]) -> None:
    """Make the stored files those of a message."""
    if not uploads:
        return
    stored = [upload.stored for upload in uploads]
    _attach.run(
        message=message_id, kinds=[u.kind for u in uploads], names=[u.name for u in uploads],
        mimes=[s.mime for s in stored], sizes=[s.size for s in stored], states=["ready"] * len(stored),
        keys=[s.key for s in stored], widths=[s.width for s in stored], heights=[s.height for s in stored],
    )
