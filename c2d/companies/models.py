from datetime import datetime

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyOwned, created, moment


class Company(Base):
    """The tenant: everything else belongs to one."""

    __tablename__ = "companies"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/Moscow")
    locale: Mapped[str] = mapped_column(String(5), default="ru")
    country: Mapped[str] = mapped_column(String(2), default="RU")
    settings: Mapped[dict] = mapped_column(JSONB, default=dict)
    demo: Mapped[bool] = mapped_column(default=False)
    # What the seats count: operators that are registered, or those signed in at the same time; None: no limit.
    licence: Mapped[str] = mapped_column(String(20), default="registered")
    seats: Mapped[int | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = created()


class CompanyCounters(CompanyOwned, Base):
    """The company's newest event and request numbers; bumped last in a transaction."""

    __tablename__ = "company_counters"
    __table_args__ = {"postgresql_with": {"fillfactor": 40}}
    event_seq: Mapped[int] = mapped_column(default=0)


class Beat(Base):
    """Signs of life of background work, shown by /healthz."""

    __tablename__ = "beats"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = moment()
