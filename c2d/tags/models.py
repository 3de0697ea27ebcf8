from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from c2d.core.db import Base, CompanyScoped


class Tag(CompanyScoped, Base):
    """A mark on a client or a request; only the hue (0 to 35, tens of degrees) is stored."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("company_id", "name"),)
    name: Mapped[str] = mapped_column(String(60))
    hue: Mapped[int] = mapped_column(Integer, default=22)
