import pytest
from sqlalchemy import select

from c2d.core.db import db
from c2d.core.tenancy import company
from c2d.operators.models import Operator


def stored(person) -> Operator:
    with company(person.company_id):
        found = db.session.scalars(select(Operator).where(Operator.id == person.id)).one()
        db.session.expunge_all()
    return found


def test_the_window_says_who_i_am_without_rating_and_balance(as_, cast):
    body = as_(cast.anna).get("/account/window", htmx=True).get_data(as_text=True)
    assert body.lstrip().startswith('<div id="account-window">')
    assert "Анна А." in body and "Администратор" in body
    assert "Рейтинг" not in body and "Баланс" not in body


def test_without_scripts_the_window_is_a_page(as_, cast):
    body = as_(cast.galya).get("/account/window").get_data(as_text=True)
    assert "<html" in body and "Стажер" in body and body.count("<h1") == 1


@pytest.mark.parametrize(("what", "value", "read"), [
    ("status", "away", lambda o: o.status), ("locale", "en", lambda o: o.locale),
    ("theme", "dark", lambda o: o.preferences["theme"]),
])
def test_a_choice_is_kept_with_and_without_scripts(as_, cast, what, value, read):
    vera = as_(cast.vera)
    plain = vera.post(f"/account/{what}", data={what: value})
    assert (plain.status_code, plain.location) == (303, "/account/window")
    assert read(stored(cast.vera)) == value
    assert vera.post(f"/account/{what}", data={what: value}, htmx=True).status_code == 204


@pytest.mark.parametrize("what", ["status", "locale", "theme"])
def test_a_choice_that_does_not_exist_is_refused(as_, cast, what):
    before = stored(cast.vera)
    assert as_(cast.vera).post(f"/account/{what}", data={what: "<b>"}).status_code == 422
    after = stored(cast.vera)
    assert (before.status, before.locale, before.preferences) == (after.status, after.locale, after.preferences)


def test_another_language_shows_at_once(as_, cast):
    vera = as_(cast.vera)
    assert vera.post("/account/locale", data={"locale": "en"}, htmx=True).headers["HX-Refresh"] == "true"
    assert "Personal phone" in vera.get("/account/window").get_data(as_text=True)


def test_the_theme_is_on_every_page(as_, cast):
    vera = as_(cast.vera)
    vera.post("/account/theme", data={"theme": "dark"})
    assert 'data-theme="dark"' in vera.get("/account/window").get_data(as_text=True)


@pytest.mark.parametrize(("typed", "kept"), [("8 (912) 345-67-89", "+7 912 345-67-89"), ("", "")])
def test_a_phone_is_kept_in_its_normal_form(as_, cast, typed, kept):
    as_(cast.vera).post("/account/phone", data={"phone": typed})
    assert stored(cast.vera).phone == kept


def test_a_wrong_phone_stays_in_the_field_with_the_reason(as_, cast):
    answer = as_(cast.vera).post("/account/phone", data={"phone": "call <me>"}, htmx=True)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422 and answer.headers["HX-Retarget"] == "#account-window"
    assert 'value="call &lt;me&gt;"' in body and 'aria-invalid="true"' in body
    assert stored(cast.vera).phone == ""


def test_the_way_in_leads_to_the_chats(as_, browser, cast):
    assert as_(cast.vera).get("/").location == "/chats"
    assert browser.get("/").location == "/login?next=/"


def test_settings_lead_to_the_first_screen_one_may_see(as_, cast):
    assert as_(cast.anna).get("/settings").location == "/settings/basic"
    assert as_(cast.boris).get("/settings").location == "/settings/operators"
    assert as_(cast.vera).get("/settings").status_code == 403


def test_the_menu_holds_only_what_one_may_open(as_, cast):
    boris = as_(cast.boris).get("/settings/accounts").get_data(as_text=True)
    assert 'href="/settings"' in boris and "/settings/basic" not in boris
    vera = as_(cast.vera).get("/account/window").get_data(as_text=True)
    assert 'href="/settings"' not in vera
