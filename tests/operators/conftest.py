import pytest
from sqlalchemy import select

from c2d.companies.models import Company
from c2d.core.audit import AuditRecord
from c2d.core.db import db
from c2d.core.tenancy import company_id
from c2d.operators.models import Operator
from c2d.roles.models import Role, RoleGrant

HERE = "/settings/operators"


def row(person) -> Operator:
    db.session.expire_all()
    id = person if isinstance(person, int) else person.id
    return db.session.get(Operator, (company_id(), id))


def change(person, **values) -> None:
    found = row(person)
    for name, value in values.items():
        setattr(found, name, value)
    db.session.commit()


def seats(number: int | None, kind: str = "registered") -> None:
    found = db.session.get(Company, company_id())
    found.seats, found.licence = number, kind
    db.session.commit()


def by_email(email: str) -> Operator | None:
    db.session.expire_all()
    return db.session.scalars(select(Operator).where(Operator.email == email)).one_or_none()


def role_id(base: str, name: str | None = None) -> int:
    return db.session.scalars(select(Role.id).where(Role.base == base, Role.name.is_(None) if name is None else
                                                    Role.name == name)).one()


def audited() -> list[tuple[str, str]]:
    """(kind, subject) of the audit log, in order."""
    db.session.expire_all()
    return [(a.kind, a.subject) for a in db.session.scalars(select(AuditRecord).order_by(AuditRecord.id))]


def newest() -> AuditRecord:
    """The newest fact about operators; that somebody's session ended with it stands beside."""
    db.session.expire_all()
    return db.session.scalars(select(AuditRecord).where(AuditRecord.kind != "session_terminated")
                              .order_by(AuditRecord.id.desc()).limit(1)).one()


@pytest.fixture
def manager(romashka, cast):
    """Борис may add and change operators, with what a supervisor has besides."""
    db.session.add_all(RoleGrant(role_id=cast.boris.role_id, permission=name, allowed=True) for name in ("operators.manage",))
    db.session.commit()
    return cast.boris
