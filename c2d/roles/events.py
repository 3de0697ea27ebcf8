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


@dataclass(frozen=True, kw_only=True)
class RoleAdded(Event):
    audited = True
    about = "role_id"
    role_id: int
    subject: str
    after: dict


@dataclass(frozen=True, kw_only=True)
class RoleRenamed(Event):
    audited = True
    about = "role_id"
    role_id: int
    subject: str
    before: dict
    after: dict


@dataclass(frozen=True, kw_only=True)
class RoleDeleted(Event):
    """Told while the role still stands: what refers to it lets go, its operators go to the role `moved_to`."""

    audited = True
    about = "role_id"
    role_id: int
    moved_to: int
    subject: str
    before: dict
    after: dict
