from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyScoped, created, moment, owned_by

ACTIVE, DISABLED, BROKEN = "active", "disabled", "broken"
WAITING, DONE, DEAD = 0, 1, 2  # a delivery's or a sending's state


class Channel(CompanyScoped, Base):
    """A connected account of a messenger. `token` is the secret part of its hook's address;
    `sealed` holds the credentials, encrypted."""

    __tablename__ = "channels"
    __table_args__ = (Index("uq_channels_token", "token", unique=True),)
    transport: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(80))
    account: Mapped[str] = mapped_column(String(80), default="")
    token: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str] = mapped_column(String(64), default="")
    sealed: Mapped[str] = mapped_column(Text, default="")
    base_url: Mapped[str] = mapped_column(String(300), default="")
    settings: Mapped[dict] = mapped_column(JSONB, default=dict)
    state: Mapped[str] = mapped_column(String(20), default=ACTIVE)
    problem: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = created()
    checked_at: Mapped[datetime | None] = moment(nullable=True)
    last_inbound_at: Mapped[datetime | None] = moment(nullable=True)


class InboundDelivery(CompanyScoped, Base):
    """What a provider posted, raw, before anything was understood of it."""

    __tablename__ = "inbound_deliveries"
    __table_args__ = (
        owned_by("channel_id", "channels"),
        UniqueConstraint("company_id", "channel_id", "provider_key"),
        Index("ix_inbound_deliveries_waiting", "company_id", "channel_id", "id", postgresql_where=text("state = 0")),
        Index("ix_inbound_deliveries_dead", "company_id", "channel_id", postgresql_where=text("state = 2")),
        Index("ix_inbound_deliveries_received", "received_at"),
    )
    channel_id: Mapped[int]
    provider_key: Mapped[str] = mapped_column(String(80))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = created()
    state: Mapped[int] = mapped_column(Integer, default=WAITING)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime | None] = moment(nullable=True)
    problem: Mapped[str | None] = mapped_column(Text)


class Sending(CompanyScoped, Base):
    """A promise to hand one message to a provider: an outbox row with a lease."""

    __tablename__ = "sendings"
    __table_args__ = (
        owned_by("channel_id", "channels"),
        UniqueConstraint("company_id", "message_id"),
        Index("ix_sendings_waiting", "next_at", postgresql_where=text("state = 0")),
        Index("ix_sendings_peer", "company_id", "dialog_id", "id", postgresql_where=text("state = 0")),
    )
    channel_id: Mapped[int]
    dialog_id: Mapped[int]
    message_id: Mapped[int]
    state: Mapped[int] = mapped_column(Integer, default=WAITING)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = created()
    lease_until: Mapped[datetime | None] = moment(nullable=True)
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = created()
