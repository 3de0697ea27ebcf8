"""Every role on every route, against tests/architecture/matrix.txt; `--write` declares what is."""

import sys
from pathlib import Path

from c2d.core.permissions import registry
from tests.support.routes import PEOPLE, matrix_of
from tests.support.stage import on_stage
from tests.support.world import build_in

FILE = Path(__file__).parents[1] / "architecture" / "matrix.txt"
HEAD = """# What each role may do: yes, no (403), none (404: not theirs to see), login.
# anna administrator, boris supervisor, vera operator, galya custom role without answering,
# reader: an operator who may only read. The things tried belong to vera.
# empty: a custom role without rights. Of the custom roles with one single right: only these get a yes,
# unseen: these pass the gate and get 404, because it is not their chat.
"""


def run(scale: float = 1.0) -> tuple[bool, str]:
    """Differences from the declared matrix; none is right."""
    with on_stage() as (app, cast, as_):
        found = matrix_of(app, cast, as_, build_in(cast.romashka, cast.vera))
    if "--write" in sys.argv:
        FILE.write_text(HEAD + "".join(f"{route:60} | {verdicts}\n" for route, verdicts in sorted(found.items())))
    lines = [line for line in FILE.read_text().splitlines() if line and line[0] != "#"]
    declared = {route.strip(): verdicts.strip() for route, _, verdicts in (line.partition("|") for line in lines)}
    wrong = {route for route in {*found, *declared} if found.get(route) != declared.get(route)}
    tried = len(found) * (len(PEOPLE) + 1 + len(registry.all()))
    return not wrong, f"{len(found)} routes, {tried} tries, {len(wrong)} differences {sorted(wrong)[:3] or ''}"
