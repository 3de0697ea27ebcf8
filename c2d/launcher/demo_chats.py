"""Everybody who wrote to the demo company but Павел: today's rows and two months of history."""

from datetime import datetime, time, timedelta
from random import Random

from c2d.core.phones import readable
from c2d.launcher.demo_people import ADMIN, CHANNELS, CHRIS, NAMES, RYAN, TAGS, YURA, login_of
from c2d.launcher.demo_story import Address, Chat, Human, Line, Visit, tell
from c2d.launcher.demo_talk import COMMENTS, DRAFTS, TALKS, TODAY
from c2d.messages.models import FROM_CLIENT, TO_CLIENT

TEAM = (YURA, YURA, YURA, CHRIS, CHRIS, CHRIS, ADMIN, ADMIN, RYAN)
STATUSES = ("delivered", "read", "read")
ONLY_SENT = {"telegram"}  # a bot is not told what became of its messages
MAY_TELL = {"telegram", "wa_cloud", "vk"}  # where clients leave an e-mail too
PHONES = {"whatsapp", "wa_cloud", "viber", "sms"}
# how the newest request of a chat stands: closed, answered, client waits, nobody took it
STANDING = ("closed",) * 6 + ("answered",) * 3 + ("waits",) * 2 + ("new",)
HISTORY_DAYS = 58


def chats(moment: datetime, chance: Random) -> list[Chat]:
    """`moment` is now, in the company's time zone."""
    names = [name.strip() for name in NAMES.replace("\n", " ").split(",")]
    return [*_today(moment, chance), *(_past(name, n, moment, chance) for n, name in enumerate(names))]


def _today(moment: datetime, chance: Random) -> list[Chat]:
    found = []
    for name, channel, minutes, operator, talk in TODAY:
        end = moment - timedelta(minutes=minutes)
        lines = _said(tell(talk, end, operator, chance, _statuses(channel)), end)
        address = _address(name, channel, chance)
        human = _human(name or readable(address.phone), channel, chance)
        found.append(Chat(human, channel, address, [Visit(lines, operator)], draft=DRAFTS.get(name)))
    return found


def _past(name: str, n: int, moment: datetime, chance: Random) -> Chat:
    channel = chance.choices([place.key for place in CHANNELS], [place.weight for place in CHANNELS])[0]
    visits = [_old_visit(day, channel, moment, chance)
              for day in sorted(chance.sample(range(3, HISTORY_DAYS), chance.choice((0, 1, 1, 2, 3))), reverse=True)]
    visits.append(_newest(STANDING[n % len(STANDING)], channel, n, moment, chance))
    return Chat(_human(name, channel, chance), channel, _address(name, channel, chance), visits)


def _old_visit(days_ago: int, channel: str, moment: datetime, chance: Random) -> Visit:
    day = moment.date() - timedelta(days=days_ago)
    start = datetime.combine(day, time(chance.randint(9, 18), chance.randint(0, 59), chance.randint(0, 59)), moment.tzinfo)
    operator = chance.choice(TEAM)
    lines = tell(chance.choice(TALKS), start, operator, chance, _statuses(channel))
    return Visit(lines, operator, closed_at=lines[-1].at + timedelta(minutes=chance.randint(2, 40)))


def _newest(standing: str, channel: str, n: int, moment: datetime, chance: Random) -> Visit:
    operator = None if standing == "new" else chance.choice(TEAM)
    # the first are of the last hours, the others of the last two days
    ago = timedelta(minutes=25 + 23 * n if n < 24 else chance.randint(600, 2800))
    talk = TALKS[n % len(TALKS)]
    lines = tell(talk, moment, operator, chance, _statuses(channel))
    lines = _said(_cut(lines, standing), moment - ago)
    closed_at = lines[-1].at + timedelta(minutes=chance.randint(2, 18)) if standing == "closed" else None
    return Visit(lines, operator, closed_at)


def _cut(lines: list[Line], standing: str) -> list[Line]:
    """The talk as far as it has come."""
    if standing == "closed":
        return lines
    last = {"answered": TO_CLIENT, "waits": FROM_CLIENT, "new": FROM_CLIENT}[standing]
    ends = [n for n, line in enumerate(lines, 1) if line.kind == last]
    if standing == "new":
        first_other = next(n for n, line in enumerate(lines) if line.kind != FROM_CLIENT)
        return lines[:first_other]
    return lines[: ends[-1] if standing == "answered" else ends[1] if len(ends) > 1 else ends[0]]


def _said(lines: list[Line], end: datetime) -> list[Line]:
    by = end - max(line.at for line in lines)
    for line in lines:
        line.at += by
    return lines


def _statuses(channel: str) -> tuple:
    return ("sent",) if channel in ONLY_SENT else STATUSES


def _human(name: str, channel: str, chance: Random) -> Human:
    known = chance.random() < 0.45
    latin = login_of(name)
    return Human(
        name, login=latin if channel in ("telegram", "instagram") else "",
        email=f"{latin}@mail.example" if channel == "email" or (channel in MAY_TELL and chance.random() < 0.4) else "",
        comment=chance.choice(COMMENTS) if chance.random() < 0.2 else "",
        tags=tuple(chance.sample(list(TAGS), chance.choice((1, 1, 2)))) if known else (),
    )


def _address(name: str, channel: str, chance: Random) -> Address:
    digits = f"9{chance.randint(10, 99)}{chance.randint(1_000_000, 9_999_999)}"
    if not name:
        return Address("79123456789", "+79123456789")
    if channel in PHONES:
        return Address("7" + digits, "+7" + digits)
    if channel == "email":
        return Address(f"{login_of(name)}@mail.example")
    username = login_of(name) if channel in ("telegram", "instagram") else None
    return Address(digits, username=username and username.replace(".", "_"))
