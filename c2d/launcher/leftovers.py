"""What a killed supervisor may have left running: written down while it runs, ended at the next start.

Linux ends such processes by itself, though not at once; macOS does not.
"""

import json
from collections.abc import Iterable

import psutil

from c2d.launcher.child import Child, kill_family
from c2d.launcher.data_folder import DataFolder

FILE = "processes.json"
PATIENCE = 20


def remember(folder: DataFolder, children: Iterable[Child]) -> None:
    known = {}
    for child in children:
        try:
            # A number is given to another process some day, but not with the same time of birth.
            born = psutil.Process(child.process.pid).create_time()
        except psutil.NoSuchProcess:
            continue
        known[child.process.pid] = [born, child.stop_signal]
    (folder.run / FILE).write_text(json.dumps(known))


def clear(folder: DataFolder) -> None:
    """End what is still there."""
    alive = _still_alive(folder)
    for process, stop_signal in alive.items():
        try:
            process.send_signal(stop_signal)
        except psutil.NoSuchProcess:
            pass
    for process in psutil.wait_procs(list(alive), timeout=PATIENCE)[1]:
        kill_family(process.pid)
    forget(folder)


def forget(folder: DataFolder) -> None:
    (folder.run / FILE).unlink(missing_ok=True)


def _still_alive(folder: DataFolder) -> dict[psutil.Process, int]:
    try:
        known = json.loads((folder.run / FILE).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    alive = {}
    for pid, (born, stop_signal) in known.items():
        try:
            process = psutil.Process(int(pid))
            if abs(process.create_time() - born) < 2:
                alive[process] = stop_signal
        except psutil.NoSuchProcess:
            continue
    return alive
