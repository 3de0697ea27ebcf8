"""The folder with everything one instance keeps on disk."""

import fcntl
import json
import os
import secrets
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from c2d.config import ROOT


class AlreadyRunning(RuntimeError):
    """Another supervisor holds this folder."""


class DataFolder:
    """`C2D_VAR`, by default `var/` beside app.py."""

    def __init__(self, path: Path):
        self.path = path.absolute()
        self.run = self.path / "run"
        self.log = self.path / "log"
        self._lock = None

    @classmethod
    def of_environment(cls) -> Self:
        return cls(Path(os.environ.get("C2D_VAR") or ROOT / "var"))

    def make(self) -> None:
        if not self.path.exists():
            self.path.mkdir(parents=True)
            # PostgreSQL runs as another user when c2d was started by root, and has to pass through.
            self.path.chmod(0o711)
        for folder in (self.run, self.log):
            folder.mkdir(exist_ok=True, mode=0o700)

    def lock(self) -> None:
        """Taken until this process ends, however it ends."""
        self._lock = open(self.path / "lock", "a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.seek(0)
            raise AlreadyRunning(self._lock.read().strip()) from None
        self._lock.truncate(0)
        self._lock.write(f"process {os.getpid()}")
        self._lock.flush()

    def part(self) -> None:
        """In a copy of the process that holds the lock: leave it to the original alone."""
        self._lock.close()

    def secret_key(self) -> str:
        file = self.path / "secret"
        if not file.exists():
            _write_private(file, secrets.token_urlsafe(48))
        return file.read_text().strip()

    def keep_environment(self, values: Mapping[str, str]) -> None:
        """For `flask shell` and other tools in a second terminal."""
        lines = [f"{name}={shlex.quote(value)}\n" for name, value in values.items()]
        _write_private(self.run / "env", "".join(lines))

    def take_environment(self) -> None:
        """In a second terminal: what the c2d that runs on this folder told its processes, where nothing else is given."""
        file = self.run / "env"
        for line in shlex.split(file.read_text()) if file.exists() else ():
            name, _equals, value = line.partition("=")
            os.environ.setdefault(name, value)

    def forget_environment(self) -> None:
        (self.run / "env").unlink(missing_ok=True)

    def demo(self) -> dict | None:
        file = self.run / "demo.json"
        return json.loads(file.read_text()) if file.exists() else None

    def keep_demo(self, facts: dict | None) -> None:
        """New facts, or those of an earlier start when None, under the address of this start."""
        facts = facts or self.demo()
        if facts is None:
            return
        base_url = os.environ["PUBLIC_URL"]
        facts = {**_moved(facts, facts.get("base_url") or "", base_url), "base_url": base_url}
        _write_private(self.run / "demo.json", json.dumps(facts, ensure_ascii=False, indent=2))


def _moved(facts, old: str, new: str):
    """The same facts with every `url` under another base address; paths count as under any."""
    if isinstance(facts, dict):
        return {
            key: _moved_url(value, old, new) if key == "url" else _moved(value, old, new)
            for key, value in facts.items()
        }
    if isinstance(facts, list):
        return [_moved(fact, old, new) for fact in facts]
    return facts


def _moved_url(url: str, old: str, new: str) -> str:
    path = url.removeprefix(old)
    return new + path if path.startswith("/") else url


def _write_private(file: Path, text: str) -> None:
    """Whole or not at all, and readable by the owner alone."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(text)
    draft.replace(file)
