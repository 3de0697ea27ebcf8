from datetime import datetime

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyScoped, created, owned_by, to_one


class ClientCard(CompanyScoped, Base):
    """The person: one card for all the addresses they write from.

    `search` is the folded text of everything a card can be found by; `version` grows with each
    change, so that a stale edit is noticed.
    """

    __tablename__ = "client_cards"
    __table_args__ = (
        Index(
            "ix_client_cards_search", "company_id", text("search gin_trgm_ops"),
            postgresql_using="gin",
        ),
    )
    name: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    login: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    hue: Mapped[int] = mapped_column(Integer, default=0)
    search: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = created()


class Client(CompanyScoped, Base):
    """One address in one transport. Its id never dies and is the public API's `client_id`.

    `scope` is '' where the provider's ids hold for the whole transport, else the channel's id.
    """

    __tablename__ = "clients"
    __table_args__ = (
        owned_by("card_id", "client_cards", ondelete="RESTRICT"),
        UniqueConstraint("company_id", "transport", "scope", "external_id"),
        Index("ix_clients_card", "company_id", "card_id"),
    )
    card_id: Mapped[int]
    transport: Mapped[str] = mapped_column(String(30))
    scope: Mapped[str] = mapped_column(String(20), default="")
    external_id: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    username: Mapped[str | None] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = created()

    card = to_one("Client.card_id", "ClientCard")


class Phone(CompanyScoped, Base):
    """A phone or messenger id on a card, with the mark of the transport it came from."""

    __tablename__ = "card_phones"
    __table_args__ = (
        owned_by("card_id", "client_cards"),
        UniqueConstraint("company_id", "card_id", "source", "raw"),
        Index("ix_card_phones_number", "company_id", "number"),
    )
    card_id: Mapped[int]
    source: Mapped[str] = mapped_column(String(30), default="")
    raw: Mapped[str] = mapped_column(String(200))
    number: Mapped[str | None] = mapped_column(String(20))  # E.164, for looking up
    position: Mapped[int] = mapped_column(Integer, default=0)


class CardTag(CompanyScoped, Base):
    """A tag on a card."""

    __tablename__ = "card_tags"
    __table_args__ = (
        owned_by("card_id", "client_cards"),
        owned_by("tag_id", "tags"),
        UniqueConstraint("company_id", "card_id", "tag_id"),
        Index("ix_card_tags_tag", "company_id", "tag_id"),
    )
    card_id: Mapped[int]
    tag_id: Mapped[int]
