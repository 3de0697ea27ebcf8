"""Who may do what: declared by the slices, demanded where the URL is.

A slice lists its `Section`s and `Action`s in PERMISSIONS; each route names one of them (or a
marker) in `needs=`. The registry also feeds the screen of roles, so nobody keeps a second list.
"""

from dataclasses import dataclass

PUBLIC = "public"  # anybody, signed in or not
SIGNED_IN = "signed-in"  # any operator of the company
COMPANY_ADMIN = "company-admin"  # only the built-in role of administrator
API_TOKEN = "api-token"  # a token of the public API
PROVIDER = "provider"  # a messenger calling us; the adapter checks who it is
MARKERS = {PUBLIC, SIGNED_IN, COMPANY_ADMIN, API_TOKEN, PROVIDER}

OPERATOR, SUPERVISOR, ADMINISTRATOR = "operator", "supervisor", "administrator"
EVERYONE = (OPERATOR, SUPERVISOR)
LEADS = (SUPERVISOR,)


@dataclass(frozen=True)
class Permission:
    """`name` is what routes and templates ask for; `label` is an English msgid;
    `given_to` are the built-in roles that have it at first (the administrator has all)."""

    name: str
    label: str
    given_to: tuple[str, ...] = ()


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

    def knows(self, need: str) -> bool:
        return need in MARKERS or need in self._known

    def granted(self, base: str, changes: dict[str, bool]) -> frozenset[str]:
        """The permissions of a role: what its base has at first, with the role's own changes.

        The administrator always has everything.
        """
        if base == ADMINISTRATOR:
            return frozenset(self._known)
        first = {name: base in p.given_to for name, p in self._known.items()}
        first.update({name: on for name, on in changes.items() if name in self._known})
        return frozenset(name for name, on in first.items() if on)


registry = Registry()
