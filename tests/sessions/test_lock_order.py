"""Company, then its operators, then their sessions and links: who locks in one order never stands crosswise."""

import re

import pytest

from c2d.companies.models import Company
from c2d.core.db import db
from c2d.core.tenancy import company
from tests.sessions.conftest import PASSWORD, enter
from tests.sessions.test_second_factor import code_of, set_up

LOCKS = {
    "company": r"FROM companies\b.* FOR (NO KEY )?UPDATE",
    "operator": r"FROM operators\b.* FOR (NO KEY UPDATE|SHARE)|UPDATE operators\b",
    "session": r"UPDATE login_sessions\b.*ended_at =",
    "link": r"UPDATE password_resets\b",
}


@pytest.fixture
def locked(statements):
    """`locked(do)`: what `do` locks, in the order of the first time."""

    def watch(do) -> list[str]:
        before, seen = len(statements), []
        do()
        for statement in statements[before:]:
            seen += [name for name, sign in LOCKS.items() if name not in seen and re.search(sign, " ".join(statement.split()))]
        return seen

    return watch


@pytest.fixture
def few_seats(cast):
    with company(cast.romashka):
        found = db.session.get(Company, cast.romashka)
        found.licence, found.seats = "authorised", 3
        db.session.commit()


def test_signing_in_with_the_second_factor(few_seats, browser, as_, cast, with_password, locked):
    secret, _codes = set_up(as_(cast.vera))
    enter(browser, cast.vera, with_password)
    order = locked(lambda: browser.post("/login/2fa", data={"code": code_of(secret, 1)}))
    assert order[:2] == ["company", "operator"] and browser.get("/chats").status_code == 200


def test_signing_out_and_being_ended(as_, cast, locked):
    vera, other, anna = as_(cast.vera), as_(cast.vera), as_(cast.anna)
    assert locked(lambda: vera.post("/logout")) == ["operator", "session"]
    assert locked(lambda: anna.post(f"/settings/sessions/operators/{cast.vera.id}/termination")) == ["operator", "session"]
    assert other.get("/chats").status_code == 303


def test_a_new_password(browser, as_, cast, with_password, letters, locked):
    vera, device, new = as_(cast.vera), as_(cast.vera), {"current": with_password, "password": "совсем новый пароль"}
    assert locked(lambda: vera.post("/account/security/password", data=new)) == ["operator", "link", "session"]
    assert device.get("/chats").status_code == 303
    browser.post("/password", data={"email": cast.vera.email})
    link = "/password/" + letters[-1][3].rsplit("/", 1)[1]
    assert locked(lambda: browser.post(link, data={"password": PASSWORD})) == ["operator", "link", "session"]
    assert vera.get("/chats").status_code == 303


def test_the_rules_of_security(as_, cast, locked):
    anna = as_(cast.anna)
    set_up(anna)
    assert locked(lambda: anna.post("/settings/security/second-factor", data={"required": "1"})) == ["company", "operator"]


def test_blocking_and_another_address(as_, cast, locked):
    anna, vera = as_(cast.anna), as_(cast.vera)
    data = {"first_name": "Вера", "email": "other@romashka.example", "locale": "ru"}
    assert locked(lambda: anna.post(f"/settings/operators/{cast.vera.id}/data", data=data)) == ["company", "operator", "link"]
    blocking = locked(lambda: anna.post(f"/settings/operators/{cast.vera.id}/blocking", data={"to": "new"}))
    assert blocking == ["company", "operator", "session"] and vera.get("/chats").status_code == 303
