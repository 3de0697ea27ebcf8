from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyOwned, CompanyScoped, created, moment, owned_by, to_one
from c2d.core.text import full_name

ONLINE, AWAY, OFFLINE = "online", "away", "offline"


class Operator(CompanyScoped, Base):
    """A person of the company who answers clients or sets things up."""

    __tablename__ = "operators"
    __table_args__ = (
        owned_by("role_id", "roles", ondelete="RESTRICT"),
        owned_by("status_id", "operator_statuses", ondelete="RESTRICT"),
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
    # What the chosen status counts as; `status_id` is the choice itself, None where only this is known.
    status: Mapped[str] = mapped_column(String(20), default=OFFLINE)
    status_id: Mapped[int | None]
    read_only: Mapped[bool] = mapped_column(default=False)
    new_chats: Mapped[bool] = mapped_column(default=True)  # False: only the chats that were given to them
    dialog_limit: Mapped[int | None]  # open chats at the same time; None: as the company says
    preferences: Mapped[dict] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime] = created()
    blocked_at: Mapped[datetime | None] = moment(nullable=True)
    deleted_at: Mapped[datetime | None] = moment(nullable=True)
    # The second factor: its secret in a box, on since, and the newest step that was used (none works twice).
    totp_sealed: Mapped[str] = mapped_column(Text, default="")
    totp_on_at: Mapped[datetime | None] = moment(nullable=True)
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)

    role = to_one("Operator.role_id", "Role")

    @property
    def full_name(self) -> str:
        return full_name(self.first_name, self.last_name)


class StatusSpan(CompanyScoped, Base):
    """A stretch of time in one status; open while `ended_at` is None."""

    __tablename__ = "status_spans"
    __table_args__ = (
        owned_by("operator_id", "operators"),
        owned_by("status_id", "operator_statuses", ondelete="RESTRICT"),
        Index("ix_status_spans_operator", "company_id", "operator_id", "started_at"),
    )
    operator_id: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    status_id: Mapped[int | None]
    started_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment(nullable=True)


class OperatorStatus(CompanyScoped, Base):
    """A status that operators of the company choose from.

    `key` names the three that every company has ('online', 'away', 'offline'); their `name` is '' until the company
    gives them another one. `counts_online`: it counts as being there; `for_assignment`: new chats are assigned in it.
    `archived_at`: no longer to choose; spans still name it.
    """

    __tablename__ = "operator_statuses"
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index("uq_operator_statuses_name", "company_id", func.lower(text("name")), unique=True,
              postgresql_where=text("name <> '' AND archived_at IS NULL")),
    )
    key: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40), default="")
    hue: Mapped[int] = mapped_column(default=0)
    counts_online: Mapped[bool] = mapped_column(default=False)
    for_assignment: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None] = moment(nullable=True)


class OperatorGroup(CompanyScoped, Base):
    """Operators who serve the same channels."""

    __tablename__ = "operator_groups"
    __table_args__ = (Index("uq_operator_groups_name", "company_id", func.lower(text("name")), unique=True),)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = created()


class GroupMember(CompanyOwned, Base):
    """An operator in a group; `skill` from 1 to 100."""

    __tablename__ = "group_members"
    __table_args__ = (
        owned_by("group_id", "operator_groups"),
        owned_by("operator_id", "operators"),
        Index("ix_group_members_operator", "company_id", "operator_id"),
    )
    group_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    operator_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    skill: Mapped[int] = mapped_column(default=50)


class GroupChannel(CompanyOwned, Base):
    """A channel that a group serves."""

    __tablename__ = "group_channels"
    __table_args__ = (owned_by("group_id", "operator_groups"), owned_by("channel_id", "channels"))
    group_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class OperatorChannel(CompanyOwned, Base):
    """A channel that an operator may serve; who has no such row may serve all."""

    __tablename__ = "operator_channels"
    __table_args__ = (owned_by("operator_id", "operators"), owned_by("channel_id", "channels"))
    operator_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class Invitation(CompanyScoped, Base):
    """A link by e-mail with which a new operator comes in; a newer one of the same operator replaces it."""

    __tablename__ = "operator_invitations"
    __table_args__ = (
        owned_by("operator_id", "operators"),
        Index("uq_operator_invitations_token", "token_hash", unique=True),
        Index("ix_operator_invitations_operator", "company_id", "operator_id"),
    )
    operator_id: Mapped[int]
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = created()
    expires_at: Mapped[datetime] = moment()
    accepted_at: Mapped[datetime | None] = moment(nullable=True)
    invited_by: Mapped[int | None]


class RecoveryCode(CompanyScoped, Base):
    """Stands in for the second factor, once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (owned_by("operator_id", "operators"), UniqueConstraint("company_id", "operator_id", "code_hash"))
    operator_id: Mapped[int]
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = moment(nullable=True)
