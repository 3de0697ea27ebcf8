"""How often the processes of a running instance compute password hashes and one-time codes.

Python reads `sitecustomize` before anything else, so the libraries themselves count and c2d knows nothing of it:

    counters = Counters(folder)
    with running.small(counters.env) as instance: ...
    counters.read()["hash"]
"""

import os
from pathlib import Path

_WRAPPING = '''
import os

import argon2
import pyotp


def counted(owner, name, what):
    real = getattr(owner, name)
    file = os.open(os.path.join(os.environ["C2D_COUNTED"], what), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def wrapper(*args, **options):
        os.write(file, b".")
        return real(*args, **options)

    setattr(owner, name, wrapper)


counted(argon2.PasswordHasher, "verify", "hash")
counted(argon2.PasswordHasher, "hash", "made")
counted(pyotp.OTP, "generate_otp", "code")
'''


class Counters:
    """`env` is for the processes to be counted."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "sitecustomize.py").write_text(_WRAPPING)
        before = os.environ.get("PYTHONPATH")
        self.env = {"PYTHONPATH": f"{folder}{os.pathsep}{before}" if before else str(folder), "C2D_COUNTED": str(folder)}

    def read(self) -> dict[str, int]:
        """{'hash': passwords verified, 'made': passwords hashed, 'code': one-time codes computed} since the start."""
        return {what: self._size(what) for what in ("hash", "made", "code")}

    def _size(self, what: str) -> int:
        file = self.folder / what
        return file.stat().st_size if file.exists() else 0
