from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from c2d import create_app
from c2d.companies.models import Company
from c2d.core.db import db
from c2d.core.errors import Refused
from c2d.core.events import EventRecord
from c2d.core.tenancy import all_companies
from c2d.operators.models import Operator
from c2d.roles.models import Role
from c2d.sessions.registration import register
from tests.support.stage import settings_for

GOOD = {
    "company_name": "Василёк", "first_name": "Игорь", "last_name": "Ильин", "email": "Igor@Vasilek.example",
    "password": "десять знаков и ещё",
}


def test_a_company_starts_with_its_roles_and_its_administrator(browser):
    answer = browser.post("/register", data=GOOD)
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/settings/basic").status_code == 200
    with all_companies("a test looks"):
        company = db.session.scalars(select(Company).where(Company.name == "Василёк")).one()
        roles = db.session.scalars(select(Role).where(Role.company_id == company.id).order_by(Role.id)).all()
        person = db.session.scalars(select(Operator).where(Operator.company_id == company.id)).one()
        told = db.session.scalars(
            select(EventRecord.kind).where(EventRecord.company_id == company.id).order_by(EventRecord.seq)
        ).all()
        assert [(r.base, r.name) for r in roles] == [(b, None) for b in ("operator", "supervisor", "administrator")]
        assert person.role_id == roles[2].id and person.status == "online"
        assert person.password_hash.startswith("$argon2id$")
        assert told == ["company_registered", "operator_added", "operator_status_changed", "signed_in"]
        db.session.expunge_all()


@pytest.mark.parametrize(("field", "value", "text"), [
    ("company_name", " ", "Назовите компанию"),
    ("first_name", "", "Нужно имя"),
    ("email", "not an address", "не похоже на адрес"),
    ("password", "short", "не меньше 10"),
    ("password", "igor@vasilek.example", "не должен совпадать"),
    ("password", "x" * 201, "не больше 200"),
    ("email", "anna@romashka.example", "уже зарегистрирован"),
    ("email", "ANNA@romashka.example", "уже зарегистрирован"),
])
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(browser, field, value, text):
    answer = browser.post("/register", data={**GOOD, field: value}, headers={"Accept-Language": "ru"})
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="f-{field}-err"' in body and text in body
    assert GOOD["password"] not in body
    assert 'value="Ильин"' in body
    with all_companies("a test looks"):
        assert db.session.scalars(select(Company).where(Company.name == "Василёк")).one_or_none() is None


def test_the_rules_for_a_password_are_shown_beforehand(browser):
    assert "Не короче 10 символов" in browser.get("/register", headers={"Accept-Language": "ru"}).get_data(as_text=True)


def test_a_closed_registration_is_not_found(app, browser, monkeypatch):
    monkeypatch.setitem(app.config, "OPEN_REGISTRATION", False)
    assert browser.get("/register").status_code == 404
    assert browser.post("/register", data=GOOD).status_code == 404


@pytest.mark.own_database
def test_of_two_with_the_same_address_one_wins(stores, tmp_path):
    url = stores.clone()
    app = create_app(settings_for(url, stores.redis_url(), tmp_path))

    def race(n: int) -> str:
        with app.test_request_context():
            try:
                register(**{**GOOD, "company_name": f"Василёк {n}"}, locale="ru")
                return "won"
            except Refused as no:
                return no.field

    try:
        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(race, range(6))) == ["email"] * 5 + ["won"]
        with app.app_context(), all_companies("a test looks"):
            assert len(db.session.scalars(select(Company.id)).all()) == 1
            db.engine.dispose()
    finally:
        stores.drop(url)
