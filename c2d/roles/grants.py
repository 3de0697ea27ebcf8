"""What a role may do: what its base has at first, with the role's own changes."""

from c2d.core.permissions import registry

# An SQL expression for a query that already has `roles r`: {"permission": true or false, …} or null.
CHANGES = """(SELECT jsonb_object_agg(g.permission, g.allowed) FROM role_grants g
              WHERE g.company_id = r.company_id AND g.role_id = r.id)"""


def effective(base: str, changes: dict[str, bool] | None) -> frozenset[str]:
    """The permissions that hold now; `changes` as read by CHANGES."""
    return registry.granted(base, changes or {})
