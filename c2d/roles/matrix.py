"""The screen of rights: what can be switched, out of the registry, for each role."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _

from c2d.core.errors import NotFound
from c2d.core.permissions import GROUPS, Action, Permission, Section, registry
from c2d.core.text import fold, one_line, whole_number
from c2d.roles import custom, queries
from c2d.roles.queries import Known

SECTIONS, ACTIONS = "sections", "actions"
TABS = {SECTIONS: Section, ACTIONS: Action}


@dataclass(frozen=True)
class Right:
    """A row of the matrix."""

    name: str
    label: str
    hint: str
    hit: bool

    @property
    def key(self) -> str:
        """As part of an element's id."""
        return self.name.replace(".", "-")


@dataclass(frozen=True)
class Group:
    """Rows under one heading; `key` is part of an element's id."""

    key: str
    label: str
    rights: list[Right]

    def had_by(self, role: Known) -> int:
        return sum(right.name in role.permissions for right in self.rights)


@dataclass(frozen=True)
class Matrix:
    tab: str
    q: str
    roles: list[Known]
    groups: list[Group]
    shown_id: int  # the one role of narrow screens
    most: int = custom.MOST

    @property
    def own(self) -> int:
        """How many roles are the company's own."""
        return sum(role.custom for role in self.roles)

    @property
    def full(self) -> bool:
        return self.own >= self.most

    @cached_property
    def hits(self) -> int:
        return sum(right.hit for group in self.groups for right in group.rights)

    @property
    def shown(self) -> Known:
        return next(role for role in self.roles if role.id == self.shown_id)


def read(args: Mapping[str, str]) -> Matrix:
    """What an address asks for: its tab, search and role."""
    tab, q, roles = args.get("tab", ""), one_line(args.get("q"), 60), queries.known()
    tab = tab if tab in TABS else SECTIONS
    wanted = [role for role in roles if str(role.id) == args.get("role")]
    first = wanted or [role for role in roles if role.custom] or roles
    return Matrix(tab, q, roles, groups(tab, q), first[0].id)


def groups(tab: str, q: str = "") -> list[Group]:
    """All rights of a tab by their groups, those of GROUPS first."""
    rows: dict[str, list[Permission]] = {group: [] for group in GROUPS}
    for permission in registry.all():
        if isinstance(permission, TABS[tab]):
            rows.setdefault(permission.group, []).append(permission)
    return [
        Group(group.lower().replace(" ", "-"), _(group), [_right(permission, fold(q)) for permission in found])
        for group, found in rows.items() if found
    ]


def place_of(permission: str) -> tuple[Group, Right]:
    """The row of a right and the group it stands in. Raises NotFound."""
    for group in (group for tab in TABS for group in groups(tab)):
        for right in group.rights:
            if right.name == permission:
                return group, right
    raise NotFound()


def switches(shown: str, ticked: set[str]) -> list[tuple[int, str, bool]]:
    """What a form without scripts changes: `shown` says what stood ticked when it was drawn, as '7:chats 7:blacklist'."""
    before = set(shown.split())
    return [
        (id, permission, cell in ticked)
        for cell in sorted(before ^ ticked) for role, _colon, permission in [cell.partition(":")]
        if (id := whole_number(role)) is not None
    ]


def _right(permission: Permission, q: str) -> Right:
    label, hint = _(permission.label), _(permission.hint) if permission.hint else ""
    return Right(permission.name, label, hint, bool(q) and q in fold(f"{label} {hint}"))
