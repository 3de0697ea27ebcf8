"""What a company chose for itself; what it did not choose has a default here."""

from dataclasses import asdict, dataclass, field, fields

from sqlalchemy import select

from c2d.companies.events import SettingsChanged
from c2d.companies.models import Company
from c2d.core.audit import changed
from c2d.core.db import db
from c2d.core.events import emit
from c2d.core.tenancy import company_id


@dataclass(frozen=True)
class Settings:
    """`sla_minutes`: a client who waits longer than this is marked as waiting too long.

    `blacklist_reply` is what blocked clients are answered with, '' for nothing.
    `idle_offline_minutes`: who does nothing for so long becomes offline; 0 for never. `online_at_login`: who signs in
    while offline becomes online. `warn_open_chats`: who leaves with open chats is asked what becomes of them.
    `two_factor_required`: nobody gets further than setting up a second factor. `password_length` at least,
    `password_mixed`: letters and digits. A login session ends after `session_hours`, or `idle_hours` without activity.
    `embed_origins`: where c2d may stand in an iFrame, as 'https://crm.example'.
    """

    sla_minutes: int = 15
    blacklist_reply: str = ""
    idle_offline_minutes: int = 0
    online_at_login: bool = True
    warn_open_chats: bool = True
    two_factor_required: bool = False
    password_length: int = 10
    password_mixed: bool = False
    session_hours: int = 720
    idle_hours: int = 168
    embed_origins: list = field(default_factory=list)


def own() -> Company:
    """The company in scope."""
    return db.session.get_one(Company, company_id())


def of(company: Company) -> Settings:
    """Its settings; values of another type than the default's are left out."""
    known = {f.name: f.type for f in fields(Settings)}
    chosen = {k: v for k, v in company.settings.items() if k in known and type(v) is known[k]}
    return Settings(**chosen)


def locked() -> Company:
    """The company in scope as it is now, held until the end of the transaction: of two changes none is lost."""
    query = select(Company).where(Company.id == company_id()).with_for_update(key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def embed_origins() -> list[str]:
    """Where the company in scope lets c2d stand in an iFrame, as 'https://crm.example:8443'."""
    return list(of(own()).embed_origins)


def change(name: str, time_zone: str, locale: str, country: str, **settings) -> None:
    """Write the basic settings into the running transaction; `settings` are fields of Settings."""
    company = locked()
    basic = {"name": name, "time_zone": time_zone, "locale": locale, "country": country}
    before = {**{key: getattr(company, key) for key in basic}, **asdict(of(company))}
    for key, value in basic.items():
        setattr(company, key, value)
    choose(**settings)
    old, new = changed(before, {**basic, **settings})
    if new:
        emit(SettingsChanged(before=old, after=new))


def choose(**settings) -> None:
    """Write fields of Settings into the running transaction; the caller tells what it means."""
    company = locked()
    company.settings = {**company.settings, **settings}
