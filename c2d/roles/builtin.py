"""The three roles that every company has."""

from flask_babel import gettext as _

from c2d.core.db import db
from c2d.core.permissions import ADMINISTRATOR, OPERATOR, SUPERVISOR
from c2d.roles.models import Role

BASES = (OPERATOR, SUPERVISOR, ADMINISTRATOR)


def create() -> dict[str, int]:
    """Add the built-in roles of the company in scope: base -> id of its role."""
    made = {base: Role(base=base) for base in BASES}
    db.session.add_all(made.values())
    db.session.flush()
    return {base: role.id for base, role in made.items()}


def label(base: str, name: str | None = None) -> str:
    """The role in the reader's words: a custom role's own name, else the base's."""
    return name or {OPERATOR: _("Operator"), SUPERVISOR: _("Supervisor"), ADMINISTRATOR: _("Administrator")}[base]
