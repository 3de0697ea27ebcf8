from datetime import datetime

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyScoped, created, moment, owned_by

FROM_CLIENT, TO_CLIENT, COMMENT, AUTOREPLY, BOT = "from_client", "to_client", "comment", "autoreply", "bot"
FOLDED = "to_tsvector('russian', translate(text, 'ёЁ', 'ее'))"


class Message(CompanyScoped, Base):
    """One message of a dialog.

    `content` holds what is not text: buttons, location, contact, unsupported, picked button.
    `provider_id` is the provider's id (unique in its channel), `client_key` the page's own key
    that makes sending again harmless. `withheld`: it belongs to a time when the client was blocked, and is
    kept out of the chats for as long as they are.
    """

    __tablename__ = "messages"
    __table_args__ = (
        owned_by("dialog_id", "dialogs"),
        owned_by("channel_id", "channels", ondelete="RESTRICT"),
        Index("ix_messages_dialog", "company_id", "dialog_id", "id"),
        Index("uq_messages_provider", "company_id", "channel_id", "provider_id", "dialog_id", unique=True,
              postgresql_where=text("provider_id IS NOT NULL")),
        Index("uq_messages_client_key", "company_id", "dialog_id", "client_key", unique=True,
              postgresql_where=text("client_key IS NOT NULL")),
        Index("ix_messages_text", text(FOLDED), postgresql_using="gin"),
        {"postgresql_with": {"fillfactor": 85}},
    )
    dialog_id: Mapped[int]
    channel_id: Mapped[int]
    request_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[dict] = mapped_column(JSONB, default=dict)
    operator_id: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(12), default="")
    problem: Mapped[str | None] = mapped_column(Text)
    provider_id: Mapped[str | None] = mapped_column(String(120))
    client_key: Mapped[str | None] = mapped_column(String(40))
    quote_id: Mapped[int | None]
    has_files: Mapped[bool] = mapped_column(default=False)
    imported: Mapped[bool] = mapped_column(default=False)
    withheld: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = created()
    edited_at: Mapped[datetime | None] = moment(nullable=True)
    deleted_at: Mapped[datetime | None] = moment(nullable=True)


class Attachment(CompanyScoped, Base):
    """A file of a message. `remote` says where the provider keeps it until it is fetched."""

    __tablename__ = "attachments"
    __table_args__ = (
        owned_by("message_id", "messages"),
        Index("ix_attachments_message", "company_id", "message_id"),
        Index("ix_attachments_pending", "next_at", postgresql_where=text("state = 'pending'")),
    )
    message_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200), default="")
    mime: Mapped[str] = mapped_column(String(100), default="application/octet-stream")
    size: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="ready")
    storage_key: Mapped[str | None] = mapped_column(String(80))
    remote: Mapped[dict] = mapped_column(JSONB, default=dict)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    seconds: Mapped[int | None] = mapped_column(Integer)
    peaks: Mapped[list | None] = mapped_column(JSONB)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime | None] = moment(nullable=True)
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = created()


class StoredFile(CompanyScoped, Base):
    """A file's bytes where the disk does not last (FILES=database)."""

    __tablename__ = "stored_files"
    __table_args__ = (UniqueConstraint("company_id", "key"),)
    key: Mapped[str] = mapped_column(String(80))
    bytes: Mapped[bytes]


class ParkedStatus(CompanyScoped, Base):
    """A status that came before we knew the message's provider id."""

    __tablename__ = "parked_statuses"
    __table_args__ = (
        owned_by("channel_id", "channels"),
        UniqueConstraint("company_id", "channel_id", "provider_id", "status"),
    )
    channel_id: Mapped[int]
    provider_id: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(12))
    problem: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = created()


class ButtonKey(CompanyScoped, Base):
    """What a short key on a button stands for: any button ever sent may be pressed again."""

    __tablename__ = "button_keys"
    __table_args__ = (
        owned_by("message_id", "messages"),
        UniqueConstraint("company_id", "key"),
    )
    message_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Text)
    payload: Mapped[str] = mapped_column(Text)


