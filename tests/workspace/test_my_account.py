"""One's own profile and interface, the e-mail for signing in, and the figures of the account window."""

import re

import pytest

from c2d.config import ROOT
from c2d.core import mail
from c2d.core.audit import AuditRecord
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.events import EventRecord
from c2d.core.live import Viewer
from c2d.core.permissions import registry
from c2d.core.tenancy import company
from c2d.operators.profile import LOOK
from c2d.sessions import email_change
from c2d.sessions.models import LoginSession
from c2d.workspace import account_routes, slots
from c2d.workspace.interface import HOTKEYS
from c2d.workspace.open_pages import refresh_viewer
from tests.sessions.conftest import PASSWORD, enter, with_password  # noqa: F401 a fixture
from tests.support import factories
from tests.workspace.test_account import stored

PROFILE = {"first_name": "Главный", "last_name": "Админ", "phone": "8 (912) 345-67-89", "locale": "ru"}


def test_the_profile_is_kept_and_names_the_operator_everywhere(as_, cast):
    vera = as_(cast.vera)
    answer = vera.post("/account/profile", data=PROFILE)
    assert (answer.status_code, answer.location) == (303, "/account/profile?saved=1")
    page = vera.get(answer.location).text
    assert "Сохранено" in page and 'value="Админ"' in page and "+7 912 345-67-89" in page and "Главный А." in page
    assert "Europe/Moscow" in page and cast.vera.email in page
    assert "Главный А." in vera.get("/account/window", htmx=True).text


def test_who_has_no_last_name_is_called_by_the_first(as_, cast):
    vera = as_(cast.vera)
    vera.post("/account/profile", data={**PROFILE, "last_name": ""})
    assert "<b>Главный</b>" in vera.get("/account/window", htmx=True).text


def test_a_profile_that_will_not_do_is_shown_again_with_what_was_typed(as_, cast):
    before = stored(cast.vera)
    answer = as_(cast.vera).post("/account/profile", data={**PROFILE, "first_name": " ", "phone": "позвони", "locale": "xx"})
    assert answer.status_code == 422 and answer.text.count('aria-describedby') >= 3
    assert 'value="позвони"' in answer.text and 'href="#f-first_name"' in answer.text and 'value="Админ"' in answer.text
    after = stored(cast.vera)
    assert (after.full_name, after.phone, after.locale) == (before.full_name, before.phone, before.locale)


@pytest.mark.parametrize(("name", "value"), [(name, values[1]) for name, values in LOOK.items()])
def test_what_is_chosen_stands_on_every_page(as_, cast, name, value):
    vera = as_(cast.vera)
    assert f"data-{name}=" not in root(vera.get("/chats"))
    answer = vera.post("/account/interface", data={name: value}, htmx=True)
    assert answer.status_code == 204 and "toast" in answer.headers["HX-Trigger"] and "HX-Refresh" not in answer.headers
    for address in ("/chats", "/account/interface", "/account/profile"):
        assert f'data-{name}="{value}"' in root(vera.get(address))
    assert f'name="{name}" value="{value}" checked data-pref="{name}"' in vera.get("/account/interface").text
    assert vera.post("/account/interface", data={name: LOOK[name][0]}).location == "/account/interface?saved=1"
    assert f"data-{name}=" not in root(vera.get("/chats"))


def root(page) -> str:
    return re.search(r"<html[^>]*>", page.text)[0]


def test_another_language_is_read_at_once(as_, cast):
    vera = as_(cast.vera)
    answer = vera.post("/account/interface", data={"locale": "en", "theme": "dark"}, htmx=True)
    assert answer.headers["HX-Refresh"] == "true"
    assert "Density" in vera.get("/account/interface").text and stored(cast.vera).preferences["theme"] == "dark"


@pytest.mark.parametrize("form", [{"density": "dense"}, {"send": "<b>"}, {"locale": "xx"}, {"theme": "dark", "keys": "maybe"}])
def test_what_cannot_be_chosen_changes_nothing(as_, cast, form):
    before = stored(cast.vera).preferences
    assert as_(cast.vera).post("/account/interface", data=form, htmx=True).status_code == 422
    assert stored(cast.vera).preferences == before


def test_a_colleague_keeps_their_own_choices(as_, cast):
    as_(cast.vera).post("/account/interface", data={"theme": "dark", "rail": "open"})
    assert stored(cast.vera).preferences and stored(cast.gleb).preferences == {}


def test_styles_and_scripts_know_the_values(app):
    looked = "".join((ROOT / "static" / path).read_text() for path in (
        "css/tokens.css", "css/shell.css", "css/chat.css", "js/keys.js", "js/composer.js"))
    for name, value in (("theme", "dark"), ("density", "compact"), ("rail", "open")):
        assert f'[data-{name}="{value}"]' in looked
    assert "dataset.keys === 'off'" in looked and "dataset.send !== 'mod'" in looked


