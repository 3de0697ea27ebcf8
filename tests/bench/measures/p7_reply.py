"""P7: an operator's reply, stored and promised to the provider, its fragment returned."""

from itertools import count
from urllib.parse import urlencode

from tests.bench.arena import Arena
from tests.bench.figures import Figure, ms, paired
from tests.bench.measures.reading import median_of, samples
from tests.bench.seed.words import answer
from tests.support.http import request

DIALOGS = 60
_keys = count(1)


def measure(arena: Arena) -> list[Figure]:
    size = arena.many(100)

    def ours() -> float:
        return median_of(arena.visitor.line, _ours(arena, size))

    def floor() -> float:
        return median_of(arena.floor_line, _floor(arena, size))

    samples(arena.visitor.line, _ours(arena, DIALOGS))  # closed dialogs are opened again here
    samples(arena.floor_line, _floor(arena, DIALOGS))
    pair = paired(arena.rounds, ours, floor)
    return [Figure("P7", "reply, p50", ms(pair.ours), ms(pair.floor), pair.ratio, 1.4)]


def _targets(arena: Arena, size: int) -> list[int]:
    """Dialogs of the first Telegram channel."""
    return [arena.writers.clients[n % min(DIALOGS, len(arena.writers.clients))][0] for n in range(size)]


def _ours(arena: Arena, size: int) -> list[bytes]:
    return [
        arena.visitor.post(f"/chats/{dialog}/messages", _fields(), fragment=True) for dialog in _targets(arena, size)
    ]


def _floor(arena: Arena, size: int) -> list[bytes]:
    return [
        request("POST", f"/chats/{dialog}/messages", body=_encoded(),
                headers={"Content-Type": "application/x-www-form-urlencoded"})
        for dialog in _targets(arena, size)
    ]


def _fields() -> dict[str, str]:
    n = next(_keys)
    return {"text": answer(n), "client_key": f"bench-{n}", "mode": "reply"}


def _encoded() -> bytes:
    return urlencode(_fields()).encode()
