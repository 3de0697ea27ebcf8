from dataclasses import dataclass

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    """A right was switched; open pages of everybody with the role get the new rights with it."""

    audited = True
    about = "role_id"
    role_id: int
    subject: str
    before: dict
    after: dict
