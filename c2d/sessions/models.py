from datetime import datetime

from sqlalchemy import Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyScoped, created, moment, owned_by, to_one


class LoginSession(CompanyScoped, Base):
    """A signed-in device. The cookie holds a random token, this row its fingerprint."""

    __tablename__ = "login_sessions"
    __table_args__ = (
        owned_by("operator_id", "operators"),
        Index("uq_login_sessions_token", "token_hash", unique=True),
        owned_by("preview_role_id", "roles", ondelete="RESTRICT"),
        Index("ix_login_sessions_operator", "company_id", "operator_id", "last_seen_at"),
        Index("ix_login_sessions_active", "company_id", "last_seen_at", postgresql_where=text("ended_at IS NULL")),
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
    # What the User-Agent says, in words: 'Firefox', '136.0', 'Windows'; device 'desktop', 'mobile', 'tablet' or ''.
    device: Mapped[str] = mapped_column(String(10), default="")
    browser: Mapped[str] = mapped_column(String(60), default="")
    browser_version: Mapped[str] = mapped_column(String(30), default="")
    system: Mapped[str] = mapped_column(String(60), default="")
    # Where the address is said to be: a country's code (or 'local'), a city only with a city file.
    country: Mapped[str] = mapped_column(String(5), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    technical_access: Mapped[bool] = mapped_column(default=False)
    staff_name: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    # An administrator looks with the rights of this role.
    preview_role_id: Mapped[int | None]

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


class TechnicalAccess(CompanyScoped, Base):
    """Leave given to somebody of the platform's staff, by command line, to enter as an operator once."""

    __tablename__ = "technical_accesses"
    __table_args__ = (
        owned_by("operator_id", "operators"),
        Index("uq_technical_accesses_token", "token_hash", unique=True),
    )
    operator_id: Mapped[int]
    staff_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(300))
    minutes: Mapped[int]
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
