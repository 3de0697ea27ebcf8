"""The people of every test: company «Ромашка» and the stranger's company «Чужая»."""

from dataclasses import dataclass

from c2d.companies.models import Company, CompanyCounters
from c2d.core.db import db
from c2d.core.tenancy import all_companies, company
from c2d.operators import statuses
from c2d.operators.models import Operator
from c2d.roles.models import Role, RoleGrant

BASES = ("operator", "supervisor", "administrator")
TRAINEE = ("chats", "chats.view_new", "chats.assign", "chats.close", "chats.comment", "clients.edit", "clients.link",
           "clients.block", "clients.contacts")  # all of an operator but answering


@dataclass(frozen=True)
class Person:
    id: int
    company_id: int
    email: str
    first_name: str
    last_name: str
    role_id: int

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Cast:
    """Анна is administrator, Борис supervisor, Вера and Глеб operators, Галя has the custom role
    «Стажер» (may look at her chats, not answer); Харитон administers another company."""

    romashka: int
    chuzhaya: int
    anna: Person
    boris: Person
    vera: Person
    gleb: Person
    galya: Person
    hariton: Person

    def everybody(self) -> list[Person]:
        return [self.anna, self.boris, self.vera, self.gleb, self.galya, self.hariton]


def _company(name: str) -> int:
    with all_companies("the cast founds its companies"):
        row = Company(name=name)
        db.session.add(row)
        db.session.flush()
        id = row.id
        db.session.add(CompanyCounters(company_id=id))
        db.session.commit()
        db.session.remove()
    return id


def _roles() -> dict[str, Role]:
    statuses.create()
    roles = {base: Role(base=base) for base in BASES}
    db.session.add_all(roles.values())
    db.session.flush()
    return roles


def _person(company_id: int, role: Role, email: str, first: str, last: str) -> Person:
    row = Operator(role_id=role.id, email=email, first_name=first, last_name=last, status="online")
    db.session.add(row)
    db.session.flush()
    return Person(row.id, company_id, email, first, last, role.id)


def assemble() -> Cast:
    """Write the cast into an empty database."""
    romashka, chuzhaya = _company("Ромашка"), _company("Чужая")
    with company(romashka):
        roles = _roles()
        trainee = Role(base="operator", name="Стажер")
        db.session.add(trainee)
        db.session.flush()
        db.session.add_all(RoleGrant(role_id=trainee.id, permission=right, allowed=True) for right in TRAINEE)
        people = {
            "anna": _person(romashka, roles["administrator"], "anna@romashka.example", "Анна", "Антонова"),
            "boris": _person(romashka, roles["supervisor"], "boris@romashka.example", "Борис", "Белов"),
            "vera": _person(romashka, roles["operator"], "vera@romashka.example", "Вера", "Волкова"),
            "gleb": _person(romashka, roles["operator"], "gleb@romashka.example", "Глеб", "Громов"),
            "galya": _person(romashka, trainee, "galya@romashka.example", "Галя", "Гусева"),
        }
        db.session.commit()
        db.session.remove()
    with company(chuzhaya):
        people["hariton"] = _person(
            chuzhaya, _roles()["administrator"], "hariton@chuzhaya.example", "Харитон", "Хромов"
        )
        db.session.commit()
        db.session.remove()
    return Cast(romashka=romashka, chuzhaya=chuzhaya, **people)
