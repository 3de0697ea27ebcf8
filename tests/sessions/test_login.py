import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.live.doorbell import CONTROL
from c2d.core.sql import platform
from c2d.core.tenancy import all_companies, company
from c2d.sessions import door, passwords, termination
from c2d.sessions.models import LoginSession
from tests.sessions.conftest import change, enter, row, sessions_of
from tests.support import factories, routes


def page(answer) -> str:
    """The body without what differs by design: the form's token and the typed address."""
    return re.sub(r'(csrf[^>]*(content|value)=)"[^"]+"|value="[^"@]+@[^"]+"', "", answer.get_data(as_text=True))


def test_the_right_password_opens_the_wanted_page(browser, cast, with_password):
    answer = enter(browser, cast.vera, with_password, next="/settings/accounts?x=1")
    assert (answer.status_code, answer.location) == (303, "/settings/accounts?x=1")
    assert browser.get("/account/window").status_code == 200
    [session] = sessions_of(cast.vera)
    assert len(session.token_hash) == 64 and session.ip == "127.0.0.1"


def test_a_known_and_an_unknown_person_read_the_same(browser, cast, with_password):
    known = enter(browser, cast.vera, "not the password")
    unknown = browser.post("/login", data={"email": "nobody@romashka.example", "password": "not the password"})
    assert known.status_code == unknown.status_code == 422
    assert page(known) == page(unknown)
    assert cast.vera.email in known.get_data(as_text=True)


def test_for_nobody_a_hash_is_computed_too(app, browser, monkeypatch):
    seen = []
    real = passwords._hasher
    monkeypatch.setattr(passwords, "_hasher", lambda cost: seen.append(cost) or real(cost))
    browser.post("/login", data={"email": "nobody@romashka.example", "password": "whatever it is"})
    assert seen


def test_somebody_without_a_password_cannot_sign_in(browser, cast):
    assert enter(browser, cast.gleb, "").status_code == 422
    assert enter(browser, cast.gleb, "nobody has this password").status_code == 422


@pytest.mark.parametrize("field", ["blocked_at", "deleted_at"])
def test_who_is_blocked_or_deleted_is_out_at_once_and_stays_out(browser, as_, cast, with_password, field):
    vera = as_(cast.vera)
    assert vera.get("/account/window").status_code == 200
    change(cast.vera, **{field: now()})
    assert vera.get("/account/window").status_code == 303
    assert enter(browser, cast.vera, with_password).status_code == 422


def test_an_ended_session_is_refused_at_the_next_request(as_, cast):
    vera, other = as_(cast.vera), as_(cast.vera)
    [first, second] = sessions_of(cast.vera)
    with company(cast.romashka):
        assert termination.end_one(cast.vera.id, first.id, "ended by an administrator")
    assert vera.get("/account/window").status_code == 303
    assert vera.post("/account/status", data={"status": "away"}).status_code == 401
    assert vera.get("/account/window", htmx=True).headers["HX-Redirect"] == "/login"
    assert other.get("/account/window").status_code == 200


def test_another_operators_session_cannot_be_ended_by_its_number(as_, cast):
    boris = as_(cast.boris)
    [session] = sessions_of(cast.boris)
    with company(cast.romashka):
        assert not termination.end_one(cast.vera.id, session.id, "a mistake")
    with company(cast.chuzhaya):
        assert not termination.end_one(cast.boris.id, session.id, "a stranger")
    assert boris.get("/account/window").status_code == 200


def test_all_but_this_session_end(as_, cast):
    here, there = as_(cast.vera), as_(cast.vera)
    kept = sessions_of(cast.vera)[0].id
    with company(cast.romashka):
        assert termination.end_all_but(cast.vera.id, kept, "by its owner") == 1
    assert (here.get("/account/window").status_code, there.get("/account/window").status_code) == (200, 303)


def test_the_sockets_hear_which_sessions_ended(app, as_, cast):
    as_(cast.vera)
    [session] = sessions_of(cast.vera)
    ear = app.extensions["redis"].pubsub()
    ear.subscribe(CONTROL)
    ear.get_message(timeout=1)
    with company(cast.romashka):
        termination.end_all(cast.vera.id, "by an administrator")
    assert f'[{session.id}]' in ear.get_message(timeout=2)["data"].decode()


