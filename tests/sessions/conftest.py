from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from c2d import create_app
from c2d.core import mail
from c2d.core.clock import now
from c2d.core.db import db, in_transaction
from c2d.core.tenancy import all_companies, company
from c2d.operators.models import Operator
from c2d.sessions import passwords, reset, second_factor, second_factor_reset
from c2d.sessions.models import LoginSession
from tests.support.browser import Browser
from tests.support.cast import assemble
from tests.support.stage import settings_for

PASSWORD = "ромашка цветёт"


@pytest.fixture(autouse=True)
def _within_one_step(monkeypatch):
    """The clock of the codes stands still: no test straddles the end of a step of thirty seconds."""
    moment = now()
    monkeypatch.setattr(second_factor, "now", lambda: moment)


@pytest.fixture
def with_password(app, cast):
    """Вера has a password; it comes back."""
    made = passwords.make_hash(PASSWORD)
    with company(cast.romashka):
        in_transaction(lambda: setattr(row(cast.vera), "password_hash", made))
    return PASSWORD


@pytest.fixture
def shared(stores, tmp_path):
    """(app, cast, secret) on a database that threads share; Вера has a password and the second factor on."""
    url = stores.clone()
    app = create_app(settings_for(url, stores.redis_url(), tmp_path))
    app.test_client_class = Browser
    try:
        with app.app_context():
            people = assemble()
            made = passwords.make_hash(PASSWORD)
            with company(people.romashka):
                in_transaction(lambda: second_factor.prepare(people.vera.id))
                secret = second_factor.state(people.vera.id).secret
                code = pyotp.TOTP(secret).at(second_factor.now() - timedelta(seconds=30))
                in_transaction(lambda: second_factor.confirm(people.vera.id, code))
                in_transaction(lambda: setattr(row(people.vera), "password_hash", made))
                db.session.remove()
        yield app, people, secret
    finally:
        with app.app_context():
            db.engine.dispose()
        stores.drop(url)


@pytest.fixture
def letters(monkeypatch):
    """What was mailed: (to, subject, body, gist)."""
    sent = []
    monkeypatch.setattr(mail, "send", lambda *letter, **gist: sent.append((*letter, gist["gist"])))
    for sender in (reset, second_factor_reset):
        monkeypatch.setattr(sender, "enqueue", _at_once)
    return sent


def _at_once(function, company_id, *args, queue):
    with company(company_id):
        function(*args)


def row(person) -> Operator:
    return db.session.scalars(select(Operator).where(Operator.id == person.id)).one()


def change(person, **values) -> None:
    """What an administrator or the database did to the person meanwhile."""
    with company(person.company_id):
        in_transaction(lambda: [setattr(row(person), name, value) for name, value in values.items()])


def sessions_of(person) -> list[LoginSession]:
    with all_companies("a test looks"):
        query = select(LoginSession).where(LoginSession.operator_id == person.id).order_by(LoginSession.id)
        found = list(db.session.scalars(query))
        db.session.expunge_all()
    return found


def enter(browser, person, password: str, **more):
    return browser.post("/login", data={"email": person.email, "password": password, **more})
