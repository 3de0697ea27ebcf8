"""`python -m tests.score` lists the scores; `python -m tests.score NAME [--scale 0.2]` runs one.

The exit status is 1 when the promise did not hold.
"""

import argparse
import ast
import importlib
import pkgutil
import sys
import time
from pathlib import Path

from tests import score

FOLDER = Path(score.__file__).parent


def names() -> list[str]:
    """All scores, sorted."""
    return sorted(found.name for found in pkgutil.iter_modules([str(FOLDER)]) if not found.name.startswith("_"))


def promise(name: str) -> str:
    """The first line of the score's docstring, read without importing it."""
    found = ast.get_docstring(ast.parse((FOLDER / f"{name}.py").read_text())) or ""
    return found.partition("\n")[0]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.score", description=__doc__)
    parser.add_argument("name", nargs="?")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full load")
    parser.add_argument("--write", action="store_true", help="matrix: declare what is")
    options = parser.parse_args()
    if options.name is None:
        width = max(map(len, names()), default=0)
        for name in names():
            print(f"{name.replace('_', '-'):{width}}  {promise(name)}")
        return 0
    options.name = options.name.replace("-", "_")
    if options.name not in names():
        parser.error(f"no score is called {options.name}; there are {', '.join(names())}")
    begun = time.monotonic()
    held, figures = importlib.import_module(f"tests.score.{options.name}").run(options.scale)
    name, verdict = options.name.replace("_", "-"), "reached" if held else "FELL SHORT"
    print(f"{name}: {verdict} · {figures} · {time.monotonic() - begun:.0f} s")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
