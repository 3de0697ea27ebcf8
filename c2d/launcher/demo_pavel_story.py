"""Павел Никулин's two dialogs as chats."""

from datetime import datetime, time, timedelta
from random import Random

from c2d.launcher import demo_pavel as pavel
from c2d.launcher.demo_people import ADMIN, CHRIS, YURA
from c2d.launcher.demo_story import Address, Chat, Human, Line, Visit, shift_to_end, tell
from c2d.messages.models import BOT, COMMENT, FROM_CLIENT, TO_CLIENT

KINDS = {"bot": (BOT, None), "client": (FROM_CLIENT, None), "voice": (FROM_CLIENT, None), "admin": (TO_CLIENT, ADMIN),
         "note": (COMMENT, YURA)}


def chats(today: datetime, chance: Random) -> list[Chat]:
    """`today` is the day, in the company's time zone, on which he wrote."""
    # two cards, which the first look at the demo may link
    earlier = Human(pavel.NAME, comment=pavel.COMMENT)
    human = Human(pavel.NAME, pavel.LOGIN, comment=pavel.COMMENT, tags=pavel.TAGS)
    return [_tamtam(earlier, today, chance), _telegram(human, today)]


def _telegram(human: Human, today: datetime) -> Chat:
    def at(clock: str) -> datetime:
        return datetime.combine(today.date(), time.fromisoformat(clock), today.tzinfo)

    lines = [_line(at(when), who, text, status, problem) for when, who, text, status, problem in pavel.TELEGRAM]
    visit = Visit(lines[1:], ADMIN, number=pavel.NUMBER, taken=False)
    changed = [(at(pavel.NAMED), "name", pavel.NAME), (at(pavel.COMMENTED), "comment", pavel.COMMENT)]
    facts = [(when, "card_changed", ADMIN, {"field": field, "old": "", "new": new}) for when, field, new in changed]
    facts.append((at(pavel.TAGGED), "tags_added", ADMIN, {"names": list(pavel.TAGS)}))
    address = Address(pavel.TELEGRAM_ID, username=pavel.LOGIN)
    return Chat(human, "telegram", address, [visit], before=lines[:1], facts=facts)


def _line(at: datetime, who: str, text: str, status: str, problem: str | None) -> Line:
    kind, operator = KINDS[who]
    content = {}
    if kind == BOT:
        content["buttons"] = [
            {"title": title, "payload": payload, **({"picked": True} if payload == pavel.PICKED else {})}
            for title, payload in pavel.BUTTONS
        ]
    return Line(at, kind, text, operator, "voice" if who == "voice" else None, status, problem, content)


def _tamtam(human: Human, today: datetime, chance: Random) -> Chat:
    ended = today - timedelta(days=6, hours=2)
    lines = shift_to_end(tell(pavel.TAMTAM, ended, CHRIS, chance, ("read",)), ended)
    visit = Visit(lines, CHRIS, closed_at=lines[-1].at + timedelta(minutes=4))
    return Chat(human, "tamtam", Address(pavel.TAMTAM_ID), [visit])
