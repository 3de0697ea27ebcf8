"""Chats of the demo as rows, a table at a time: cards, clients, dialogs, requests, messages with files, facts."""

import zlib
from datetime import datetime
from random import Random

from c2d.channels.models import DEAD, Channel, Sending
from c2d.channels.transports import TRANSPORTS
from c2d.clients import searching
from c2d.clients.models import CardTag, Client, ClientCard, Email, Phone
from c2d.core.db import db
from c2d.core.phones import normalise
from c2d.core.sql import scoped
from c2d.core.text import one_line
from c2d.dialogs.models import CLOSED, OPEN, Dialog, Draft, Request
from c2d.dialogs.upkeep import PREVIEW
from c2d.launcher.demo_attachments import Shelf
from c2d.launcher.demo_facts import Facts
from c2d.launcher.demo_pavel import NUMBER
from c2d.launcher.demo_people import TAGS
from c2d.launcher.demo_story import Chat, Human, Line
from c2d.messages.arriving import OWN_ID
from c2d.messages.models import BOT, COMMENT, FROM_CLIENT, TO_CLIENT, Message

_numbers = scoped("""
    SELECT nextval('request_numbers') AS number FROM generate_series(1, %(n)s) WHERE %(company)s > 0""")
PREVIEW_KINDS = {"photo": "image", "voice": "voice", "file": "file", BOT: "bot", COMMENT: "comment"}


