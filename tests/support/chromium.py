"""The browser of the browser tests: found on this machine, or brought when that is possible.

`python -m tests.support.chromium` is what `make test` calls; the tests call `find()`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PACKAGES = ("chromium", "fonts-noto-core", "fonts-noto-color-emoji")
# Without the last five a browser without network looks for its maker's servers all the time.
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)
MISSING = (
    "No Chrome or Chromium was found, so the browser tests cannot run. Install one "
    "(Debian: apt-get install chromium fonts-noto-core) or name it in CHROMIUM=/path."
)


def find() -> str | None:
    """The program to run, or None."""
    if named := os.environ.get("CHROMIUM"):
        return named
    found = (shutil.which(name) for name in NAMES)
    installed = (path for path in APPLICATIONS if Path(path).exists())
    return next((path for path in found if path), None) or next(installed, None)


def bring() -> None:
    """Only where nobody has to be asked: as root on Debian."""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print("Installing Chromium for the browser tests …", flush=True)
    subprocess.run(["apt-get", "update", "-qq"], env=env, **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], env=env, **quiet)


def main() -> int:
    if find() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        bring()
    if find() is None:
        print(MISSING, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
