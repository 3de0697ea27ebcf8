"""Words and moments: our own quick ways say exactly what Babel says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_time
from flask_babel import force_locale

from c2d.core import i18n
from c2d.core.fragments import for_viewer
from c2d.core.live import Viewer
from c2d.core.ui import static

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MOMENTS = [NOW - timedelta(days=17 * n, hours=7 * n, minutes=13 * n) for n in range(60)]


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Asia/Vladivostok", "America/New_York"])
@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_moments_read_as_babel_writes_them(app, monkeypatch, locale, zone):
    monkeypatch.setattr(i18n, "now", lambda: NOW)
    with app.test_request_context("/"), i18n.reading_as(locale, zone):
        for at in MOMENTS[1:]:
            local = at.astimezone(ZoneInfo(zone))
            clock = format_time(local, "HH:mm", locale=locale)
            ours = local.year == NOW.astimezone(ZoneInfo(zone)).year
            day = format_date(local, "d MMM" if ours else "dd.MM.yy", locale=locale).rstrip(".")
            assert i18n.when(at, "time") == clock
            assert i18n.when(at) == day
            assert i18n.when(at, "short") == f"{day} {clock}"
            assert i18n.when(at, "day") == format_date(local, "d MMMM" if ours else "d MMMM y", locale=locale)


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_every_month_has_babels_name(app, monkeypatch, locale):
    monkeypatch.setattr(i18n, "now", lambda: datetime(2026, 12, 31, tzinfo=UTC))
    with app.test_request_context("/"), i18n.reading_as(locale, "UTC"):
        for month in range(1, 13):
            at = datetime(2026, month, 9, tzinfo=UTC)
            assert i18n.when(at) == format_date(at, "d MMM", locale=locale).rstrip(".")
            assert i18n.when(at, "day") == format_date(at, "d MMMM", locale=locale)


def test_templates_speak_the_language_of_the_moment(app):
    words = app.jinja_env.from_string(
        '{{ _("Chats") }}|{{ gettext("unread") }}|{{ ngettext("%(num)d event", "%(num)d events", 2) }}')
    said = []
    with app.test_request_context("/"):
        for locale in ("ru", "en", "ru"):
            with force_locale(locale):
                said.append(words.render())
    assert said == ["Чаты|не прочитано|2 события", "Chats|unread|2 events", "Чаты|не прочитано|2 события"]


def test_what_is_put_into_words_is_escaped_where_templates_escape(app):
    with app.test_request_context("/"), force_locale("en"):
        html = app.jinja_env.overlay(autoescape=True).from_string('{{ _("Client %(id)s", id=name) }} {{ _("100%%") }}')
        plain = app.jinja_env.overlay(autoescape=False).from_string('{{ _("Client %(id)s", id=name) }}')
        assert html.render(name="<b>") == "Client &lt;b&gt; 100%"
        assert plain.render(name="<b>") == "Client <b>"


def test_the_address_of_a_file_knows_where_c2d_is_mounted(app):
    viewer = Viewer(1, 1, 1, "en", "UTC", frozenset())
    with app.test_request_context("/"):
        plain = static("icons.svg")
    with app.test_request_context("/", base_url="https://example.org/desk/"):
        assert static("icons.svg") == "/desk" + plain
    with for_viewer(viewer):
        assert static("icons.svg") == plain
    assert plain.startswith("/static/icons.svg?v=")


def test_the_size_of_a_file_is_said_in_the_readers_words(app):
    with app.test_request_context():
        for locale, words in (("ru", ["471 Б", "12 кБ", "3,4 МБ", "25 МБ"]), ("en", ["471 byte", "12 kB", "3.4 MB", "25 MB"])):
            with force_locale(locale):
                said = [i18n.file_size(size).replace("\xa0", " ") for size in (471, 12_345, 3_400_000, 25_000_000)]
            assert said == words
