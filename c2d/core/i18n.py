"""Languages and time zones: whose words and whose clock this answer uses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.units import format_unit
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, get_translations
from flask_babel import gettext as _
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext

from c2d.core.clock import now
from c2d.core.current import operator_or_none
from c2d.core.text import ours

LOCALES = ("ru", "en")
babel = Babel()


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "ru")
    babel.init_app(
        app, default_translation_directories="translations", locale_selector=choose_locale
    )
    app.jinja_env.globals.update(_=_in_template, gettext=_in_template, ngettext=_number_in_template)


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


def language() -> str:
    """'ru' or 'en', of whoever reads this."""
    return get_locale().language


def zone() -> ZoneInfo:
    """The company's time zone for whoever reads this."""
    found = operator_or_none()
    return ZoneInfo(g.get("reader_zone") or (found.time_zone if found else "Europe/Moscow"))


def when(at: datetime | None, style: str = "row") -> str:
    """A moment in words. Styles: 'time' 12:44, 'row' for lists (12:44, yesterday, 28 Aug, 28.08.24),
    'day' for day marks, 'short' (today 12:44), 'full' (2025-08-04 16:41:47)."""
    if at is None:
        return ""
    here = zone()
    local, today = at.astimezone(here), now().astimezone(here).date()
    clock = f"{local.hour:02}:{local.minute:02}"
    if style == "time":
        return clock
    if style == "full":
        return local.strftime("%Y-%m-%d %H:%M:%S")
    days, this_year = (today - local.date()).days, local.year == today.year
    if style == "day":
        name = f"{local.day} {_month('wide', local.month)}" + ("" if this_year else f" {local.year}")
        return {0: _("Today, %(day)s", day=name), 1: _("Yesterday, %(day)s", day=name)}.get(days, name)
    if days == 0:
        return clock if style == "row" else _("today %(time)s", time=clock)
    if days == 1:
        return _("yesterday") if style == "row" else _("yesterday %(time)s", time=clock)
    if this_year:
        day = f"{local.day} {_month('abbreviated', local.month)}".rstrip(".")
    else:
        day = f"{local.day:02}.{local.month:02}.{local.year % 100:02}"
    return day if style == "row" else f"{day} {clock}"


def _month(width: str, number: int) -> str:
    """A month's name as it stands behind a day. Babel's formatters ask for it anew each time, which a list feels."""
    return get_locale().months["format"][width][number]


def long_date(at: datetime) -> str:
    return format_datetime(at.astimezone(zone()), "long", locale=get_locale())


# What templates say. flask_babel looks up context, domain and catalogue for every string of every row;
# here each string is found once for each language.


@pass_eval_context
def _in_template(how: EvalContext, words: str, /, **variables) -> str:
    if not variables:
        return _plain(language(), how.autoescape, words)
    return _said(language(), how.autoescape, words) % variables


@pass_eval_context
def _number_in_template(how: EvalContext, one: str, many: str, num: int, /, **variables) -> str:
    said = get_translations().ungettext(one, many, num)
    return (ours(said) if how.autoescape else said) % {"num": num, **variables}


@lru_cache(maxsize=4096)
def _plain(language: str, autoescape: bool, words: str) -> str:
    """Without places to fill, but a doubled percent sign is one."""
    return _said(language, autoescape, words) % {}


@lru_cache(maxsize=4096)
def _said(_language: str, autoescape: bool, words: str) -> str:
    said = get_translations().ugettext(words)
    return ours(said) if autoescape else said


def file_size(size: int) -> str:
    """'471 byte', '12 kB', '3.4 MB' in the reader's words."""
    for unit, worth in (("megabyte", 1_000_000), ("kilobyte", 1000)):
        if size >= worth:
            amount = round(size / worth, 1 if size < 10 * worth else None)
            return format_unit(amount, f"digital-{unit}", "short", locale=get_locale())
    return format_unit(size, "digital-byte", "short", locale=get_locale())
