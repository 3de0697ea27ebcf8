"""A new company, still without people."""

from sqlalchemy import insert

from c2d.companies.events import CompanyRegistered
from c2d.companies.models import Company, CompanyCounters
from c2d.core.db import db
from c2d.core.events import emit
from c2d.core.tenancy import company


def found(name: str, **particulars) -> int:
    """Add a company to the running transaction and return its id.

    Called outside any company. `particulars` are further columns: locale, time_zone, demo …
    """
    new = db.session.scalar(insert(Company).values(name=name, **particulars).returning(Company.id))
    with company(new):
        db.session.add(CompanyCounters(company_id=new))
        emit(CompanyRegistered(name=name))
        db.session.flush()
    return new
