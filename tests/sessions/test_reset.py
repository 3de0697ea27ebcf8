import re

from sqlalchemy import update

from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.tenancy import company
from c2d.sessions import reset
from c2d.sessions.models import PasswordReset
from tests.sessions.conftest import change, enter

NEW = "совсем новый пароль"


def ask(browser, letters, person) -> str:
    """The path of the link in the letter."""
    browser.post("/password", data={"email": person.email})
    return "/password/" + letters[-1][3].rsplit("/", 1)[1]


def test_the_link_sets_a_password_once_and_ends_every_session(browser, as_, cast, letters):
    device = as_(cast.vera)
    link = ask(browser, letters, cast.vera)
    assert letters[-1][0] == cast.vera.email and letters[-1][3] in letters[-1][2]
    assert browser.get(link).headers["Referrer-Policy"] == "no-referrer"
    assert browser.post(link, data={"password": NEW}).location == "/login?chosen=1"
    assert device.get("/account/window").status_code == 303
    assert enter(browser, cast.vera, NEW).status_code == 303
    assert browser.get(link).status_code == 404
    assert browser.post(link, data={"password": "yet another password"}).status_code == 404


def test_a_known_and_an_unknown_address_get_the_same_answer(browser, cast, letters):
    known = browser.post("/password", data={"email": cast.vera.email})
    unknown = browser.post("/password", data={"email": "nobody@romashka.example"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location) == (303, "/password?sent=1")
    assert len(letters) == 1


def test_an_unknown_address_costs_as_much_as_a_known_one(browser, cast, monkeypatch, letters, statements):
    jobs, seen = [], []
    monkeypatch.setattr(reset, "enqueue", lambda *job, queue: jobs.append((job[0], len(job), queue)))
    for email in (cast.vera.email, "nobody@romashka.example"):
        before = len(statements)
        browser.post("/password", data={"email": email})
        seen.append([str(statement) for statement in statements[before:]])
    assert jobs == [(reset.send_link, 3, "high")] * 2 and seen[0] == seen[1]
    with company(reset.NOBODY[0]):
        reset.send_link(reset.NOBODY[1])
    assert letters == []


def test_who_is_blocked_gets_no_letter(browser, cast, letters):
    change(cast.vera, blocked_at=now())
    browser.post("/password", data={"email": cast.vera.email})
    assert letters == []


def test_a_password_against_the_rules_leaves_the_link_working(browser, cast, letters):
    link = ask(browser, letters, cast.vera)
    refused = browser.post(link, data={"password": "short"})
    assert refused.status_code == 422 and 'id="f-password-err"' in refused.get_data(as_text=True)
    assert browser.post(link, data={"password": NEW}).status_code == 303


def test_an_hour_later_the_link_is_dead(browser, cast, letters):
    link = ask(browser, letters, cast.vera)
    with company(cast.romashka):
        db.session.execute(update(PasswordReset).values(expires_at=now()))
        db.session.commit()
    assert browser.get(link).status_code == 404


def test_using_one_link_uses_up_the_others(browser, cast, letters):
    first, second = ask(browser, letters, cast.vera), ask(browser, letters, cast.vera)
    browser.post(second, data={"password": NEW})
    assert browser.get(first).status_code == 404


def test_asking_too_often_is_refused(browser, cast, letters):
    codes = [browser.post("/password", data={"email": cast.vera.email}).status_code for _ in range(11)]
    assert codes == [303] * 10 + [429]


def test_without_smtp_only_the_link_is_logged(app, cast, caplog):
    with caplog.at_level("WARNING", "c2d.mail"), company(cast.romashka):
        reset.send_link(cast.vera.id)
    assert re.search(r"http://localhost/password/[\w-]{43}$", caplog.text.strip())
    assert cast.vera.email not in caplog.text


def test_a_link_that_went_to_a_former_address_is_dead(browser, as_, cast, letters):
    link = ask(browser, letters, cast.vera)
    data = {"first_name": "Вера", "last_name": "Волкова", "phone": "", "locale": "ru"}
    as_(cast.anna).post(f"/settings/operators/{cast.vera.id}/data", data={**data, "email": cast.vera.email})
    assert browser.get(link).status_code == 200
    as_(cast.anna).post(f"/settings/operators/{cast.vera.id}/data", data={**data, "email": "vera@elsewhere.example"})
    assert browser.get(link).status_code == 404
    assert browser.post(link, data={"password": NEW}).status_code == 404
