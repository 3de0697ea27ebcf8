"""A person with Telegram on their phone: every verb makes the update that Telegram would make, and delivers it."""

from typing import TYPE_CHECKING

from tests.support.telegram.state import State

if TYPE_CHECKING:
    from tests.support.telegram.emulator import Emulator


class Client:
    """Every method returns the update as sent. `token` says which bot the person talks to."""

    def __init__(self, emulator: "Emulator", number: int, token: str, **names: str):
        self._emulator, self._state, self.id, self.token = emulator, emulator.state, number, token
        names = {"first_name": "Клиент", **self._state.people.get(number, {}), **names}
        self.user = {"id": number, "is_bot": False, "language_code": "ru", **names}
        self.chat = {"id": number, "type": "private", **names}
        self._state.people[number] = names

    def writes(self, text: str, reply_to: int | None = None, **more: object) -> dict:
        """`reply_to` is a message_id of the chat; `more` goes into the message as it is."""
        return self._says({"text": text} | more, reply_to)

    def sends_photo(self, content: bytes = b"\xff\xd8\xff\xe0 a picture", caption: str = "", album: str = "") -> dict:
        small = self._state.keep_file("photos", ".jpg", content[:8])
        big = self._state.keep_file("photos", ".jpg", content)
        sizes = [{**small, "width": 90, "height": 67}, {**big, "width": 1280, "height": 960}]
        return self._says({"photo": sizes} | ({"media_group_id": album} if album else {}), caption=caption)

    def sends_document(
        self, content: bytes = b"%PDF-1.7", name: str = "договор.pdf", mime: str = "application/pdf", caption: str = ""
    ) -> dict:
        kept = self._state.keep_file("documents", "", content)
        return self._says({"document": {**kept, "file_name": name, "mime_type": mime}}, caption=caption)

    def sends_voice(self, content: bytes = b"OggS voice", duration: int = 4) -> dict:
        kept = self._state.keep_file("voice", ".oga", content)
        return self._says({"voice": {**kept, "duration": duration, "mime_type": "audio/ogg"}})

    def sends_audio(self, content: bytes = b"ID3 song", title: str = "Песня") -> dict:
        kept = self._state.keep_file("music", ".mp3", content)
        return self._says(
            {"audio": {**kept, "duration": 180, "mime_type": "audio/mpeg", "title": title, "file_name": "song.mp3"}}
        )

    def sends_video(self, content: bytes = b"ftypmp42", caption: str = "") -> dict:
        kept = self._state.keep_file("videos", ".mp4", content)
        facts = {**kept, "duration": 9, "width": 1280, "height": 720, "mime_type": "video/mp4", "file_name": "clip.mp4"}
        return self._says({"video": facts}, caption=caption)

    def sends_video_note(self, content: bytes = b"ftypmp42 round") -> dict:
        kept = self._state.keep_file("video_notes", ".mp4", content)
        return self._says({"video_note": {**kept, "length": 384, "duration": 7}})

    def sends_animation(self, content: bytes = b"ftypmp42 loop") -> dict:
        kept = self._state.keep_file("animations", ".mp4", content)
        facts = {**kept, "mime_type": "video/mp4", "file_name": "cat.mp4"}
        return self._says({"animation": {**facts, "duration": 2, "width": 320, "height": 240}, "document": facts})

    def sends_sticker(self, content: bytes = b"RIFF webp", emoji: str = "👍") -> dict:
        kept = self._state.keep_file("stickers", ".webp", content)
        return self._says(
            {
                "sticker": {
                    **kept,
                    "type": "regular",
                    "width": 512,
                    "height": 512,
                    "is_animated": False,
                    "is_video": False,
                    "emoji": emoji,
                    "set_name": "Romashka",
                }
            }
        )

    def shares_contact(self, phone: str = "79161234567", own: bool = True) -> dict:
        card = {"phone_number": phone, "first_name": self.user["first_name"]}
        return self._says({"contact": card | ({"user_id": self.id} if own else {})})

    def shares_location(self, latitude: float = 55.7522, longitude: float = 37.6156) -> dict:
        return self._says({"location": {"latitude": latitude, "longitude": longitude}})

    def shares_venue(self, title: str = "Офис", address: str = "Тверская, 1") -> dict:
        point = {"latitude": 55.7522, "longitude": 37.6156}
        return self._says({"location": point, "venue": {"location": point, "title": title, "address": address}})

    def rolls_dice(self, value: int = 6) -> dict:
        return self._says({"dice": {"emoji": "🎲", "value": value}})

    def makes_poll(self, question: str = "Когда?") -> dict:
        option = {"persistent_id": "1", "text": "Завтра", "voter_count": 0}
        return self._says(
            {
                "poll": {
                    "id": "5",
                    "question": question,
                    "options": [option],
                    "total_voter_count": 0,
                    "is_closed": False,
                    "is_anonymous": True,
                    "type": "regular",
                    "allows_multiple_answers": False,
                    "allows_revoting": True,
                    "members_only": False,
                }
            }
        )

    def forwards(self, text: str, sender: str = "Иван Петров") -> dict:
        origin = {"type": "hidden_user", "date": self._state.now() - 3600, "sender_user_name": sender}
        return self._says({"text": text, "forward_origin": origin})

    def edits(self, message_id: int, text: str) -> dict:
        message = self._state.messages[self.token, message_id]
        field = "caption" if "caption" in message else "text"
        message = self._state.remember(self.token, message | {field: text, "edit_date": self._state.now()})
        return self._emulator.deliver(self.token, "edited_message", message)

    def presses(self, message_id: int, title: str) -> dict:
        """Presses the button `title` under a message of the bot."""
        message = self._state.messages[self.token, message_id]
        buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
        data = next(button["callback_data"] for button in buttons if button["text"] == title)
        return self.presses_data(data, message)

    def presses_data(self, data: str, message: dict | None = None) -> dict:
        query = str(4_000_000_000_000_000_000 + self._state.next_message())
        self._state.queries[query] = False
        body = {"id": query, "from": self.user, "chat_instance": "-7381983241", "data": data}
        return self._emulator.deliver(self.token, "callback_query", body | ({"message": message} if message else {}))

    def reacts(self, message_id: int, *emojis: str) -> dict:
        """With no emoji the reaction is taken back."""
        return self._emulator.deliver(
            self.token,
            "message_reaction",
            {
                "chat": self.chat,
                "message_id": message_id,
                "user": self.user,
                "date": self._state.now(),
                "old_reaction": [],
                "new_reaction": [{"type": "emoji", "emoji": emoji} for emoji in emojis],
            },
        )

    def blocks(self) -> dict:
        self._state.blocked.add((self.token, self.id))
        return self._membership("member", "kicked")

    def unblocks(self) -> dict:
        self._state.blocked.discard((self.token, self.id))
        return self._membership("kicked", "member")

    def writes_in_group(self, text: str) -> dict:
        group = {"id": -1001234567890, "type": "supergroup", "title": "Соседи"}
        return self._says({"text": text, "chat": group})

    def _membership(self, old: str, new: str) -> dict:
        return self._emulator.deliver(
            self.token,
            "my_chat_member",
            {
                "chat": self.chat,
                "from": self.user,
                "date": self._state.now(),
                "old_chat_member": self._member(old),
                "new_chat_member": self._member(new),
            },
        )

    def _member(self, status: str) -> dict:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": self._state.bot(self.token).user, "status": status, **until}

    def _says(self, content: dict, reply_to: int | None = None, caption: str = "") -> dict:
        state: State = self._state
        message = {
            "message_id": state.next_message(),
            "from": self.user,
            "chat": self.chat,
            "date": state.now(),
        } | content
        if caption:
            message["caption"] = caption
        if reply_to is not None:
            quoted = state.messages[self.token, reply_to]
            message["reply_to_message"] = {k: v for k, v in quoted.items() if k != "reply_to_message"}
        return self._emulator.deliver(self.token, "message", state.remember(self.token, message))
