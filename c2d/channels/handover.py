"""What the channels give to and need from the slices after them.

Those stand to the right, so they are not imported: wiring fills the slots of `HANDOVER`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from c2d.channels.access import Account
from c2d.channels.contract import ChannelError, Event, Outbound, SendResult


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event of a delivery; `at` is when the delivery reached us."""

    delivery_id: int
    at: datetime
    event: Event


@dataclass(slots=True)
class Verdicts:
    """What became of a batch: all is stored except what is named here, by the delivery's id."""

    quarantined: dict[int, str] = field(default_factory=dict)  # nobody can be named as the sender
    held: set[int] = field(default_factory=set)  # look again in a few seconds
    acknowledge: list[str] = field(default_factory=list)  # tokens of pressed buttons


@dataclass(slots=True)
class Handover:
    """`receive` takes a batch of one channel in, in the transaction and scope that are open. `compose` makes what
    leaves of a message (None when it must not leave). The others record what became of a sending, each in the
    transaction of the sending's own row."""

    receive: Callable[[Account, list[Arrival]], Verdicts] = None
    compose: Callable[[int], Outbound | None] = None
    accepted: Callable[[int, SendResult], None] = None
    delayed: Callable[[int, ChannelError], None] = None
    failed: Callable[[int, ChannelError], None] = None
    queued: Callable[[int], None] = None


HANDOVER = Handover()
