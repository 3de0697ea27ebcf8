from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, Sequence, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyScoped, created, db, moment, owned_by

OPEN, CLOSED = "open", "closed"
request_numbers = Sequence("request_numbers", start=677_830_475, metadata=db.metadata)


class Dialog(CompanyScoped, Base):
    """The endless thread of one client on one channel.

    Also the one row the list of chats reads: name, tags, preview and counters are kept here by
    those who change them. `waiting_since` is the client's first unanswered message.
    """

    __tablename__ = "dialogs"
    __table_args__ = (
        owned_by("channel_id", "channels", ondelete="RESTRICT"),
        owned_by("client_id", "clients", ondelete="RESTRICT"),
        owned_by("card_id", "client_cards", ondelete="RESTRICT"),
        owned_by("operator_id", "operators", ondelete="RESTRICT"),
        UniqueConstraint("company_id", "channel_id", "client_id"),
        Index("ix_dialogs_card", "company_id", "card_id"),
        Index("ix_dialogs_all", "company_id", "sort_at", "id"),
        Index("ix_dialogs_new", "company_id", "sort_at", "id",
              postgresql_where=text("state = 'open' AND operator_id IS NULL")),
        Index("ix_dialogs_mine", "company_id", "operator_id", "sort_at", "id",
              postgresql_where=text("state = 'open'")),
        Index("ix_dialogs_closed", "company_id", "sort_at", "id", postgresql_where=text("state = 'closed'")),
        Index("ix_dialogs_own_closed", "company_id", "operator_id", "sort_at", "id",
              postgresql_where=text("state = 'closed'")),
        Index("ix_dialogs_channel", "company_id", "channel_id", "sort_at", "id"),
        Index("ix_dialogs_waiting", "company_id", "waiting_since", postgresql_where=text("waiting_since IS NOT NULL")),
        Index("ix_dialogs_unread", "company_id", "sort_at", "id", postgresql_where=text("unread > 0")),
        {"postgresql_with": {"fillfactor": 70}},
    )
    channel_id: Mapped[int]
    client_id: Mapped[int]
    card_id: Mapped[int]
    transport: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    operator_id: Mapped[int | None]
    request_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(200), default="")
    hue: Mapped[int] = mapped_column(Integer, default=0)
    tags: Mapped[list] = mapped_column(JSONB, default=list)  # [[name, hue], …] of the card
    sort_at: Mapped[datetime] = created()
    last_message_id: Mapped[int | None]
    preview: Mapped[str] = mapped_column(Text, default="")
    preview_kind: Mapped[str] = mapped_column(String(20), default="event")
    preview_out: Mapped[bool] = mapped_column(default=False)
    unread: Mapped[int] = mapped_column(Integer, default=0)
    waiting_since: Mapped[datetime | None] = moment(nullable=True)
    failed: Mapped[bool] = mapped_column(default=False)
    last_inbound_at: Mapped[datetime | None] = moment(nullable=True)
    created_at: Mapped[datetime] = created()


class Request(CompanyScoped, Base):
    """One contact inside a dialog, from the first message to the closing: N-677830474."""

    __tablename__ = "requests"
    __table_args__ = (
        owned_by("dialog_id", "dialogs"),
        UniqueConstraint("company_id", "number"),
        Index("ix_requests_dialog", "company_id", "dialog_id", "id"),
        Index("uq_requests_open", "company_id", "dialog_id", unique=True, postgresql_where=text("closed_at IS NULL")),
    )
    dialog_id: Mapped[int]
    number: Mapped[int] = mapped_column(BigInteger, request_numbers, server_default=request_numbers.next_value())
    opened_at: Mapped[datetime] = created()
    closed_at: Mapped[datetime | None] = moment(nullable=True)
    closed_by: Mapped[int | None]
    operator_id: Mapped[int | None]


class Draft(CompanyScoped, Base):
    """What an operator typed in a dialog and has not sent yet."""

    __tablename__ = "drafts"
    __table_args__ = (
        owned_by("dialog_id", "dialogs"),
        owned_by("operator_id", "operators"),
        UniqueConstraint("company_id", "dialog_id", "operator_id"),
    )
    dialog_id: Mapped[int]
    operator_id: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = created()
