"""Cards, clients, phones, tags, and the one row for each dialog that the list reads."""

import json

from c2d.core.text import fold
from tests.bench.seed.company import CHANNELS
from tests.bench.seed.history import History
from tests.bench.seed.sheets import Sheet
from tests.bench.seed.words import login_of, name_of

CARD = "company_id, id, name, login, hue, search"
CLIENT = "company_id, id, card_id, transport, scope, external_id, phone, username, name"
PHONE = "company_id, card_id, source, raw, number, position"
TAG = "company_id, card_id, tag_id"
DIALOG = (
    "company_id, id, channel_id, client_id, card_id, transport, state, operator_id, request_id, name, hue, tags,"
    " sort_at, last_message_id, preview, preview_kind, preview_out, unread, waiting_since, last_inbound_at, created_at")
# Transports whose ids are phone numbers, and those whose provider knows a user name.
BY_PHONE = {"whatsapp", "viber", "wa_cloud"}
BY_NAME = {"telegram", "vk"}
# Transports whose ids hold within one channel only.
IN_CHANNEL = {"viber", "widget"}


def phone_of(n: int) -> str:
    """'+79160001234': the number of person n, in E.164."""
    return f"+79{(n * 7_919 + 160_001_234) % 1_000_000_000:09d}"


def external_id(transport: str, n: int) -> str:
    """How the provider names client n."""
    return phone_of(n)[1:] if transport in BY_PHONE else str(200_000_000 + n)


class People:
    """The sheets of everything about persons."""

    def __init__(self, history: History):
        self.history, self.frame, self.firsts = history, history.frame, history.firsts
        self.plan = history.plan
        self.cards = Sheet("client_cards", CARD)
        self.clients = Sheet("clients", CLIENT)
        self.phones = Sheet("card_phones", PHONE)
        self.tags = Sheet("card_tags", TAG)
        self.dialogs = Sheet("dialogs", DIALOG)

    def write(self) -> None:
        """Fill the five sheets; needs the history written."""
        members: list[int] = []
        for n, card in enumerate(self.plan.cards):
            if members and card != self.plan.cards[members[0]]:
                self._person(members)
                members = []
            members.append(n)
        self._person(members)

    def _person(self, members: list[int]) -> None:
        """One card with the clients `members`."""
        n = members[0]
        card = self.firsts.card + self.plan.cards[n]
        first, last = name_of(n)
        name, login = f"{first} {last}", login_of(first, last, n)
        tags = self._tags_of(n)
        found_by = [name, login]
        for position, member in enumerate(members):
            transport, channel = CHANNELS[member % 10][0], self.frame.channels[member % 10]
            phone = phone_of(member) if transport in BY_PHONE or member % 3 == 0 else None
            found_by.append(external_id(transport, member))
            if phone:
                found_by.append(phone)
                self.phones.add(self.frame.company_id, card, transport, phone[1:], phone, position)
            self.clients.add(
                self.frame.company_id, self.firsts.client + member, card, transport,
                channel if transport in IN_CHANNEL else "", external_id(transport, member), phone,
                login if transport in BY_NAME else None, name)
            self._dialog(member, card, name, tags)
        self.cards.add(self.frame.company_id, card, name, login, n * 7 % 36, fold(" ".join(dict.fromkeys(found_by))))
        for tag, _, _ in tags:
            self.tags.add(self.frame.company_id, card, tag)

    def _tags_of(self, n: int) -> list[tuple[int, str, int]]:
        """None for two thirds of the cards, one or two for the rest."""
        tags = self.frame.tags
        return [] if n % 3 else [tags[n % len(tags)], tags[(n + 5) % len(tags)]][: 1 + n % 2]

    def _dialog(self, n: int, card: int, name: str, tags: list[tuple[int, str, int]]) -> None:
        history, first = self.history, self.firsts
        kind, at, is_open = history.newest_kind(n), self.plan.moment(history.last[n]), history.is_open(n)
        waits = is_open and kind == "from_client"
        self.dialogs.add(
            self.frame.company_id, first.dialog + n, self.frame.channels[n % 10], first.client + n, card,
            CHANNELS[n % 10][0], "open" if is_open else "closed",
            history.operator(n) if is_open and n % 4 else None,
            first.request + history.newest_request(n) if is_open else None, name, n * 7 % 36,
            json.dumps([[tag, hue] for _, tag, hue in tags], ensure_ascii=False), at, first.message + history.last[n],
            history.text(history.last[n], kind), "text", "t" if kind != "from_client" else "f",
            1 + n % 4 if waits else 0, at if waits else None, at, self.plan.moment(0))
