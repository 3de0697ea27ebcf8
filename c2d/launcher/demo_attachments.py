"""Files that were sent in the demo's chats, stored like any other."""

from random import Random

from c2d.core import files
from c2d.launcher.demo_files import document, picture, voice
from c2d.launcher.demo_pavel import VOICE_SECONDS
from c2d.launcher.demo_people import login_of
from c2d.launcher.demo_story import Line
from c2d.messages.models import Attachment

UNNAMED = "Документ.pdf"
PICTURES = 6  # so many different ones are drawn


class Shelf:
    """Makes the content; each attachment gets a file of its own, as deleting one must not empty another."""

    def __init__(self, chance: Random):
        self.pictures = [picture(chance) for _ in range(PICTURES)]
        self.sound, self.peaks = voice(VOICE_SECONDS, chance)
        self.taken = 0

    def attachment(self, line: Line, message_id: int) -> Attachment:
        """`line.file` is photo, voice or file."""
        self.taken += 1
        if line.file == "voice":
            made = self._row(message_id, "voice", f"voice-{self.taken}.wav", self.sound)
            made.seconds, made.peaks = VOICE_SECONDS, self.peaks
            return made
        if line.file == "photo":
            return self._row(message_id, "image", f"photo-{self.taken}.jpg", self.pictures[self.taken % PICTURES])
        name = line.file_name or UNNAMED
        return self._row(message_id, "file", name, document(login_of(name.removesuffix(".pdf")).replace(".", " ")))

    def _row(self, message_id: int, kind: str, name: str, content: bytes) -> Attachment:
        stored = files.store(content)
        return Attachment(
            message_id=message_id, kind=kind, name=name, mime=stored.mime, size=stored.size, storage_key=stored.key,
            width=stored.width, height=stored.height,
        )
