from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyScoped, created, moment, owned_by


class BlacklistEntry(CompanyScoped, Base):
    """A card was blocked: why, by whom, until when. Lifted ones stay as history.

    `until` None is for ever. `lifted_at` without `lifted_by`: the end came by itself.
    `replied_at` is when the automatic reply was last sent.
    """

    __tablename__ = "blacklist_entries"
    __table_args__ = (
        owned_by("card_id", "client_cards", ondelete="RESTRICT"),
        owned_by("blocked_by", "operators", ondelete="RESTRICT"),
        owned_by("lifted_by", "operators", ondelete="RESTRICT"),
        Index("uq_blacklist_entries_now", "company_id", "card_id", unique=True,
              postgresql_where=text("lifted_at IS NULL")),
        Index("ix_blacklist_entries_card", "company_id", "card_id", "id"),
        Index("ix_blacklist_entries_until", "until", postgresql_where=text("lifted_at IS NULL AND until IS NOT NULL")),
    )
    card_id: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500), default="")
    blocked_by: Mapped[int | None]
    blocked_at: Mapped[datetime] = created()
    until: Mapped[datetime | None] = moment(nullable=True)
    lifted_at: Mapped[datetime | None] = moment(nullable=True)
    lifted_by: Mapped[int | None]
    replied_at: Mapped[datetime | None] = moment(nullable=True)
