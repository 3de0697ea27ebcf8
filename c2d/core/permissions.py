"""Who may do what: declared by the slices, demanded where the URL is.

A slice lists its `Section`s and `Action`s in PERMISSIONS; each route names one of them (or a
marker) in `needs=`. The registry also feeds the screen of roles, so nobody keeps a second list.
"""

from dataclasses import dataclass

from c2d.core.text import N_

PUBLIC = "public"  # anybody, signed in or not
SIGNED_IN = "signed-in"  # any operator of the company
COMPANY_ADMIN = "company-admin"  # only the built-in role of administrator
API_TOKEN = "api-token"  # a token of the public API
PROVIDER = "provider"  # a messenger calling us; the adapter checks who it is
MARKERS = {PUBLIC, SIGNED_IN, COMPANY_ADMIN, API_TOKEN, PROVIDER}

OPERATOR, SUPERVISOR, ADMINISTRATOR = "operator", "supervisor", "administrator"
EVERYONE = (OPERATOR, SUPERVISOR)
LEADS = (SUPERVISOR,)

# The groups of the screen of roles, in its order.
WORK, CLIENTS, TEAM, SETTINGS = N_("Chats"), N_("Clients"), N_("Operators"), N_("Settings")
GROUPS = (WORK, CLIENTS, TEAM, SETTINGS)


@dataclass(frozen=True)
class Permission:
    """`name` is what routes and templates ask for; `label` is an English msgid;
    `given_to` are the built-in roles that have it at first (the administrator has all).

    `group` is one of GROUPS, `hint` a msgid that explains. `looks`: it only lets one see something, so that
    who may only read keeps it. `beyond_own`: it opens chats that are not one's own.
    """

    name: str
    label: str
    given_to: tuple[str, ...] = ()
    group: str = SETTINGS
    hint: str = ""
    looks: bool = False
    beyond_own: bool = False


class Section(Permission):
    """Access to a section of the interface (tab 'Section access')."""


class Action(Permission):
    """Something one may do (tab 'Actions')."""


class Registry:
    def __init__(self) -> None:
        self._known: dict[str, Permission] = {}

    def declare(self, permissions: tuple[Permission, ...]) -> None:
        for permission in permissions:
            if self._known.setdefault(permission.name, permission) != permission:
                raise ValueError(f"permission {permission.name} is declared twice")

    def all(self) -> list[Permission]:
        return list(self._known.values())

    def get(self, name: str) -> Permission | None:
        return self._known.get(name)

    def knows(self, need: str) -> bool:
        return need in MARKERS or need in self._known

    def granted(self, base: str, changes: dict[str, bool], custom: bool = False) -> frozenset[str]:
        """The permissions of a role. The administrator always has everything.

        A built-in role has what is given to it at first, with the company's own changes; a custom one has
        just what was switched on, so that a right of a later version is nobody's by accident.
        """
        if base == ADMINISTRATOR:
            return frozenset(self._known)
        first = {name: not custom and base in p.given_to for name, p in self._known.items()}
        first.update({name: on for name, on in changes.items() if name in self._known})
        return frozenset(name for name, on in first.items() if on)

    def for_reading(self, permissions: frozenset[str]) -> frozenset[str]:
        """What is left of them for who may see and change nothing."""
        return frozenset(n for n in permissions if isinstance(p := self._known[n], Section) or p.looks)

    def of_own_chats(self, permissions: frozenset[str]) -> frozenset[str]:
        """What is left of them for who sees only the chats that were given to them."""
        return frozenset(name for name in permissions if not self._known[name].beyond_own)


registry = Registry()