def test_the_list_of_hotkeys_is_that_of_the_pages(as_, cast):
    written = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    on_pages = set(re.findall(r'data-key="(Alt\+[A-Z])"', written))
    listed = {key for keys, _ in HOTKEYS for key in keys if re.fullmatch(r"Alt\+[A-Z]", key)}
    assert on_pages and listed == on_pages
    assert as_(cast.vera).get("/account/interface").text.count("<kbd>") >= 2 * len(HOTKEYS)


# the e-mail


@pytest.fixture
def letters(monkeypatch):
    sent = []
    monkeypatch.setattr(mail, "send", lambda *letter, gist: sent.append((*letter, gist)))

    def at_once(function, company_id, *args, queue=""):
        with company(company_id):
            function(*args)

    monkeypatch.setattr(email_change, "enqueue", at_once)
    monkeypatch.setattr(account_routes, "enqueue", at_once)
    return sent


def link_in(letter: tuple) -> str:
    return re.search(r"/account/email\?\S+", letter[2])[0]


def test_a_new_email_holds_once_its_link_was_opened(as_, browser, cast, letters, with_password):  # noqa: F811
    vera = as_(cast.vera)
    asked = vera.post("/account/email", data={"email": "Novaya@romashka.example", "password": PASSWORD})
    assert asked.status_code == 200 and "novaya@romashka.example" in asked.text
    assert letters[0][0] == "novaya@romashka.example" and stored(cast.vera).email == cast.vera.email
    link = link_in(letters[0])
    page = vera.get(link)
    assert page.status_code == 200 and stored(cast.vera).email == cast.vera.email
    sealed = re.search(r'name="link" value="([^"]+)"', page.text)[1]
    assert vera.post("/account/email/confirmation", data={"link": sealed}).status_code == 303
    assert stored(cast.vera).email == "novaya@romashka.example"
    assert letters[1][0] == cast.vera.email and "novaya@romashka.example" in letters[1][2]
    assert enter(browser, cast.vera, PASSWORD).status_code != 303
    assert vera.post("/account/email/confirmation", data={"link": sealed}).status_code == 404
    with company(cast.romashka):
        [record] = db.session.query(AuditRecord).filter_by(kind="operator_email_changed").all()
        assert record.before == {"email": cast.vera.email} and record.after == {"email": "novaya@romashka.example"}


@pytest.mark.parametrize(("email", "password", "field"), [
    ("novaya@romashka.example", "не тот пароль", "password"), ("не адрес", PASSWORD, "email"),
    ("vera@romashka.example", PASSWORD, "email"),
])
def test_without_password_or_address_no_link_is_sent(as_, cast, letters, with_password, email, password, field):  # noqa: F811
    answer = as_(cast.vera).post("/account/email", data={"email": email, "password": password})
    assert answer.status_code == 422 and letters == [] and f'id="f-{field}-err"' in answer.text
    assert f'value="{email}"' in answer.text and password not in answer.text


def test_a_link_is_of_its_operator_alone_and_not_for_an_address_that_is_taken(as_, cast, letters, with_password):  # noqa: F811
    vera = as_(cast.vera)
    vera.post("/account/email", data={"email": cast.gleb.email, "password": PASSWORD})
    link = link_in(letters[0])
    for other in (cast.gleb, cast.hariton):
        assert as_(other).get(link).status_code == 404
    sealed = re.search(r'name="link" value="([^"]+)"', vera.get(link).text)[1]
    assert vera.post("/account/email/confirmation", data={"link": sealed}).status_code == 422
    assert stored(cast.vera).email == cast.vera.email and stored(cast.gleb).email == cast.gleb.email
    assert vera.get("/account/email?link=abc").status_code == 404


def test_a_link_lasts_a_day(as_, cast, letters, with_password, monkeypatch):  # noqa: F811
    vera = as_(cast.vera)
    vera.post("/account/email", data={"email": "novaya@romashka.example", "password": PASSWORD})
    later = now() + email_change.LASTS
    monkeypatch.setattr(email_change, "now", lambda: later)
    assert vera.get(link_in(letters[0])).status_code == 404


def test_the_password_cannot_be_guessed_here(as_, cast, letters, with_password):  # noqa: F811
    vera = as_(cast.vera)
    form = {"email": "novaya@romashka.example", "password": "не тот пароль"}
    assert {vera.post("/account/email", data=form).status_code for _ in range(12)} == {422, 429}


# the figures of the window