class Writer:
    """Writes all chats into the open transaction of the company in scope."""

    def __init__(self, operators: dict[str, int], names: dict[str, str], channels: dict[str, Channel],
                 tags: dict[str, int], chance: Random):
        self.operators, self.channels, self.tags, self.chance = operators, channels, tags, chance
        self.facts, self.shelf = Facts(operators, names), Shelf(chance)

    def write(self, chats: list[Chat]) -> None:
        cards = self._cards(chats)
        clients = self._clients(chats, cards)
        dialogs = self._dialogs(chats, clients)
        requests = self._requests(chats, dialogs)
        spoken = self._messages(chats, dialogs, requests)
        for chat, dialog, messages in zip(chats, dialogs, spoken, strict=True):
            self._sum_up(chat, dialog, messages)
        self.facts.write()
        db.session.flush()

    def _cards(self, chats: list[Chat]) -> dict[int, ClientCard]:
        """By the identity of the human, who may have several chats."""
        cards: dict[int, ClientCard] = {}
        for chat in chats:
            cards.setdefault(id(chat.human), self._card(chat.human, chat))
        db.session.add_all(cards.values())
        db.session.flush()
        humans = {id(chat.human): chat.human for chat in chats}
        db.session.add_all(Email(card_id=cards[key].id, raw=human.email, address=human.email.lower())
                           for key, human in humans.items() if human.email)
        db.session.add_all(CardTag(card_id=cards[key].id, tag_id=self.tags[tag])
                           for key, human in humans.items() for tag in human.tags)
        return cards

    def _card(self, human: Human, chat: Chat) -> ClientCard:
        return ClientCard(
            name=human.name, login=human.login, comment=human.comment,
            hue=zlib.crc32(chat.address.external_id.encode()) % 36, created_at=_first(chat),
        )

    def _clients(self, chats: list[Chat], cards: dict[int, ClientCard]) -> list[Client]:
        rows = []
        for chat in chats:
            transport, address, card = TRANSPORTS[chat.channel], chat.address, cards[id(chat.human)]
            scope = str(self.channels[chat.channel].id) if transport.can.identity == "channel" else ""
            rows.append(Client(
                card_id=card.id, transport=transport.key, scope=scope, external_id=address.external_id,
                phone=address.phone, username=address.username, name=chat.human.name, created_at=_first(chat),
            ))
        db.session.add_all(rows)
        db.session.flush()
        db.session.add_all(
            Phone(card_id=client.card_id, client_id=client.id, source=TRANSPORTS[chat.channel].mark,
                  raw=client.phone or client.external_id, number=normalise(client.phone) if client.phone else None)
            for chat, client in zip(chats, rows, strict=True) if chat.channel not in ("email", "demo"))
        for chat, client in zip(chats, rows, strict=True):
            self.facts.note(_first(chat), "client_created", client, card_id=client.card_id)
        searching.refresh(card.id for card in cards.values())
        return rows

    def _dialogs(self, chats: list[Chat], clients: list[Client]) -> list[Dialog]:
        rows = []
        for chat, client in zip(chats, clients, strict=True):
            last = chat.visits[-1]
            rows.append(Dialog(
                channel_id=self.channels[chat.channel].id, client_id=client.id, card_id=client.card_id,
                transport=chat.channel, state=CLOSED if last.closed_at else OPEN, created_at=_first(chat),
                operator_id=self.operators.get(last.operator), name=chat.human.name,
                hue=zlib.crc32(chat.address.external_id.encode()) % 36,
                tags=[[tag, TAGS[tag]] for tag in sorted(chat.human.tags)],
            ))
        db.session.add_all(rows)
        db.session.flush()
        db.session.add_all(Draft(dialog_id=dialog.id, operator_id=dialog.operator_id, text=chat.draft)
                           for chat, dialog in zip(chats, rows, strict=True) if chat.draft)
        return rows

    def _requests(self, chats: list[Chat], dialogs: list[Dialog]) -> list[list[Request]]:
        self._number(chats)
        rows = [[_request(visit, dialog.id, self.operators) for visit in chat.visits]
                for chat, dialog in zip(chats, dialogs, strict=True)]
        db.session.add_all(row for of_chat in rows for row in of_chat)
        db.session.flush()
        for chat, dialog, of_chat in zip(chats, dialogs, rows, strict=True):
            for visit, request in zip(chat.visits, of_chat, strict=True):
                self.facts.of_visit(visit, dialog, request.number)
            self.facts.of_chat(chat, dialog)
            dialog.request_id = of_chat[-1].id if dialog.state == OPEN else None
        return rows

    def _number(self, chats: list[Chat]) -> None:
        """Older requests have smaller numbers than Павел's; newer ones take theirs from the sequence."""
        visits = sorted((visit for chat in chats for visit in chat.visits), key=lambda visit: visit.opened_at)
        his = next(n for n, visit in enumerate(visits) if visit.number == NUMBER)
        number = NUMBER
        for visit in reversed(visits[:his]):
            number -= self.chance.randint(3, 60)
            visit.number = number
        newer = visits[his + 1 :]
        for visit, row in zip(newer, _numbers.all(n=len(newer)), strict=True):
            visit.number = row.number

    def _messages(self, chats: list[Chat], dialogs: list[Dialog], requests: list) -> list[list[Message]]:
        spoken, pairs = [], []
        for chat, dialog, of_chat in zip(chats, dialogs, requests, strict=True):
            lines = [(line, None) for line in chat.before]
            lines += [(line, request.id) for visit, request in zip(chat.visits, of_chat, strict=True) for line in visit.lines]
            spoken.append([_message(line, dialog, request_id, self.operators) for line, request_id in lines])
            pairs += zip((line for line, _ in lines), spoken[-1], [dialog] * len(lines), strict=True)
        pairs.sort(key=lambda pair: pair[0].at)
        for number, (_, message, _) in enumerate(pairs, 1):
            message.provider_id = None if message.kind == COMMENT else f"{OWN_ID}demo-{number}"
        db.session.add_all(message for _, message, _ in pairs)
        db.session.flush()
        for line, message, dialog in pairs:
            self.facts.of_message(message, dialog)
            if line.file:
                db.session.add(self.shelf.attachment(line, message.id))
            if line.status == "failed":
                db.session.add(Sending(channel_id=dialog.channel_id, dialog_id=dialog.id, message_id=message.id,
                                       state=DEAD, tries=1, problem=line.problem, created_at=line.at))
        return spoken

    def _sum_up(self, chat: Chat, dialog: Dialog, messages: list[Message]) -> None:
        """What the row in the list shows."""
        last, line = messages[-1], chat.visits[-1].lines[-1]
        words = one_line(line.text)
        kind = PREVIEW_KINDS.get(line.file or last.kind, "text")
        dialog.last_message_id, dialog.sort_at = last.id, last.at
        dialog.preview, dialog.preview_kind, dialog.preview_out = words[:PREVIEW], kind, last.kind == TO_CLIENT
        dialog.failed = last.status == "failed"
        dialog.last_inbound_at = max((m.at for m in messages if m.kind == FROM_CLIENT), default=None)
        channel = self.channels[chat.channel]
        channel.last_inbound_at = max(filter(None, (channel.last_inbound_at, dialog.last_inbound_at)), default=None)
        if dialog.state == OPEN:
            waiting = _unanswered(messages)
            dialog.unread, dialog.waiting_since = len(waiting), waiting[0].at if waiting else None


def _first(chat: Chat) -> datetime:
    return (chat.before or chat.visits[0].lines)[0].at


def _request(visit, dialog_id: int, operators: dict[str, int]) -> Request:
    operator_id = operators.get(visit.operator)
    return Request(dialog_id=dialog_id, opened_at=visit.opened_at, closed_at=visit.closed_at, operator_id=operator_id,
                   closed_by=operator_id if visit.closed_at else None, number=visit.number)


def _message(line: Line, dialog: Dialog, request_id: int | None, operators: dict[str, int]) -> Message:
    return Message(
        dialog_id=dialog.id, channel_id=dialog.channel_id, request_id=request_id, kind=line.kind,
        text="" if line.file_name else line.text,
        content=line.content, operator_id=operators.get(line.operator), status=line.status, problem=line.problem,
        has_files=bool(line.file), at=line.at,
    )


def _unanswered(messages: list[Message]) -> list[Message]:
    """The client's words since the last answer, bot menus and comments aside."""
    answers = [n for n, message in enumerate(messages) if message.kind == TO_CLIENT]
    return [message for message in messages[answers[-1] + 1 if answers else 0:] if message.kind == FROM_CLIENT]
