from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyScoped, owned_by


class Role(CompanyScoped, Base):
    """A set of permissions: what its base has at first, with the changes made here.

    `base` is 'operator', 'supervisor' or 'administrator'; the three built-in roles have no name
    of their own (`name` is None).
    """

    __tablename__ = "roles"
    base: Mapped[str] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(String(60))


class RoleGrant(CompanyScoped, Base):
    """A permission switched on or off for a role, against what its base has at first."""

    __tablename__ = "role_grants"
    __table_args__ = (
        owned_by("role_id", "roles"),
        UniqueConstraint("company_id", "role_id", "permission"),
    )
    role_id: Mapped[int]
    permission: Mapped[str] = mapped_column(String(60))
    allowed: Mapped[bool]
