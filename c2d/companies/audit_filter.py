"""The filter of the audit log, as the address says it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from c2d.companies.audit import Wanted
from c2d.companies.audit_words import CLIENTS
from c2d.core import veil
from c2d.core.text import holding, one_line, whole_number

STAFF = "staff"  # instead of a person's number: whoever came by technical access


@dataclass(frozen=True)
class Filter:
    """What was typed and chosen; `about` is a kind of thing, or one of them as 'operator:7'."""

    since: str = ""
    until: str = ""
    person: str = ""
    action: str = ""
    about: str = ""
    q: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Filter":
        return cls(
            _date(values.get("since")), _date(values.get("until")), one_line(values.get("person"), 20),
            one_line(values.get("action"), 60), one_line(values.get("about"), 60), one_line(values.get("q"), 100),
        )

    @property
    def chosen(self) -> dict[str, str]:
        """Only what is set: for addresses, and for the log when it is exported."""
        return {name: value for name, value in asdict(self).items() if value}

    def wanted(self, zone: ZoneInfo) -> Wanted:
        """`zone`: whose days are meant."""
        about, _, subject = self.about.partition(":")
        return Wanted(
            since=_start(self.since, zone), until=_start(self.until, zone, days=1),
            actor=whole_number(self.person), staff=self.person == STAFF, kind=self.action, about=about,
            subject=whole_number(subject), words=holding(self.q) if self.q else "",
            unseen=CLIENTS if self.q and veil.hidden() else "",
        )


def _date(typed: str | None) -> str:
    """'2026-11-28' when it is a day, else ''."""
    try:
        return date.fromisoformat(one_line(typed, 10)).isoformat()
    except ValueError:
        return ""


def _start(day: str, zone: ZoneInfo, days: int = 0) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), zone) if day else None
    except OverflowError:
        return None
