"""What the emulator remembers: bots, chats, messages, files, and every call that was made."""

import itertools
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Call:
    """One request as it came: `params` are decoded, `files` maps a field to (name, mime, bytes); `status`
    is the answer."""

    method: str
    token: str
    params: dict
    files: dict
    at: float
    status: int = 0


@dataclass
class Fault:
    """Answers `method` ('*': all) with an error the next `times` calls. `drop` breaks the connection instead, 'before'
    the call is carried out or 'after'; `status` 0 with a `delay` in seconds only makes it slow."""

    method: str = "*"
    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    times: int = 1
    drop: str = ""
    delay: float = 0.0


@dataclass
class Hook:
    url: str = ""
    secret_token: str = ""
    allowed_updates: list = field(default_factory=list)
    max_connections: int = 40
    last_error: str = ""
    last_error_date: int = 0


@dataclass
class Bot:
    token: str
    hook: Hook = field(default_factory=Hook)
    pending: list = field(default_factory=list)

    @property
    def user(self) -> dict:
        number = int(self.token.partition(":")[0])
        return {"id": number, "is_bot": True, "first_name": "Ромашка", "username": f"romashka{number}_bot"}

    @property
    def me(self) -> dict:
        return {
            **self.user,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }


class State:
    """All of it under one lock; `serial` numbers are unique over the emulator's life, as message ids of one bot are."""

    def __init__(self):
        self.lock = threading.RLock()
        self._message_numbers = itertools.count(1)
        self._update_numbers = itertools.count(500_000_000)
        self._file_numbers = itertools.count(1)
        self.reset()

    def reset(self) -> None:
        with self.lock:
            self.bots: dict[str, Bot] = {}
            self.calls: list[Call] = []
            self.faults: list[Fault] = []
            self.files: dict[str, tuple[str, bytes]] = {}
            self.messages: dict[tuple[str, int], dict] = {}
            self.queries: dict[str, bool] = {}
            self.people: dict[int, dict] = {}
            self.blocked: set[tuple[str, int]] = set()
            self.revoked: set[str] = set()
            self.deliveries: list[dict] = []
            self.latency = 0.0
            self.down = False
            self.strangers_refused = False

    def bot(self, token: str) -> Bot:
        with self.lock:
            return self.bots.setdefault(token, Bot(token))

    def next_message(self) -> int:
        return next(self._message_numbers)

    def next_update(self) -> int:
        return next(self._update_numbers)

    def now(self) -> int:
        return int(time.time())

    def keep_file(self, folder: str, suffix: str, content: bytes) -> dict:
        """Stores bytes; the facts that every Telegram file object has."""
        number = next(self._file_numbers)
        file_id = f"AgACAgIAAxkBAAIB{number:012d}"
        with self.lock:
            self.files[file_id] = (f"{folder}/file_{number}{suffix}", content)
        return {"file_id": file_id, "file_unique_id": f"AQAD{number:010d}", "file_size": len(content)}

    def take_fault(self, method: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.method in ("*", method) and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None

    def remember(self, token: str, message: dict) -> dict:
        with self.lock:
            self.messages[token, message["message_id"]] = message
        return message
