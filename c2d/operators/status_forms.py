"""A status and the rules about statuses as typed, and what is wrong with them."""

from dataclasses import dataclass, field

from flask_babel import gettext as _

from c2d.core.text import N_, one_line, whole_number
from c2d.operators.models import OperatorStatus
from c2d.operators.status_display import label

LONGEST = 40
LONGEST_IDLE = 720
# The colours that are offered, by hue in tens of degrees; others stay as they are.
COLOURS = {
    2: N_("Red"), 5: N_("Orange"), 8: N_("Yellow"), 12: N_("Lime"), 15: N_("Green"), 18: N_("Emerald"), 20: N_("Turquoise"),
    23: N_("Light blue"), 26: N_("Blue"), 29: N_("Violet"), 32: N_("Purple"), 35: N_("Pink"),
}


@dataclass
class StatusForm:
    """`key` of a built-in status: it may go without a name of its own."""

    name: str = ""
    hue: int = 23
    counts_online: bool = False
    for_assignment: bool = False
    key: str | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, row: OperatorStatus) -> "StatusForm":
        return cls(label(row.key, row.name), row.hue, row.counts_online, row.for_assignment, row.key)

    @classmethod
    def read(cls, values, key: str | None = None) -> "StatusForm":
        form = cls(
            one_line(values.get("name"), LONGEST + 1), values.get("hue", -1, type=int), values.get("counts_online") == "1",
            values.get("for_assignment") == "1", key,
        )
        form._check()
        return form

    def _check(self) -> None:
        if not self.name and not self.key:
            self.errors["name"] = _("Give the status a name")
        elif len(self.name) > LONGEST:
            self.errors["name"] = _("At most %(num)s characters fit", num=LONGEST)
        if not 0 <= self.hue <= 35:
            self.hue = 23 if not self.key else 0
            if self.key != "offline":
                self.errors["hue"] = _("Choose a colour")

    def values(self) -> dict:
        """What status_list.add and change take."""
        return {"name": self.name, "hue": self.hue, "counts_online": self.counts_online,
                "for_assignment": self.for_assignment}

    @property
    def colours(self) -> list[tuple[int, str]]:
        """(hue, its name for the reader): those that are offered, and the one that it has."""
        known = {hue: _(name) for hue, name in COLOURS.items()}
        return sorted(({self.hue: _("The present colour")} | known).items())


@dataclass
class RulesForm:
    idle_offline_minutes: str = "0"
    online_at_login: bool = True
    warn_open_chats: bool = True
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: dict) -> "RulesForm":
        return cls(**{**rules, "idle_offline_minutes": str(rules["idle_offline_minutes"])})

    @classmethod
    def read(cls, values) -> "RulesForm":
        form = cls(one_line(values.get("idle_offline_minutes"), 10), values.get("online_at_login") == "1",
                   values.get("warn_open_chats") == "1")
        minutes = whole_number(form.idle_offline_minutes)
        if minutes is None or minutes > LONGEST_IDLE:
            form.errors["idle_offline_minutes"] = _("A whole number of minutes, from 0 to %(most)s", most=LONGEST_IDLE)
        return form

    def values(self) -> dict:
        """What status_rules.change takes."""
        return {"idle_offline_minutes": int(self.idle_offline_minutes), "online_at_login": self.online_at_login,
                "warn_open_chats": self.warn_open_chats}
