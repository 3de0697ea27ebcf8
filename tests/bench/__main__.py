"""`python -m tests.bench [P1 P5 …] [--scale 0.01]` measures; `python -m tests.bench seed` only seeds.

At full scale (100 000 dialogs, 1 000 000 messages) everything takes about ten minutes and needs the
machine for itself. `--scale` is for trying whether it works: its figures mean nothing.
"""

import argparse
import sys
import time

from tests.bench import arena as arenas
from tests.bench.figures import Figure, keep, missing, table
from tests.bench.machine import describe
from tests.bench.measures import MEASURES
from tests.bench.measures.p11_memory import at_rest
from tests.support import running


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="seed|P1…", help="'seed', or measures; all without any")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the 100 000 dialogs")
    parser.add_argument("--anew", action="store_true", help="seed again although it is there")
    options = parser.parse_args()
    wanted = [name.upper() for name in options.what]
    if wanted == ["SEED"]:
        return _seed(options.scale, options.anew)
    if unknown := set(wanted) - MEASURES.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are seed, {', '.join(MEASURES)}")
    return _measure([name for name in MEASURES if name in wanted or not wanted], options.scale)


def _seed(scale: float, anew: bool) -> int:
    arenas.folder().mkdir(parents=True, exist_ok=True)
    for path in (arenas.folder(), arenas.folder().parent):
        path.chmod(0o711)
    with running.stores_in(arenas.folder()) as stores:
        print(f"ready: {arenas.seeded(stores, scale, anew)}")
    return 0


def _measure(names: list[str], scale: float) -> int:
    begun, figures = time.monotonic(), []
    with arenas.opened(scale) as arena:
        machine = describe(arena.url)
        if "P11" in names:
            figures += _guarded("P11", lambda _: at_rest(arena) or [], arena)
        for name in names:
            print(f"{name} … ", end="", flush=True, file=sys.stderr)
            figures += _guarded(name, MEASURES[name], arena)
            print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)
    if arenas.SERVERS == arenas.LOAD:
        machine += "; servers and load share one core: the figures mean little"
    if scale < 1:
        machine += f"; scale {scale:g}: only a trial"
    order = sorted(figures, key=lambda figure: int(figure.goal[1:]))
    print(table(order, machine))
    keep(order, machine, arenas.folder().with_name("bench.json"))
    return 0 if all(figure.reached for figure in figures) else 1


def _guarded(name: str, measure, arena: arenas.Arena) -> list[Figure]:
    """One measure that fails does not take the others with it."""
    try:
        return measure(arena)
    except Exception as error:
        print(f"{type(error).__name__}: {error} ", end="", file=sys.stderr)
        return [missing(name, "could not be measured", error)]


if __name__ == "__main__":
    sys.exit(main())
