"""Languages and time zones: whose words and whose clock this answer uses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale
from flask_babel import gettext as _

from c2d.core.clock import now
from c2d.core.current import operator_or_none

LOCALES = ("ru", "en")
babel = Babel()


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "ru")
    babel.init_app(
        app, default_translation_directories="translations", locale_selector=choose_locale
    )


def choose_locale() -> str:
    """The operator's choice, else the browser's, else Russian."""
    found = operator_or_none()
    if found:
        return found.locale
    if has_request_context():
        return request.accept_languages.best_match(LOCALES) or "ru"
    return "ru"


@contextmanager
def reading_as(locale: str, time_zone: str) -> Iterator[None]:
    """Render for a reader who is not the one asking (pushes, mails)."""
    before = g.get("reader_zone")
    g.reader_zone = time_zone
    try:
        with force_locale(locale):
            yield
    finally:
        g.reader_zone = before


def zone() -> ZoneInfo:
    """The company's time zone for whoever reads this."""
    found = operator_or_none()
    return ZoneInfo(g.get("reader_zone") or (found.time_zone if found else "Europe/Moscow"))


def when(at: datetime | None, style: str = "row") -> str:
    """A moment in words. Styles: 'time' 12:44, 'row' for lists (12:44, yesterday, 28 Aug, 28.08.24),
    'day' for day marks, 'short' (today 12:44), 'full' (2025-08-04 16:41:47)."""
    if at is None:
        return ""
    local, today = at.astimezone(zone()), now().astimezone(zone()).date()
    days = (today - local.date()).days
    locale = get_locale()
    clock = format_time(local, "HH:mm", locale=locale)
    if style == "time":
        return clock
    if style == "full":
        return local.strftime("%Y-%m-%d %H:%M:%S")
    if style == "day":
        name = format_date(local, "d MMMM" if local.year == today.year else "d MMMM y", locale=locale)
        return {0: _("Today, %(day)s", day=name), 1: _("Yesterday, %(day)s", day=name)}.get(days, name)
    if days == 0:
        return clock if style == "row" else _("today %(time)s", time=clock)
    if days == 1:
        return _("yesterday") if style == "row" else _("yesterday %(time)s", time=clock)
    if local.year == today.year:
        day = format_date(local, "d MMM", locale=locale).rstrip(".")
    else:
        day = format_date(local, "dd.MM.yy", locale=locale)
    return day if style == "row" else f"{day} {clock}"


def long_date(at: datetime) -> str:
    return format_datetime(at.astimezone(zone()), "long", locale=get_locale())
