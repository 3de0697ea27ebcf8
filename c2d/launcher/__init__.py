"""Starting c2d: everything at once for one machine, or one process for a host that runs many."""

import os
import signal
import sys
from collections.abc import Sequence
from functools import cache

from flask import Flask
from gunicorn.app import wsgiapp as gunicorn_program
from sqlalchemy.orm import configure_mappers
from werkzeug.utils import import_string

from c2d import create_app, wiring
from c2d.launcher import supervisor
from c2d.launcher.data_folder import ROOT, DataFolder


def main(arguments: Sequence[str]) -> int:
    """What `python app.py` does with its arguments."""
    if not arguments:
        return supervisor.run(DataFolder.of_environment(), application, COMMANDS)
    name, rest = arguments[0], arguments[1:]
    if name in TOOLS:
        DataFolder.of_environment().take_environment()
        return import_string(TOOLS[name])(application(), rest)
    if rest or name not in COMMANDS:
        print(f"Usage: python app.py [{'|'.join([*COMMANDS, *TOOLS])}]", file=sys.stderr)
        return 2
    return COMMANDS[name]() or 0


@cache
def application() -> Flask:
    """One for each process, and for all copies of a process that made it."""
    app = create_app()
    configure_mappers()
    return app


def web() -> None:
    os.chdir(ROOT)
    sys.argv = [gunicorn_program.__file__, "app:app", "-c", "gunicorn.conf.py"]
    gunicorn_program.run(prog="gunicorn")


def intake() -> int | None:
    return _until_stopped("c2d.channels.intake:run")


def worker() -> int | None:
    return _until_stopped("c2d.core.jobs:run_worker", getattr(wiring, "BESIDE", ()))


def clock() -> int | None:
    return _until_stopped("c2d.core.jobs:run_clock", getattr(wiring, "PERIODIC", ()))


def release() -> None:
    """Bring the database's schema up to date."""
    _upgrade(application())


def prepare() -> None:
    """Schema, then the demo company if this database is empty."""
    app = application()
    _upgrade(app)
    if app.config["DEMO"]:
        # Deferred: only a first start needs what the demo company is made of.
        facts = import_string("c2d.launcher.demo:fill_if_empty")(app)
        DataFolder.of_environment().keep_demo(facts)


def _upgrade(app: Flask) -> None:
    # Deferred: Alembic is loaded only where the schema changes.
    import_string("c2d.launcher.migrations:upgrade")(app)


def _until_stopped(entry_point: str, *arguments) -> int | None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with application().app_context():
        return import_string(entry_point)(*arguments)


COMMANDS = {
    command.__name__: command for command in (web, intake, worker, clock, release, prepare)
}
# For people: `run(app, arguments)`, which reads its own arguments. Imported when asked for.
TOOLS = {"licence": "c2d.launcher.licence:run", "technical-access": "c2d.launcher.technical_access:run"}
