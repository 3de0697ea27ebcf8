"""What is typed about a group, and what is wrong with it."""

from dataclasses import dataclass, field

from flask_babel import gettext as _

from c2d.core.errors import Refused
from c2d.core.text import one_line, whole_number
from c2d.operators.memberships import DEFAULT_SKILL, MAX_SKILL

LONGEST = 60


@dataclass
class GroupForm:
    name: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, values) -> "GroupForm":
        form = cls(one_line(values.get("name"), LONGEST + 1))
        if not form.name:
            form.errors["name"] = _("Give the group a name")
        elif len(form.name) > LONGEST:
            form.errors["name"] = _("At most %(num)s characters fit", num=LONGEST)
        return form


@dataclass
class MembersForm:
    """Whom to add, and how skilled they are."""

    operators: set[int] = field(default_factory=set)
    skill: str = str(DEFAULT_SKILL)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, values) -> "MembersForm":
        form = cls(set(values.getlist("operator_id", type=int)), one_line(values.get("skill"), 10))
        if not is_skill(form.skill):
            form.errors["skill"] = skill_words()
        return form

    @classmethod
    def searching(cls, values) -> "MembersForm":
        """While others are looked for: what is ticked and typed stays."""
        return cls(set(values.getlist("operator_id", type=int)), one_line(values.get("skill"), 10) or str(DEFAULT_SKILL))


def is_skill(typed: str) -> bool:
    return 1 <= (whole_number(typed) or 0) <= MAX_SKILL


def read_skill(typed: str | None) -> int:
    """Refused when it is no skill."""
    if not is_skill(typed or ""):
        raise Refused(skill_words(), "skill")
    return int(typed)


def skill_words() -> str:
    return _("A whole number from 1 to %(most)s", most=MAX_SKILL)
