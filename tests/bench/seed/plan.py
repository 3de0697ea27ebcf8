"""How much is seeded, and which dialog gets how many messages."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

LINKED = 5
SPECIAL = 6
SHORT = 50


@dataclass(frozen=True)
class Sizes:
    """`deep` is the length of the two longest dialogs, in messages."""

    dialogs: int = 100_000
    messages: int = 1_000_000
    operators: int = 50
    deep: int = 5_000


def sizes(scale: float = 1.0) -> Sizes:
    """The big company, or a part of it for a quick try; never less than what the measures need."""
    dialogs = max(400, int(100_000 * scale))
    deep = max(400, int(5_000 * min(1, 5 * scale)))
    return Sizes(dialogs, max(10 * dialogs, 10_000), 50 if dialogs > 5_000 else 8, deep)


SMALL = Sizes(100, 1_000, 8, 100)


def midnight() -> datetime:
    """The beginning of today, UTC."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Plan:
    """Who writes when. Persons, clients and dialogs are numbered from 0; a dialog has its client's number.

    The first six cards have five clients each: the first client of the cards 0 to 3 has a dialog
    of 50 messages, that of the cards 4 and 5 one of `deep`. Further on every twentieth client
    shares the card of the one before.
    """

    sizes: Sizes
    until: datetime = field(default_factory=midnight)

    @cached_property
    def cards(self) -> list[int]:
        """The card of each client."""
        numbers, last = [], -1
        for n in range(self.sizes.dialogs):
            grouped = n < SPECIAL * LINKED
            if not (n % LINKED if grouped else n % 20 == 0):
                last += 1
            numbers.append(last)
        return numbers

    @cached_property
    def counts(self) -> list[int]:
        """Messages of each dialog; their sum is exact."""
        chance = random.Random(2)
        special = {n * LINKED: SHORT if n < 4 else self.sizes.deep for n in range(SPECIAL)}
        others = [n for n in range(self.sizes.dialogs) if n not in special]
        left = self.sizes.messages - sum(special.values())
        if left < len(others):
            raise ValueError(f"{self.sizes.messages} messages are too few for {self.sizes.dialogs} dialogs")
        mean = left / len(others)
        counts = [1 + int(chance.expovariate(1 / max(mean - 1, 0.01))) for _ in range(self.sizes.dialogs)]
        difference = left - sum(counts[n] for n in others)
        while difference:
            for n in others:
                step = 1 if difference > 0 else -1 if difference < 0 and counts[n] > 1 else 0
                counts[n] += step
                difference -= step
        for n, count in special.items():
            counts[n] = count
        return counts

    def order(self) -> list[int]:
        """The dialog of each message, oldest first: everybody writes all the time, mixed."""
        dialogs = [n for n, count in enumerate(self.counts) for _ in range(count)]
        random.Random(3).shuffle(dialogs)
        return dialogs

    def moment(self, position: int) -> str:
        """When message number `position` came: a year, evenly; ISO 8601."""
        left = timedelta(days=365) * (1 - position / self.sizes.messages)
        return (self.until - left).isoformat()
