"""Messages, requests and events of all dialogs, in the order in which they would have come."""

from array import array
from dataclasses import dataclass

from tests.bench.seed.company import Frame
from tests.bench.seed.plan import Plan
from tests.bench.seed.sheets import Sheet
from tests.bench.seed.words import answer, question

# A request is eight messages long and ends with the operator's word.
ROUND = ("from_client", "to_client", "from_client", "from_client", "to_client", "comment", "from_client", "to_client")
FACT = {"from_client": "message_received", "to_client": "message_sent", "comment": "comment_added"}
# Dialogs whose last message came within the newest 3 % of messages are still open.
STILL_OPEN = 0.97
_QUESTIONS = [question(n) for n in range(4_000)]
_ANSWERS = [answer(n) for n in range(2_000)]

MESSAGE = "company_id, id, dialog_id, channel_id, request_id, kind, text, operator_id, status, provider_id, at"
EVENT = "company_id, seq, kind, journal, actor_id, dialog_id, client_id, message_id, particulars, at, dispatched_at"
REQUEST = "company_id, id, dialog_id, number, opened_at, closed_at, closed_by, operator_id"


@dataclass(frozen=True)
class Firsts:
    """The first of the reserved ids; row number n has `first + n`."""

    card: int
    client: int
    dialog: int
    message: int
    request: int
    number: int


class History:
    """After `write`: what each dialog's row must say. Positions are places in the order of messages."""

    def __init__(self, plan: Plan, frame: Frame, firsts: Firsts):
        self.plan, self.frame, self.firsts = plan, frame, firsts
        self.messages = Sheet("messages", MESSAGE)
        self.events = Sheet("event_records", EVENT)
        self.requests = Sheet("requests", REQUEST)
        self.seq = 0
        dialogs = plan.sizes.dialogs
        self.written = array("l", [0]) * dialogs
        self.last = array("l", [0]) * dialogs
        self.request = array("l")
        total = 0
        for count in plan.counts:
            self.request.append(total)
            total += -(-count // len(ROUND))
        self.opened = array("l", [0]) * total
        self.closed = array("l", [-1]) * total

    def operator(self, dialog: int) -> int:
        return self.frame.operators[dialog % len(self.frame.operators)]

    def is_open(self, dialog: int) -> bool:
        """Is its newest request still going on?"""
        mid_request = self.written[dialog] % len(ROUND) != 0
        return mid_request and self.last[dialog] > STILL_OPEN * self.plan.sizes.messages

    def newest_request(self, dialog: int) -> int:
        return self.request[dialog] + (self.written[dialog] - 1) // len(ROUND)

    def newest_kind(self, dialog: int) -> str:
        return ROUND[(self.written[dialog] - 1) % len(ROUND)]

    def text(self, position: int, kind: str) -> str:
        pool = _QUESTIONS if kind == "from_client" else _ANSWERS
        return pool[position * 31 % len(pool)]

    def write(self) -> None:
        """Fill the three sheets."""
        for position, dialog in enumerate(self.plan.order()):
            self._message(position, dialog)
        for dialog in range(self.plan.sizes.dialogs):
            request = self.newest_request(dialog)
            if self.closed[request] < 0 and not self.is_open(dialog):
                self._close(request, dialog, self.last[dialog])
        for dialog, first in enumerate(self.request):
            for request in range(first, self.newest_request(dialog) + 1):
                self._request(request, dialog)

    def _message(self, position: int, dialog: int) -> None:
        k = self.written[dialog]
        self.written[dialog] = k + 1
        self.last[dialog] = position
        request = self.request[dialog] + k // len(ROUND)
        at, kind = self.plan.moment(position), ROUND[k % len(ROUND)]
        if k % len(ROUND) == 0:
            self.opened[request] = position
            self._fact("request_opened", True, "\\N", dialog, "\\N", self._number(request), at)
        inbound = kind == "from_client"
        author = "\\N" if inbound else self.operator(dialog)
        id = self.firsts.message + position
        provider = "\\N" if kind == "comment" else f"seed-{id}"
        self.messages.add_line(
            f"{self.frame.company_id}\t{id}\t{self.firsts.dialog + dialog}\t{self.frame.channels[dialog % 10]}\t"
            f"{self.firsts.request + request}\t{kind}\t{self.text(position, kind)}\t{author}\t"
            f"{'read' if kind == 'to_client' else ''}\t{provider}\t{at}\n")
        self._fact(FACT[kind], False, author, dialog, id, "{}", at)
        if k % len(ROUND) == len(ROUND) - 1:
            self._close(request, dialog, position)

    def _close(self, request: int, dialog: int, position: int) -> None:
        self.closed[request] = position
        self._fact("request_closed", True, self.operator(dialog), dialog, "\\N", self._number(request),
                   self.plan.moment(position))

    def _number(self, request: int) -> str:
        return f'{{"number": {self.firsts.number + request}}}'

    def _fact(self, kind: str, journal: bool, actor: object, dialog: int, message: object, more: str, at: str) -> None:
        self.seq += 1
        self.events.add_line(
            f"{self.frame.company_id}\t{self.seq}\t{kind}\t{'t' if journal else 'f'}\t{actor}\t"
            f"{self.firsts.dialog + dialog}\t{self.firsts.client + dialog}\t{message}\t{more}\t{at}\t{at}\n")

    def _request(self, request: int, dialog: int) -> None:
        closed = self.closed[request]
        operator = self.operator(dialog)
        self.requests.add(
            self.frame.company_id, self.firsts.request + request, self.firsts.dialog + dialog,
            self.firsts.number + request, self.plan.moment(self.opened[request]),
            self.plan.moment(closed) if closed >= 0 else None, operator if closed >= 0 else None, operator)
