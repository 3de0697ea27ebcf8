"""Fragments are rendered once for the same data and the same reading, and what is unasked is forgotten."""

from datetime import UTC, datetime

from c2d.core import kept
from c2d.core.i18n import reading_as
from c2d.core.kept import OVERHEAD, Kept, Shelf


def test_a_shelf_forgets_what_is_not_asked_for_and_stays_within_its_size():
    shelf = Shelf(40 * OVERHEAD)
    for n in range(500):
        shelf.put(n, "x")
        assert shelf.get(0) is None or shelf.get(0) == "x"
    assert len(shelf.young) + len(shelf.old) <= 40
    assert shelf.get(499) == "x" and shelf.get(100) is None


def test_what_is_asked_for_outlives_the_rest():
    shelf = Shelf(40 * OVERHEAD)
    shelf.put("often", "y")
    for n in range(500):
        shelf.put(n, "x")
        assert shelf.get("often") == "y"


def test_each_reading_has_its_own_fragment(app, monkeypatch):
    monkeypatch.setattr(kept, "shelf", Shelf(1 << 20))
    monkeypatch.setattr(app.jinja_env, "auto_reload", False)
    rendered = []
    monkeypatch.setattr(kept, "render", lambda template, **context: rendered.append(context) or f"<i>{len(rendered)}</i>")

    def ask(locale="ru", zone="Europe/Moscow", data=(1, "a"), base="http://localhost/"):
        with app.test_request_context("/", base_url=base), reading_as(locale, zone):
            return str(Kept("dialogs/_row.html").html(data, dict))

    first = ask()
    assert ask() == first and len(rendered) == 1
    others = [ask(locale="en"), ask(zone="Asia/Tokyo"), ask(data=(1, "b")), ask(base="http://localhost/desk/")]
    assert len({first, *others}) == 5
    monkeypatch.setattr(kept, "now", lambda: datetime(2030, 1, 1, tzinfo=UTC))
    assert ask() not in {first, *others}  # 'yesterday' has become another day
