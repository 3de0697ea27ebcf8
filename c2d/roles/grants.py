"""What a role may do, out of the rows that say what was switched on and off."""

from c2d.core.permissions import OPERATOR, SUPERVISOR, registry

VIEW_ALL = "chats.view_all"  # decides what a custom role is based on

# An SQL expression for a query that already has `roles r`: {"permission": true or false, …} or null.
CHANGES = """(SELECT jsonb_object_agg(g.permission, g.allowed) FROM role_grants g
              WHERE g.company_id = r.company_id AND g.role_id = r.id)"""


def effective(base: str, changes: dict[str, bool] | None, custom: bool) -> frozenset[str]:
    """The permissions that hold now; `changes` as read by CHANGES."""
    return registry.granted(base, changes or {}, custom)


def base_of(permissions: frozenset[str]) -> str:
    """What a custom role with these permissions is based on."""
    return SUPERVISOR if VIEW_ALL in permissions else OPERATOR
