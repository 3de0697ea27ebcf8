"""Which values of two cards go where: pure functions over images, pairs of values and what was ticked.

A pair is one line of the choice: a value of this card (side a), one of the other (side b). When cards are linked,
everything ticked goes to one card, and what meets there is joined; when they are parted, each side goes to its own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from c2d.clients.images import TEXTS, nothing

A, B = "a", "b"
BETWEEN = {"name": " / ", "title": " / ", "login": ", ", "comment": "\n"}
BETWEEN_VALUES = "; "
LIMITS = {"name": 200, "title": 200, "login": 200, "comment": 2000}
JOINABLE = {"text"}  # kinds of custom fields; the others hold one value


@dataclass(frozen=True)
class Pair:
    """`key` names it in a form; `field` is 'name', 'phone', …, or a custom field's id; None: that side has nothing."""

    key: str
    field: str
    a: Any
    b: Any
    ticked: frozenset[str]

    def value(self, side: str) -> Any:
        return self.a if side == A else self.b

    @property
    def picks(self) -> list[str]:
        """As a form says what is ticked: 'name.a'."""
        return [f"{self.key}.{side}" for side in sorted(self.ticked)]


class OneValue(ValueError):
    """Two values were ticked for a field that holds one; the argument is the field."""


def to_link(one: dict, other: dict, kinds: Mapping[str, str]) -> list[Pair]:
    """The choice before linking `other` into `one`: what is filled is ticked, equal values once.

    Where two names, or two answers to a field that holds one, differ, the card's own is ticked.
    """
    pairs = [_text(name, one[name], other[name], single=name in ("name", "title")) for name in TEXTS]
    pairs[1:1] = [*_listed("phone", one["phones"], other["phones"]), *_listed("email", one["emails"], other["emails"])]
    pairs += [_text(id, one["values"].get(id, ""), other["values"].get(id, ""), single=kinds.get(id) not in JOINABLE)
              for id in _ids(one["values"], other["values"])]
    pairs.append(_tags(one["tags"], other["tags"]))
    return [pair for pair in pairs if pair.a or pair.b]


def to_part(kept: dict, absorbed: dict, after: dict, now: dict, leaving: Collection[int]) -> list[Pair]:
    """The choice before parting a card that was edited while it was one.

    What has not been touched since goes back where it came from. What was changed since stays with this card, beside
    what was there before, unless it belongs to an address that leaves.
    """
    pairs: list[Pair] = []
    for name in TEXTS:
        pairs += _text_to_part(name, kept[name], absorbed[name], after[name], now[name])
    for field, name in (("phone", "phones"), ("email", "emails")):
        pairs += _listed_to_part(field, kept[name], absorbed[name], after[name], now[name], leaving)
    for id in _ids(kept["values"], absorbed["values"], now["values"]):
        said = [image["values"].get(id, "") for image in (kept, absorbed, after, now)]
        pairs += _text_to_part(id, *said)
    gone = set(after["tags"]) - set(now["tags"])
    mine, theirs = ([tag for tag in image["tags"] if tag not in gone] for image in (kept, absorbed))
    fresh = [tag for tag in now["tags"] if tag not in {*mine, *theirs}]
    pairs += [_pair("tags", "tags", mine, theirs, {A, B}), _pair("tags-new", "tags", fresh, fresh, {A})]
    return [pair for pair in pairs if pair.a or pair.b]


def pick(pairs: Iterable[Pair], picks: Collection[str], unseen: Collection[str] = ()) -> list[Pair]:
    """The same pairs, ticked as a form says; those of `unseen` fields, which no form shows, as they were."""
    return [
        p if p.field in unseen
        else _pair(p.key, p.field, p.a, p.b, {side for side in (A, B) if f"{p.key}.{side}" in picks})
        for p in pairs
    ]


def too_long(said: dict) -> str | None:
    """The text that is longer than a card can hold, if one is."""
    return next((name for name, limit in LIMITS.items() if len(said[name]) > limit), None)


def joined(pairs: Iterable[Pair], kinds: Mapping[str, str]) -> dict:
    """What the one card says. Raises OneValue; `kinds` are those of the custom fields."""
    return _content([(pair.field, pair.value(side)) for pair in pairs for side in sorted(pair.ticked)], kinds)


