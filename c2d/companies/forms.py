"""The basic settings as typed, and what is wrong with them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _

from c2d.companies.models import Company
from c2d.companies.settings import of
from c2d.core.clock import now
from c2d.core.i18n import LOCALES
from c2d.core.text import one_line

REGIONS = (
    "Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/",
)
NO_COUNTRY = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
MAX_SLA = 10_000


@dataclass
class BasicForm:
    name: str = ""
    time_zone: str = ""
    locale: str = ""
    country: str = ""
    sla_minutes: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, company: Company) -> "BasicForm":
        return cls(company.name, company.time_zone, company.locale, company.country, str(of(company).sla_minutes))

    @classmethod
    def read(cls, values) -> "BasicForm":
        form = cls(
            one_line(values.get("name"), 120), one_line(values.get("time_zone"), 60), one_line(values.get("locale"), 5),
            one_line(values.get("country"), 2), one_line(values.get("sla_minutes"), 10),
        )
        form._check()
        return form

    def _check(self) -> None:
        if not self.name:
            self.errors["name"] = _("Give the company a name")
        if self.time_zone not in available_timezones():
            self.errors["time_zone"] = _("Choose a time zone from the list")
        if self.locale not in LOCALES:
            self.errors["locale"] = _("Choose a language from the list")
        if self.country not in dict(countries()):
            self.errors["country"] = _("Choose a country from the list")
        if not (self.sla_minutes.isdecimal() and 1 <= int(self.sla_minutes) <= MAX_SLA):
            self.errors["sla_minutes"] = _("A whole number of minutes, from 1 to %(most)s", most=MAX_SLA)

    def values(self) -> dict:
        """What settings.change takes."""
        return {
            "name": self.name, "time_zone": self.time_zone, "locale": self.locale, "country": self.country,
            "sla_minutes": int(self.sla_minutes),
        }


def languages() -> list[tuple[str, str]]:
    """(code, its own name for itself)."""
    return [(code, Locale(code).get_display_name().capitalize()) for code in LOCALES]


def countries() -> list[tuple[str, str]]:
    """(code, name in the reader's language), by name."""
    names = get_locale().territories.items()
    found = [(code, name) for code, name in names if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY]
    return sorted(found, key=lambda item: item[1])


def time_zones() -> list[tuple[str, str]]:
    """(name, 'UTC+03:00 Europe/Moscow'), from west to east, as the clocks stand today."""
    return _zones_on(now().date())


@lru_cache(maxsize=1)
def _zones_on(day: date) -> list[tuple[str, str]]:
    noon = datetime(day.year, day.month, day.day, 12)
    found = []
    for name in available_timezones():
        if name.startswith(REGIONS):
            offset = noon.replace(tzinfo=ZoneInfo(name)).strftime("%z")
            found.append((int(offset), name, f"UTC{offset[:3]}:{offset[3:5]} {name}"))
    return [(name, label) for _offset, name, label in sorted(found)]
