"""What happened in the demo company, before any of it is a row: chats, their requests and their lines."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from c2d.launcher.demo_talk import CITIES, DAYS
from c2d.messages.models import BOT, COMMENT, FROM_CLIENT, TO_CLIENT

WHO = {"<": FROM_CLIENT, ">": TO_CLIENT, "!": COMMENT, "*": BOT}
FILES = ("photo", "voice", "file")


@dataclass
class Line:
    at: datetime
    kind: str
    text: str = ""
    operator: str | None = None
    file: str | None = None
    status: str = ""
    problem: str | None = None
    content: dict = field(default_factory=dict)

    @property
    def file_name(self) -> str | None:
        """Words that only name the file are not said."""
        return self.text if self.file == "file" and self.text.endswith(".pdf") else None


@dataclass
class Visit:
    """One request: from the client's first line to the closing, if it was closed."""

    lines: list[Line]
    operator: str | None = None
    closed_at: datetime | None = None
    number: int | None = None
    taken: bool = True  # by the operator, without being asked

    @property
    def opened_at(self) -> datetime:
        return self.lines[0].at

    @property
    def assigned_at(self) -> datetime:
        """A little before the first answer; one who was asked had it at once."""
        if not self.taken:
            return self.opened_at + timedelta(seconds=42)
        answers = [line.at for line in self.lines if line.operator]
        return answers[0] - timedelta(seconds=20) if answers else self.opened_at + timedelta(seconds=40)


@dataclass
class Human:
    """A client card to be."""

    name: str
    login: str = ""
    email: str = ""
    comment: str = ""
    tags: tuple[str, ...] = ()


@dataclass
class Address:
    """Where the client is reached in a messenger: a phone of theirs, or the messenger's id."""

    external_id: str
    phone: str | None = None
    username: str | None = None


@dataclass
class Chat:
    human: Human
    channel: str
    address: Address
    visits: list[Visit]
    before: list[Line] = field(default_factory=list)
    draft: str | None = None
    facts: list[tuple[datetime, str, str, dict]] = field(default_factory=list)  # when, kind, operator, particulars


def tell(talk: str, start: datetime, operator: str | None, chance: Random, statuses: tuple = ("sent",)) -> list[Line]:
    """The lines of a talk with times from `start` on; answers are the operator's."""
    values = {"order": chance.randint(10_200, 98_700), "sum": f"{chance.randint(9, 149)}90",
              "day": chance.choice(DAYS), "city": chance.choice(CITIES)}
    lines, at, before = [], start, ""
    for row in filter(None, (row.strip() for row in talk.splitlines())):
        mark, words = row[0], row[1:]
        file = next((f for f in FILES if words.startswith(f)), None)
        text = (words.partition(":")[2] if file else words).strip().format(**values)
        at += timedelta(seconds=_pause(mark, before, chance)) if lines else timedelta()
        answered = mark in ">!"
        lines.append(Line(
            at, WHO[mark], text, operator=operator if answered else None, file=file,
            status=chance.choice(statuses) if mark in ">*" else "",
        ))
        before = mark
    return lines


def shift_to_end(lines: list[Line], end: datetime) -> list[Line]:
    """The same lines, the last of them said at `end`."""
    by = end - lines[-1].at
    for line in lines:
        line.at += by
    return lines


def _pause(mark: str, before: str, chance: Random) -> int:
    if mark == before:
        return chance.randint(8, 50)
    return chance.randint(70, 520) if mark == ">" else chance.randint(35, 240)