def parted(pairs: Iterable[Pair], kinds: Mapping[str, str]) -> tuple[dict, dict]:
    """What each of the two cards says. Raises OneValue."""
    pairs = list(pairs)
    return (_content([(p.field, p.a) for p in pairs if A in p.ticked], kinds),
            _content([(p.field, p.b) for p in pairs if B in p.ticked], kinds))


def is_phone(one: list, other: list) -> bool:
    """Do both entries name the same number or id of the same messenger?"""
    return one[0] == other[0] and (one[1] == other[1] or (one[2] is not None and one[2] == other[2]))


def is_email(one: list, other: list) -> bool:
    return one[1] == other[1]


_IS = {"phone": is_phone, "email": is_email}
_NAMES = {"phone": "phones", "email": "emails", "tags": "tags"}


def _pair(key: str, field: str, a: Any, b: Any, ticked: Collection[str]) -> Pair:
    """What is empty is never ticked."""
    return Pair(key, field, a, b, frozenset(side for side, value in ((A, a), (B, b)) if value and side in ticked))


def _text(field: str, a: str, b: str, single: bool) -> Pair:
    return _pair(field, field, a, b, {A} if a and (single or a == b) else {A, B})


def _listed(field: str, mine: list, theirs: list) -> list[Pair]:
    """Equal entries side by side, the left one ticked; then the others in their order, all ticked."""
    left, equal = list(theirs), []
    others = []
    for entry in mine:
        twin = next((x for x in left if _IS[field](entry, x)), None)
        if twin is None:
            others.append(entry)
        else:
            left.remove(twin)
            equal.append((entry, twin))
    pairs = [*((a, b, {A}) for a, b in equal), *((a, b, {A, B}) for a, b in zip_longest(others, left))]
    return [_pair(f"{field}-{n}", field, a, b, ticked) for n, (a, b, ticked) in enumerate(pairs)]


def _tags(mine: list[int], theirs: list[int]) -> Pair:
    return _pair("tags", "tags", mine, theirs, {A} if set(theirs) <= set(mine) else {A, B})


def _text_to_part(field: str, kept: str, absorbed: str, after: str, now: str) -> list[Pair]:
    if now in (after, kept):
        return [_pair(field, field, kept, absorbed, {A, B})]
    return [_pair(f"{field}-new", field, now, now, {A}), _pair(field, field, kept, absorbed, {B})]


def _listed_to_part(field: str, kept: list, absorbed: list, after: list, now: list, leaving: Collection[int]) -> list[Pair]:
    is_one = _IS[field]

    def among(entry: list, entries: list) -> bool:
        return any(is_one(entry, other) for other in entries)

    def stands(entry: list) -> bool:  # it was left out by the linking itself, or is there still
        return not among(entry, after) or among(entry, now)

    pairs = []
    for n, (a, b) in enumerate(zip_longest(kept, absorbed)):
        ticked = {side for side, entry in ((A, a), (B, b)) if entry and stands(entry)}
        pairs.append(_pair(f"{field}-{n}", field, a, b, ticked))
    fresh = [entry for entry in now if not among(entry, kept) and not among(entry, absorbed)]
    for n, entry in enumerate(fresh):
        pairs.append(_pair(f"{field}-new-{n}", field, entry, entry, {B if entry[-1] in leaving else A}))
    return pairs


def _ids(*values: Mapping[str, str]) -> list[str]:
    return sorted({id for each in values for id in each}, key=int)


def _content(chosen: list[tuple[str, Any]], kinds: Mapping[str, str]) -> dict:
    said = nothing()
    for field, value in chosen:
        if field == "tags":
            said["tags"] = sorted({*said["tags"], *value})
        elif field in _IS:
            entries = said[_NAMES[field]]
            if not any(_IS[field](entry, value) for entry in entries):
                entries.append(value)
        elif field in TEXTS:
            said[field] = _join(said[field], value, BETWEEN[field])
        else:
            said["values"][field] = _answer(field, said["values"].get(field, ""), value, kinds)
    return said


def _answer(field: str, before: str, value: str, kinds: Mapping[str, str]) -> str:
    if before in ("", value):
        return value
    if kinds.get(field, "text") not in JOINABLE:
        raise OneValue(field)
    return _join(before, value, BETWEEN_VALUES)


def _join(before: str, value: str, between: str) -> str:
    """Both texts; one that the other says already is not said twice."""
    if not before or before in value.split(between):
        return value
    return before if value in before.split(between) else before + between + value
