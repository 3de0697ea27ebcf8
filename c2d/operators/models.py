from datetime import datetime

from sqlalchemy import Index, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyScoped, created, moment, owned_by, to_one

ONLINE, AWAY, OFFLINE = "online", "away", "offline"


class Operator(CompanyScoped, Base):
    """A person of the company who answers clients or sets things up."""

    __tablename__ = "operators"
    __table_args__ = (
        owned_by("role_id", "roles", ondelete="RESTRICT"),
        # one address, one person: signing in does not ask for the company
        Index("uq_operators_email", func.lower(text("email")), unique=True,
              postgresql_where=text("deleted_at IS NULL")),
    )
    role_id: Mapped[int]
    email: Mapped[str] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    first_name: Mapped[str] = mapped_column(String(60))
    last_name: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    locale: Mapped[str] = mapped_column(String(5), default="ru")
    status: Mapped[str] = mapped_column(String(20), default=OFFLINE)
    read_only: Mapped[bool] = mapped_column(default=False)
    preferences: Mapped[dict] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime] = created()
    blocked_at: Mapped[datetime | None] = moment(nullable=True)
    deleted_at: Mapped[datetime | None] = moment(nullable=True)

    role = to_one("Operator.role_id", "Role")

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class StatusSpan(CompanyScoped, Base):
    """A stretch of time in one status; open while `ended_at` is None."""

    __tablename__ = "status_spans"
    __table_args__ = (
        owned_by("operator_id", "operators"),
        Index("ix_status_spans_operator", "company_id", "operator_id", "started_at"),
    )
    operator_id: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment(nullable=True)