def test_a_changed_role_counts_at_the_next_request(as_, cast):
    galya = as_(cast.galya)
    assert galya.get("/settings/accounts").status_code == 403
    with company(cast.romashka):
        factories.right(cast.galya.role_id, "accounts", True)
        db.session.commit()
    assert galya.get("/settings/accounts").status_code == 200


@pytest.mark.parametrize(("field", "age"), [("last_seen_at", 8), ("created_at", 31)])
def test_a_session_ends_when_idle_or_old(as_, cast, field, age):
    vera = as_(cast.vera)
    past = now() - timedelta(days=age)
    with company(cast.romashka):
        session = db.session.scalars(select(LoginSession).where(LoginSession.operator_id == cast.vera.id)).one()
        setattr(session, field, past)
        session.expires_at = session.created_at + timedelta(days=30)
        db.session.commit()
    assert vera.get("/account/window").status_code == 303


def test_last_seen_is_written_once_a_minute(as_, cast, statements):
    vera = as_(cast.vera)
    for _ in range(3):
        vera.get("/account/window")
    assert not [s for s in statements if s.startswith("UPDATE login_sessions")]


def test_signing_in_makes_a_new_token_and_ends_the_old_one(app, browser, cast, with_password):
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["planted"] = "a token somebody else knows", "x"
    enter(browser, cast.vera, with_password)
    with browser.session_transaction() as cookie:
        first = cookie["_user_id"]
        assert first != "a token somebody else knows" and "planted" not in cookie
    enter(browser, cast.vera, with_password)
    old = app.test_client()
    with old.session_transaction() as cookie:
        cookie["_user_id"] = first
    assert old.get("/account/window").status_code == 303
    assert browser.get("/account/window").status_code == 200


def test_signing_out_ends_the_session_in_the_database(browser, cast, with_password):
    enter(browser, cast.vera, with_password)
    assert browser.post("/logout").location == "/login"
    [session] = sessions_of(cast.vera)
    assert session.ended_at and session.end_reason == "signed-out"
    with company(cast.romashka):
        assert row(cast.vera).status == "offline"


@pytest.mark.parametrize("agent", ["", "x" * 65536, "a\x00b<script>", "Мозилла".encode().decode("latin-1")])
def test_a_hostile_user_agent_is_kept_short_and_clean(browser, cast, with_password, agent):
    data = {"email": cast.vera.email, "password": with_password}
    answer = browser.post("/login", data=data, environ_overrides={"HTTP_USER_AGENT": agent})
    assert answer.status_code == 303
    kept = sessions_of(cast.vera)[-1].user_agent
    assert len(kept) <= 400 and "\x00" not in kept


def test_a_hash_of_another_cost_is_renewed(app, browser, cast, with_password, monkeypatch):
    with company(cast.romashka):
        before = row(cast.vera).password_hash
    monkeypatch.setitem(app.config, "ARGON2", (2, 16, 1))
    assert enter(browser, cast.vera, with_password).status_code == 303
    with company(cast.romashka):
        assert row(cast.vera).password_hash != before
    assert enter(browser, cast.vera, with_password).status_code == 303


def test_a_remember_cookie_lets_nobody_in(app, browser, cast):
    browser.set_cookie("remember_token", f"{cast.vera.id}|{'0' * 128}")
    assert browser.get("/account/window").status_code == 303


def test_who_asks_is_found_without_walking_roles_and_operators(app, cast, as_):
    people = routes.single_rights(cast.romashka, as_)
    with all_companies("a look at the plan"):
        token = db.session.connection().exec_driver_sql("SELECT max(token_hash) FROM login_sessions").scalar()
        plan = platform(f"EXPLAIN (ANALYZE, FORMAT JSON) {door._by_token.text}").value(token=token, now=now())
    assert _rows_dropped(plan[0]["Plan"]) < 3 * len(people)


def _rows_dropped(node: dict) -> int:
    """By joins, in all their loops."""
    return node.get("Rows Removed by Join Filter", 0) * node["Actual Loops"] + sum(map(_rows_dropped, node.get("Plans", [])))