@pytest.fixture
def figures(monkeypatch):
    """Rating and balance with a source; what they are now can be changed."""
    values = {slots.RATING: 4.75, slots.BALANCE: 12480.5}
    monkeypatch.setattr(slots, "_sources", {})
    for name in values:
        slots.provide(name, read=lambda operator_id, name=name: values[name], write=lambda value: f"<{value}>")
    return values


def test_figures_are_shown_and_the_balance_to_administrators_alone(as_, cast, figures):
    anna = as_(cast.anna).get("/account/window", htmx=True).text
    assert "&lt;4.75&gt;" in anna and '<b id="my-balance">&lt;12480.5&gt;</b>' in anna and 'hx-get="/account/balance"' in anna
    assert "&lt;4.75&gt;</small>" in as_(cast.vera).get("/chats").text
    for person in (cast.boris, cast.vera, cast.galya):
        window = as_(person).get("/account/window", htmx=True).text
        assert "4.75" in window and "12480.5" not in window and "balance" not in window
        assert as_(person).get("/account/balance").status_code == 403


def test_refreshing_brings_the_figure_alone(as_, cast, figures):
    figures[slots.BALANCE] = 7
    answer = as_(cast.anna).get("/account/balance", htmx=True)
    assert answer.text.strip() == '<b id="my-balance">&lt;7&gt;</b>'
    figures[slots.BALANCE] = None
    assert "—" in as_(cast.anna).get("/account/balance", htmx=True).text


def test_without_a_source_there_is_no_figure(as_, cast, monkeypatch):
    monkeypatch.setattr(slots, "_sources", {})
    window = as_(cast.anna).get("/account/window", htmx=True).text
    assert "my-rating" not in window and "my-balance" not in window
    assert "rail-rating" not in as_(cast.anna).get("/chats").text
    assert as_(cast.anna).get("/account/balance").status_code == 404
    assert slots.rating(1, cast.anna.id) == slots.balance(1) == []


def test_staff_inside_by_technical_access_are_not_shown_the_balance(as_, cast, figures):
    anna = as_(cast.anna)
    with company(cast.romashka):
        db.session.query(LoginSession).update({"staff_name": "Поддержка"})
        db.session.commit()
    assert "12480.5" not in anna.get("/account/window", htmx=True).text
    assert anna.get("/account/balance").status_code == 403


def test_a_changed_figure_is_pushed_to_whom_it_concerns(app, cast, figures):
    [balance], [rating] = slots.balance(5), slots.rating(5, cast.vera.id)
    everything = frozenset(right.name for right in registry.all())
    anna = Viewer(cast.romashka, cast.anna.id, 1, "ru", "Europe/Moscow", everything, administrator=True)
    vera = Viewer(cast.romashka, cast.vera.id, 1, "ru", "Europe/Moscow", everything)
    assert balance.topic == "company" and balance.key(anna) and balance.key(vera) is None
    assert balance.render(anna) == '<b hx-swap-oob="true" id="my-balance">&lt;12480.5&gt;</b>'
    assert rating.topic == f"operator:{cast.vera.id}"
    assert all(f'id="{part}-rating"' in rating.render(vera) for part in ("my", "rail"))
    figures[slots.RATING] = None
    assert slots.rating(6, cast.vera.id)[0].render(vera).count(" hidden>") == 2


def test_the_socket_knows_who_administers(app, cast, as_):
    for person, may in ((cast.anna, True), (cast.boris, False)):
        browser = as_(person)
        assert browser.get("/account/window").status_code == 200
        with company(cast.romashka):
            session = db.session.query(LoginSession).filter_by(operator_id=person.id).one().id
        assert refresh_viewer(Viewer(cast.romashka, person.id, session, "ru", "Europe/Moscow")).administrator is may


def test_the_window_counts_the_sessions_and_leads_on(as_, cast):
    as_(cast.vera)
    window = as_(cast.vera).get("/account/window", htmx=True).text
    assert 'href="/account/profile"' in window and re.search(r'href="/account/sessions".*?Активные сессии<span[^>]*>2<', window)
    assert "Личный кабинет" in window and "Выйти" in window


def test_saving_the_same_again_is_no_change(as_, cast):
    vera = as_(cast.vera)
    for _ in range(2):
        vera.post("/account/profile", data=PROFILE)
    with company(cast.romashka):
        assert db.session.query(EventRecord).filter_by(kind="operator_changed").count() == 1


def test_the_composer_names_the_key_that_sends(as_, cast, romashka):
    chat, vera = factories.dialog(operator_id=cast.vera.id), as_(cast.vera)
    assert "<kbd>Ctrl" not in vera.get(f"/chats/{chat}").text
    vera.post("/account/interface", data={"send": "mod"})
    assert "<kbd>Ctrl" in vera.get(f"/chats/{chat}").text
