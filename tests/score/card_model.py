"""500 runs of any edits, links and partings: each client on one card, nothing lost, parting restores exactly."""

from tests.support import card_model
from tests.support.stage import on_stage

RUNS, STEPS = 500, 20


def run(scale: float = 1.0) -> tuple[bool, str]:
    """Hypothesis looks for an order that breaks a promise; the shortest one it finds is printed."""
    runs = max(1, int(RUNS * scale))
    with on_stage() as (app, cast, _):
        try:
            card_model.play(app, cast.boris, runs, STEPS)
        except AssertionError as broken:
            return False, f"{runs} runs of up to {STEPS} steps: {broken}"
    return True, f"{runs} runs of up to {STEPS} steps, nothing broken"
