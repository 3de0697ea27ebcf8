"""The final card of linking: what the form proposes, and what it says when it comes back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from c2d.clients import custom
from c2d.clients.choosing import LIMITS, is_email, is_phone
from c2d.clients.custom import Custom
from c2d.companies.settings import own
from c2d.core import emails, veil
from c2d.core.errors import Refused
from c2d.core.phones import normalise, readable
from c2d.core.text import clean, one_line, whole_number

_NAMES = ("name", "title", "login")  # clients are called by their number, too
MOST = 400  # of a form; two cards have together what each may hold, and that again with every further link


@dataclass
class Line:
    """A phone or an e-mail: `ref` names the entry of the cards that it was; `dropped`: to be taken off."""

    text: str
    ref: str = ""
    source: str = ""
    dropped: bool = False


@dataclass
class Final:
    """As clients/link/_final.html takes it; `errors` are (id of the control, text).

    `hidden`: phones and e-mails are, so that those of the choice stay as they are; likewise the `fixed` texts,
    which hold some.
    """

    texts: dict[str, str]
    phones: list[Line]
    emails: list[Line]
    tags: list[int]
    dropped_tags: list[int]
    values: dict[str, str]
    new_phone: str = ""
    new_email: str = ""
    errors: list[tuple[str | None, str]] = field(default_factory=list)
    hidden: bool = False
    fixed: frozenset[str] = frozenset()


def proposed(said: dict) -> Final:
    """The form as the choice has made it."""
    return _as_seen(Final(
        texts={name: said[name] for name in LIMITS},
        phones=[Line(entry[1], _ref(entry[:2]), entry[0]) for entry in said["phones"]],
        emails=[Line(entry[0], _ref(entry[1:2])) for entry in said["emails"]],
        tags=said["tags"], dropped_tags=[], values=said["values"],
    ), said)


def typed(form: MultiDict, fields: Iterable[Custom], said: dict) -> Final:
    """The form as it came back; `said` is what the choice has made."""
    return _as_seen(Final(
        texts={name: clean(form.get(name, "")).strip() if name == "comment" else one_line(form.get(name), 500)
               for name in LIMITS},
        phones=_lines(form, "phone"), emails=_lines(form, "email"),
        tags=_ids(form.getlist("tag")), dropped_tags=_ids(form.getlist("tag_drop")),
        values={each.id: form.get(f"value-{each.id}", "") for each in fields if each.shown},
        new_phone=one_line(form.get("new_phone")), new_email=one_line(form.get("new_email"), 254),
    ), said)


def _as_seen(final: Final, said: dict) -> Final:
    """For who does not see phones and e-mails: what the choice has made, masked."""
    final.hidden = veil.hidden()
    if final.hidden:
        final.fixed = frozenset(name for name in _NAMES if veil.covers(said[name]))
        final.texts.update((name, veil.words(said[name])) for name in final.fixed)
        final.phones = [Line(veil.phone(readable(number) if number else raw), source=source)
                        for source, raw, number, _client in said["phones"]]
        final.emails = [Line(veil.email(entry[0])) for entry in said["emails"]]
    return final


def read(final: Final, one: dict, other: dict, said: dict, unseen_values: Mapping[str, str],
         fields: Iterable[Custom]) -> dict | None:
    """What the card is to say (the CONTENT of an image), or None with the errors in the form."""
    final.errors = []
    for name, limit in LIMITS.items():
        if len(final.texts[name]) > limit:
            final.errors.append((f"f-{name}", _("At most %(num)s characters fit", num=limit)))
    if not final.texts["name"]:
        final.errors.append(("f-name", _("A client needs a name")))
    values = dict(unseen_values)
    for each in (each for each in fields if each.shown):
        try:
            before = [image["values"].get(each.id, "") for image in (one, other)]
            values[each.id] = custom.read(each, final.values.get(each.id, ""), before)
        except Refused as refusal:
            final.errors.append((f"f-value-{each.id}", f"{each.label}: {refusal.message}"))
    if final.hidden:
        listed = {name: said[name] for name in ("phones", "emails", *final.fixed)}
    else:
        listed = {"phones": _phones(final, one, other), "emails": _emails(final, one, other)}
    if final.errors:
        return None
    known = {*one["tags"], *other["tags"]}
    return {**final.texts, **listed, "values": {k: v for k, v in values.items() if v},
            "tags": sorted(tag for tag in final.tags if tag in known and tag not in final.dropped_tags)}


def _phones(final: Final, one: dict, other: dict) -> list:
    known = {_ref(entry[:2]): entry for entry in (*other["phones"], *one["phones"])}
    country, found = own().country, []
    for line in [*final.phones, Line(final.new_phone)]:
        entry = known.get(line.ref)
        if line.dropped or not line.text:
            continue
        if entry is None or line.text != entry[1]:
            entry = [entry[0] if entry else "", line.text[:200], normalise(line.text, country), entry[3] if entry else None]
        if not any(is_phone(entry, each) for each in found):
            found.append(entry)
    return found


def _emails(final: Final, one: dict, other: dict) -> list:
    known = {_ref(entry[1:2]): entry for entry in (*other["emails"], *one["emails"])}
    found = []
    for n, line in enumerate([*final.emails, Line(final.new_email)]):
        if line.dropped or not line.text:
            continue
        entry = known.get(line.ref)
        if entry is None or line.text != entry[0]:
            address = emails.normalise(line.text)
            if address is None:
                id = f"f-email-{n}" if n < len(final.emails) else "f-new_email"
                final.errors.append((id, _("This does not look like an e-mail address")))
                continue
            entry = [line.text, address, entry[2] if entry else None]
        if not any(is_email(entry, each) for each in found):
            found.append(entry)
    return found


def _lines(form: MultiDict, name: str) -> list[Line]:
    texts, refs = form.getlist(name)[:MOST], form.getlist(f"{name}_ref")[:MOST]
    dropped = set(form.getlist(f"{name}_drop"))
    return [
        Line(one_line(text), ref, _source(ref) if name == "phone" else "", str(n) in dropped)
        for n, (text, ref) in enumerate(zip(texts, refs, strict=False))
    ]


def _ref(parts: list) -> str:
    return json.dumps(parts, ensure_ascii=False)


def _source(ref: str) -> str:
    try:
        parts = json.loads(ref)
    except ValueError:
        return ""
    return parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], str) else ""


def _ids(values: Iterable[str]) -> list[int]:
    return [id for value in values if (id := whole_number(value)) is not None]
