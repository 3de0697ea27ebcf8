"""What a card gives to addresses that leave it for a card of their own: pure functions over images."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from c2d.clients.choosing import BETWEEN, is_phone
from c2d.clients.images import TEXTS, nothing


@dataclass(frozen=True)
class Address:
    """A client as its messenger knows it; `phone` is the entry that it brings to a card."""

    id: int
    name: str
    username: str
    phone: list

    @property
    def title(self) -> str:
        return self.name or self.username or " ".join(part for part in self.phone[:2] if part)


def own_card(now: dict, leaving: list[Address], staying: list[Address], before: dict | None) -> tuple[dict, dict]:
    """(what stays on the card, what the leaving addresses get): their name and the data of their channels.

    Comment, tags and the company's own fields stay. `before` is the card that they came from, when it comes back:
    its name and title are theirs.
    """
    ids = {address.id for address in leaving}
    theirs = {
        **nothing(),
        "name": (before or {}).get("name") or leaving[0].title, "title": (before or {}).get("title", ""),
        "login": _first(address.username for address in leaving),
        "phones": _phones([entry for entry in now["phones"] if entry[-1] in ids], leaving),
        "emails": [entry for entry in now["emails"] if entry[-1] in ids],
    }
    mine = {
        **{name: now[name] for name in ("tags", "values")},
        **{name: _without(now[name], BETWEEN[name], name, leaving, staying, theirs) for name in TEXTS},
        "phones": [entry for entry in now["phones"] if entry[-1] not in ids or _is_of(entry, staying)],
        "emails": [entry for entry in now["emails"] if entry[-1] not in ids],
    }
    mine["name"] = mine["name"] or _first(address.title for address in staying)
    return mine, theirs


def _phones(moved: list, leaving: list[Address]) -> list:
    """Those that they brought; each address has its own, also where an equal one of the other card stood for it."""
    found = list(moved)
    for address in leaving:
        if not any(is_phone(address.phone, entry) for entry in found):
            found.append(address.phone)
    return found


def _is_of(entry: list, staying: Iterable[Address]) -> bool:
    return any(is_phone(entry, address.phone) for address in staying)


def _without(text: str, between: str, field: str, leaving: Collection[Address], staying: Collection[Address],
             theirs: dict) -> str:
    """A name, title or login without the parts that are those of the leaving alone."""
    if field == "comment":
        return text
    foreign = {theirs[field], *(word for address in leaving for word in _of(address, field))}
    own = {word for address in staying for word in _of(address, field)}
    return between.join(part for part in text.split(between) if part not in foreign - own)


def _of(address: Address, field: str) -> tuple[str, ...]:
    return (address.username,) if field == "login" else (address.name, address.title)


def _first(words: Iterable[str]) -> str:
    return next((word for word in words if word), "")
