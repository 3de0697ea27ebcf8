from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyScoped, created, owned_by


class Role(CompanyScoped, Base):
    """A set of permissions.

    `base` is 'operator', 'supervisor' or 'administrator'. The three built-in roles have no name of their own (`name`
    is None) and what their base has at first, with the company's changes. A custom role has what was switched on;
    its base follows from whether it sees all chats.
    """

    __tablename__ = "roles"
    __table_args__ = (
        Index("uq_roles_name", "company_id", func.lower(text("name")), unique=True, postgresql_where=text("name IS NOT NULL")),
    )
    base: Mapped[str] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = created()


class RoleGrant(CompanyScoped, Base):
    """A permission switched on or off for a role."""

    __tablename__ = "role_grants"
    __table_args__ = (
        owned_by("role_id", "roles"),
        UniqueConstraint("company_id", "role_id", "permission"),
    )
    role_id: Mapped[int]
    permission: Mapped[str] = mapped_column(String(60))
    allowed: Mapped[bool]
