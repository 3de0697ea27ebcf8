"""For how long and why, as typed, and what is wrong with it."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.text import clean

EVER, DAY, WEEK, MONTH, DATE = TERMS = ("ever", "day", "week", "month", "date")
MAX_REASON = 500


@dataclass
class BlockForm:
    """`until` is the moment meant, None for ever; `date` the own date as a browser's control gives it."""

    term: str = EVER
    date: str = ""
    reason: str = ""
    close: bool = True
    until: datetime | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, values: Mapping[str, str], zone: ZoneInfo) -> "BlockForm":
        form = cls(values.get("term", EVER), values.get("until", "")[:40], clean(values.get("reason")).strip(),
                   values.get("close") == "1")
        if form.term not in TERMS:
            form.errors["term"] = _("Choose one of the list")
        if len(form.reason) > MAX_REASON:
            form.errors["reason"] = _("At most %(num)s characters fit", num=MAX_REASON)
        form.until = form._moment(zone)
        return form

    def _moment(self, zone: ZoneInfo) -> datetime | None:
        if self.term == DATE:
            return self._own_date(zone)
        if self.term == MONTH:
            return a_month_after(now())
        days = {DAY: 1, WEEK: 7}.get(self.term)
        return now() + timedelta(days=days) if days else None

    def _own_date(self, zone: ZoneInfo) -> datetime | None:
        try:
            until = datetime.fromisoformat(self.date).replace(tzinfo=zone)
            ahead = until > now()
        except (ValueError, OverflowError):
            self.errors["until"] = _("Give a date and a time")
            return None
        if not ahead:
            self.errors["until"] = _("The end lies in the past")
        return until


def a_month_after(at: datetime) -> datetime:
    """The same day of the next month, or its last one."""
    year, month = (at.year + at.month // 12, at.month % 12 + 1)
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))
