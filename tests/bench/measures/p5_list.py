"""P5: the list of chats with tags, channel marks, unread and counts; 100 dialogs against 100 000."""

from statistics import median

from tests.bench.arena import Arena
from tests.bench.figures import Figure, ms, paired
from tests.bench.load import percentile
from tests.bench.measures.reading import median_of, samples
from tests.support.http import request

PATH = "/chats/rows?folder=all"


def measure(arena: Arena) -> list[Figure]:
    big, small = arena.visitor, arena.small_visitor
    ours = [big.get(PATH, fragment=True)] * arena.many(150)
    few = [small.get(PATH, fragment=True)] * arena.many(150)
    floor = [request("GET", "/rows")] * arena.many(150)
    for line, requests in ((big.line, ours), (small.line, few), (arena.floor_line, floor)):
        samples(line, requests[:20])
    by_size, tails = _sizes(arena, ours, few)
    pair = paired(arena.rounds, lambda: median_of(big.line, ours), lambda: median_of(arena.floor_line, floor))
    return [
        Figure("P5", f"list, 100 → {arena.sizes.dialogs} dialogs, p95", f"{ms(tails[1])} → {ms(tails[0])}", "",
               by_size, 1.2),
        Figure("P5", "list, p50", ms(pair.ours), ms(pair.floor), pair.ratio, 4),
    ]


def _sizes(arena: Arena, ours: list[bytes], few: list[bytes]) -> tuple[float, tuple[float, float]]:
    """Big against small, in halves that alternate, so that a bad moment hits both."""
    ratios, bigs, smalls = [], [], []
    for _ in range(arena.rounds):
        large, little = [], []
        for start in range(0, len(ours), 10):
            large += samples(arena.visitor.line, ours[start : start + 10])
            little += samples(arena.small_visitor.line, few[start : start + 10])
        bigs.append(percentile(large, 0.95))
        smalls.append(percentile(little, 0.95))
        ratios.append(bigs[-1] / smalls[-1])
    return median(ratios), (median(bigs), median(smalls))
