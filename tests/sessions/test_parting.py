"""What who was put out is told, at once and at the login page."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.live.frames import FAREWELL
from c2d.core.tenancy import company
from c2d.sessions import termination
from c2d.sessions.models import LoginSession
from tests.sessions.conftest import change, enter, row, sessions_of
from tests.support import factories


def end(cast, person, reason: str) -> None:
    with company(cast.romashka):
        assert termination.end_all(person.id, reason)


@pytest.mark.parametrize(("reason", "said"), [
    ("by-administrator", "Этот сеанс завершил администратор"), ("elsewhere", "Сеанс завершён с другого устройства"),
    ("password-changed", "Пароль изменён"), ("blocked", "Вас заблокировали"), ("whatever else", "Этот сеанс завершён"),
])
def test_the_login_page_says_why_the_session_is_over(as_, cast, reason, said):
    vera = as_(cast.vera)
    assert vera.get("/account/window").status_code == 200
    end(cast, cast.vera, reason)
    page = vera.get("/login").text
    assert f"{said}, сегодня" in page


def test_a_blocked_operator_reads_so_whatever_ended_first(as_, cast):
    vera = as_(cast.vera)
    change(cast.vera, blocked_at=now())
    assert "Вас заблокировали, сегодня" in vera.get("/login").text


def test_a_session_that_was_idle_too_long_is_told_of(as_, cast):
    vera = as_(cast.vera)
    with company(cast.romashka):
        db.session.execute(update(LoginSession).values(last_seen_at=now() - timedelta(days=8)))
        db.session.commit()
    assert "долго не было активности" in vera.get("/login").text


def test_strangers_and_who_left_by_themselves_are_told_nothing(app, browser, as_, cast, with_password):
    for word in ("Сеанс", "сеанс", "заблокировали"):
        assert word not in browser.get("/login").text
    enter(browser, cast.vera, with_password)
    with browser.session_transaction() as cookie:
        token = cookie["_user_id"]
    browser.post("/logout")
    other = app.test_client()
    with other.session_transaction() as cookie:
        cookie["_user_id"] = token  # of a session that signed out
    assert "сеанс" not in other.get("/login").text.lower()
    with other.session_transaction() as cookie:
        cookie["_user_id"] = "made up"
    assert "сеанс" not in other.get("/login").text.lower()


def test_after_a_wrong_password_only_that_is_said(as_, cast):
    vera = as_(cast.vera)
    end(cast, cast.vera, "by-administrator")
    page = enter(vera, cast.vera, "a wrong password").text
    assert "Этот сеанс" not in page and "Неверный" in page


def test_the_next_click_leads_to_the_login_page_and_back(as_, cast, with_password):
    vera = as_(cast.vera)
    end(cast, cast.vera, "by-administrator")
    seen = {"HX-Current-URL": "http://localhost/chats/7?folder=mine"}
    led = vera.get("/account/window", htmx=True, headers=seen).headers["HX-Redirect"]
    assert led == "/login?next=%2Fchats%2F7%3Ffolder%3Dmine"
    assert 'value="/chats/7?folder=mine"' in vera.get(led).text
    assert enter(vera, cast.vera, with_password, next="/chats/7?folder=mine").location == "/chats/7?folder=mine"


@pytest.mark.parametrize("shown", ["http://[broken", "//evil.example/x", "javascript:alert(1)", "https://evil.example/a\\b", ""])
def test_a_strange_current_address_leads_nowhere_strange(as_, cast, shown):
    vera = as_(cast.vera)
    end(cast, cast.vera, "by-administrator")
    led = vera.get("/account/window", htmx=True, headers={"HX-Current-URL": shown}).headers["HX-Redirect"]
    assert led.startswith("/login")
    assert "evil" not in vera.get(led).text


def test_the_last_frame_asks_for_something_and_is_led_away(as_, cast):
    assert 'hx-get="/"' in FAREWELL and 'hx-trigger="load"' in FAREWELL and 'id="resync"' in FAREWELL
    vera = as_(cast.vera)
    page = vera.get("/chats").text
    assert 'id="resync"' in page  # what is not on the page is dropped by its script
    end(cast, cast.vera, "by-administrator")
    assert vera.get("/", htmx=True).headers["HX-Redirect"].startswith("/login")


def test_technical_access_keeps_nobody_online(as_, cast, romashka):
    as_(cast.vera)
    [own] = sessions_of(cast.vera)
    staff = factories.login_session(cast.vera.id, technical_access=True, staff_name="Иван Петров", reason="проверка")
    assert row(cast.vera).status == "online"
    assert termination.end_one(cast.vera.id, own.id, "by-administrator")
    assert row(cast.vera).status == "offline"
    change(cast.vera, status="away")
    assert termination.end_one(cast.vera.id, staff, "by-administrator")
    assert row(cast.vera).status == "away"
