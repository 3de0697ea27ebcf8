"""The roles of the company with all that they may do."""

from dataclasses import dataclass

from c2d.core.errors import NotFound
from c2d.core.permissions import ADMINISTRATOR
from c2d.core.sql import scoped
from c2d.roles import builtin
from c2d.roles.grants import CHANGES, effective

_known = scoped(f"""
    SELECT r.id, r.base, r.name, {CHANGES} AS changes,
           (SELECT count(*) FROM operators o
            WHERE o.company_id = r.company_id AND o.role_id = r.id AND o.deleted_at IS NULL) AS people
    FROM roles r WHERE r.company_id = %(company)s
    ORDER BY r.name IS NOT NULL,
             CASE WHEN r.name IS NULL THEN array_position(ARRAY['operator', 'supervisor', 'administrator'], r.base::text) END,
             r.id""")  # noqa: S608 only our own text


@dataclass(frozen=True)
class Known:
    """A role as the screens show it; `people` counts its operators without the deleted ones."""

    id: int
    base: str
    name: str | None
    permissions: frozenset[str]
    people: int

    @property
    def label(self) -> str:
        return builtin.label(self.base, self.name)

    @property
    def custom(self) -> bool:
        return self.name is not None

    @property
    def locked(self) -> bool:
        """The administrator has every right, and keeps them."""
        return self.base == ADMINISTRATOR


def known() -> list[Known]:
    """The built-in roles first, then the company's own as they were made."""
    return [
        Known(row.id, row.base, row.name, effective(row.base, row.changes, row.name is not None), row.people)
        for row in _known.all()
    ]


def get(role_id: int) -> Known:
    """Raises NotFound."""
    for role in known():
        if role.id == role_id:
            return role
    raise NotFound()


def get_custom(role_id: int) -> Known:
    """The same for a role of the company's own. Raises NotFound for a built-in one too."""
    role = get(role_id)
    if not role.custom:
        raise NotFound()
    return role
