from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyScoped, created, moment, owned_by, to_one

# The end of a number, the same with and without its codes. Queries say it in these words, to be read from the index.
TAIL = r"right(regexp_replace(coalesce(number, raw), '\D', '', 'g'), 7)"


class ClientCard(CompanyScoped, Base):
    """The person: one card for all the addresses they write from.

    `search` is the folded text of everything a card can be found by; `version` grows with each
    change, so that a stale edit is noticed. A card is never deleted: one that was linked into
    another is empty and names it in `absorbed_by_id`.
    """

    __tablename__ = "client_cards"
    __table_args__ = (
        owned_by("absorbed_by_id", "client_cards", ondelete="RESTRICT"),
        Index("ix_client_cards_absorbed", "company_id", "absorbed_by_id",
              postgresql_where=text("absorbed_by_id IS NOT NULL")),
        Index(
            "ix_client_cards_search", "company_id", text("search gin_trgm_ops"),
            postgresql_using="gin",
        ),
    )
    name: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    login: Mapped[str] = mapped_column(String(200), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    hue: Mapped[int] = mapped_column(Integer, default=0)
    search: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    absorbed_by_id: Mapped[int | None]
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


class Alias(CompanyScoped, Base):
    """A further id by which a provider may name a client, as WhatsApp does with a number beside its own id."""

    __tablename__ = "client_aliases"
    __table_args__ = (
        owned_by("client_id", "clients"),
        UniqueConstraint("company_id", "transport", "scope", "external_id"),
        Index("ix_client_aliases_client", "company_id", "client_id"),
    )
    client_id: Mapped[int]
    transport: Mapped[str] = mapped_column(String(30))
    scope: Mapped[str] = mapped_column(String(20), default="")
    external_id: Mapped[str] = mapped_column(String(200))


class Phone(CompanyScoped, Base):
    """A phone or messenger id on a card, with the mark of the transport it came from.

    `client_id` is the address that brought it; None for one an operator typed in. The lowest
    `position` is the primary one. `raw` is what came, `number` the same in E.164, where it is a phone.
    """

    __tablename__ = "card_phones"
    __table_args__ = (
        owned_by("card_id", "client_cards"),
        owned_by("client_id", "clients"),
        UniqueConstraint("company_id", "card_id", "source", "raw"),
        Index("ix_card_phones_number", "company_id", "number"),
        Index("ix_card_phones_raw", "company_id", "raw", postgresql_where=text("number IS NULL")),
        Index("ix_card_phones_tail", "company_id", text(TAIL)),
    )
    card_id: Mapped[int]
    client_id: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(30), default="")
    raw: Mapped[str] = mapped_column(String(200))
    number: Mapped[str | None] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer, default=0)


class Email(CompanyScoped, Base):
    """An e-mail address on a card: `raw` as typed, `address` in lower case. See Phone for the rest."""

    __tablename__ = "card_emails"
    __table_args__ = (
        owned_by("card_id", "client_cards"),
        owned_by("client_id", "clients"),
        UniqueConstraint("company_id", "card_id", "address"),
        Index("ix_card_emails_address", "company_id", "address"),
    )
    card_id: Mapped[int]
    client_id: Mapped[int | None]
    raw: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(254))
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


class CustomField(CompanyScoped, Base):
    """A field that the company added to its cards. `kind`: text, number, date, choice or link.

    `choices` are the answers of a choice. `role_ids` are the roles that see the field; empty means
    everybody. An archived field is gone from the screens and keeps its values.
    """

    __tablename__ = "custom_fields"
    __table_args__ = (
        UniqueConstraint("company_id", "label"),
        CheckConstraint("kind IN ('text', 'number', 'date', 'choice', 'link')", name="kind"),
    )
    label: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10), default="text")
    choices: Mapped[list] = mapped_column(JSONB, default=list)
    required: Mapped[bool] = mapped_column(default=False)
    role_ids: Mapped[list] = mapped_column(JSONB, default=list)
    position: Mapped[int] = mapped_column(Integer, default=0)
    archived_at: Mapped[datetime | None] = moment(nullable=True)
    created_at: Mapped[datetime] = created()


class CardValue(CompanyScoped, Base):
    """What a card says in a custom field: text as typed, a number with a point, a date as YYYY-MM-DD."""

    __tablename__ = "card_values"
    __table_args__ = (
        owned_by("card_id", "client_cards"),
        owned_by("field_id", "custom_fields"),
        UniqueConstraint("company_id", "card_id", "field_id"),
        Index("ix_card_values_field", "company_id", "field_id"),
    )
    card_id: Mapped[int]
    field_id: Mapped[int]
    value: Mapped[str] = mapped_column(Text)


class CardLink(CompanyScoped, Base):
    """One card was linked into another, with what is needed to part them exactly.

    The images are cards as clients.images makes them: both before, and the kept one after.
    `client_ids` are the addresses that came along. `undone_at` is set when the last of them left.
    """

    __tablename__ = "card_links"
    __table_args__ = (
        owned_by("kept_card_id", "client_cards", ondelete="RESTRICT"),
        owned_by("absorbed_card_id", "client_cards", ondelete="RESTRICT"),
        owned_by("operator_id", "operators", ondelete="RESTRICT"),
        Index("ix_card_links_kept", "company_id", "kept_card_id", "id"),
        Index("ix_card_links_absorbed", "company_id", "absorbed_card_id", "id"),
        CheckConstraint("kept_card_id <> absorbed_card_id", name="two_cards"),
    )
    kept_card_id: Mapped[int]
    absorbed_card_id: Mapped[int]
    operator_id: Mapped[int | None]
    client_ids: Mapped[list] = mapped_column(JSONB)
    kept_before: Mapped[dict] = mapped_column(JSONB)
    absorbed_before: Mapped[dict] = mapped_column(JSONB)
    kept_after: Mapped[dict] = mapped_column(JSONB)
    linked_at: Mapped[datetime] = created()
    undone_at: Mapped[datetime | None] = moment(nullable=True)
    undone_by: Mapped[int | None]


class Distinction(CompanyScoped, Base):
    """An operator said that two cards are not the same person; the lower id stands first."""

    __tablename__ = "card_distinctions"
    __table_args__ = (
        owned_by("card_id", "client_cards"),
        owned_by("other_card_id", "client_cards"),
        owned_by("operator_id", "operators", ondelete="RESTRICT"),
        UniqueConstraint("company_id", "card_id", "other_card_id"),
        Index("ix_card_distinctions_other", "company_id", "other_card_id"),
        CheckConstraint("card_id < other_card_id", name="lower_first"),
    )
    card_id: Mapped[int]
    other_card_id: Mapped[int]
    operator_id: Mapped[int | None]
    said_at: Mapped[datetime] = created()
