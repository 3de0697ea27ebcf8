from datetime import datetime

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyScoped, created, moment, owned_by, to_one


class LoginSession(CompanyScoped, Base):
    """A signed-in device. The cookie holds a random token, this row its fingerprint."""

    __tablename__ = "login_sessions"
    __table_args__ = (
        owned_by("operator_id", "operators"),
        Index("uq_login_sessions_token", "token_hash", unique=True),
        Index("ix_login_sessions_operator", "company_id", "operator_id", "last_seen_at"),
    )
    operator_id: Mapped[int]
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = created()
    last_seen_at: Mapped[datetime] = created()
    expires_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment(nullable=True)
    end_reason: Mapped[str | None] = mapped_column(String(30))
    ip: Mapped[str] = mapped_column(String(45), default="")
    user_agent: Mapped[str] = mapped_column(String(400), default="")
    technical_access: Mapped[bool] = mapped_column(default=False)

    operator = to_one("LoginSession.operator_id", "Operator")


class PasswordReset(CompanyScoped, Base):
    """A link sent by e-mail; works once, for an hour."""

    __tablename__ = "password_resets"
    __table_args__ = (
        owned_by("operator_id", "operators"),
        Index("uq_password_resets_token", "token_hash", unique=True),
    )
    operator_id: Mapped[int]
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = created()
    expires_at: Mapped[datetime] = moment()
    used_at: Mapped[datetime | None] = moment(nullable=True)


class LoginAttempts(Base):
    """How often somebody tried, by account and by address, in the current window."""

    __tablename__ = "login_attempts"
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    window_start: Mapped[datetime] = moment()
    tries: Mapped[int] = mapped_column(Integer, default=0)
