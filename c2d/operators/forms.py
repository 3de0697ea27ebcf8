"""What the screens of operators take in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr

from flask_babel import gettext as _

from c2d.core.emails import normalise
from c2d.core.errors import Refused
from c2d.core.text import clean, one_line, whole_number
from c2d.operators.adding import taken
from c2d.operators.first_password import FIRST_PASSWORD
from c2d.operators.managing import Invalid, data_of

INVITE, PASSWORD = "invite", "password"
MAX_AT_ONCE = 100


@dataclass
class NewOperator:
    """One person; `way` is 'invite' or 'password'."""

    typed: Mapping[str, str] = field(default_factory=dict)
    way: str = INVITE
    role_id: int | None = None
    values: dict = field(default_factory=dict)
    password: str = field(default="", repr=False)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "NewOperator":
        way = PASSWORD if values.get("way") == PASSWORD else INVITE
        form = cls(values, way, whole_number(values.get("role_id")), password=values.get("password", ""))
        try:
            form.values = data_of(values)
        except Invalid as no:
            form.errors.update(no.errors)
        if way == PASSWORD:
            try:
                FIRST_PASSWORD.check(form.password, values.get("email", ""))
            except Refused as no:
                form.refuse(no)
        return form

    def refuse(self, no: Refused) -> None:
        """Put a refusal beside its field."""
        self.errors[no.field or ""] = no.message


@dataclass
class Several:
    """Many addresses at once: `people` are those that are right, `wrong` tells of the others (line, why)."""

    typed: str = ""
    role_id: int | None = None
    people: list[tuple[str, str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Several":
        form = cls(clean(values.get("emails"), 20_000), whole_number(values.get("role_id")))
        lines = [line for line in (one_line(part, 300) for part in re.split(r"[,;\n]", form.typed)) if line]
        if not lines:
            form.errors["emails"] = _("Write at least one address")
        elif len(lines) > MAX_AT_ONCE:
            form.errors["emails"] = _("At most %(num)s addresses fit at once", num=MAX_AT_ONCE)
        else:
            form._sort(lines)
        return form

    def refuse(self, no: Refused) -> None:
        self.errors[no.field if no.field in ("role_id", "seats") else "emails"] = no.message

    def _sort(self, lines: list[str]) -> None:
        read = [(line, *_person(line)) for line in lines]
        known = taken(email for _line, email, _name in read if email)
        seen: set[str] = set()
        for line, email, name in read:
            why = _("not an e-mail address") if not email else _("twice in this list") if email in seen else \
                _("already registered") if email in known else ""
            if why:
                self.wrong.append((line, why))
            else:
                first, _space, last = name.partition(" ")
                self.people.append((email, first[:60], last[:60]))
            seen.add(email)


def _person(line: str) -> tuple[str, str]:
    """'Ann Lee <a@b.example>' or a bare address: (address or '', name)."""
    name, address = parseaddr(line) if "<" in line else ("", line)
    return normalise(address) or "", one_line(name, 120)
