"""A company's own field as typed, and what is wrong with it."""

from dataclasses import dataclass, field

from flask_babel import gettext as _

from c2d.clients.models import CustomField
from c2d.core.text import N_, clean, one_line

KINDS = {
    "text": N_("Text"), "number": N_("Number"), "date": N_("Date"), "choice": N_("Choice from a list"), "link": N_("Link"),
}
MOST_CHOICES = 100


@dataclass
class FieldForm:
    """`visible_to` are the ticked roles."""

    label: str = ""
    kind: str = "text"
    choices: list[str] = field(default_factory=list)
    required: bool = False
    visible_to: set[int] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, row: CustomField, roles: list) -> "FieldForm":
        seen = set(row.role_ids) or {role.id for role in roles}
        return cls(row.label, row.kind, list(row.choices), row.required, seen)

    @classmethod
    def read(cls, values) -> "FieldForm":
        lines = [one_line(line) for line in clean(values.get("choices"), 20_000).split("\n")]
        form = cls(
            one_line(values.get("label"), 61), values.get("kind", "text"), list(dict.fromkeys(filter(None, lines))),
            values.get("required") == "1", set(values.getlist("role", type=int)),
        )
        form._check()
        return form

    def _check(self) -> None:
        if not self.label:
            self.errors["label"] = _("Give the field a name")
        elif len(self.label) > 60:
            self.errors["label"] = _("At most %(num)s characters fit", num=60)
        if self.kind not in KINDS:
            self.errors["kind"] = _("Choose one of the list")
        elif self.kind == "choice" and len(self.choices) < 2:
            self.errors["choices"] = _("Write at least two answers, one on each line")
        elif self.kind == "choice" and len(self.choices) > MOST_CHOICES:
            self.errors["choices"] = _("At most %(num)s fit", num=MOST_CHOICES)

    def values(self) -> dict:
        """What custom_fields.add and change take."""
        return {"label": self.label, "kind": self.kind, "choices": self.choices, "required": self.required,
                "visible_to": self.visible_to}


def kinds() -> list[tuple[str, str]]:
    """(kind, its name for the reader)."""
    return [(kind, _(label)) for kind, label in KINDS.items()]
