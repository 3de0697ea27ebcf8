"""Coming in by an invitation."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from c2d.companies.models import Company
from c2d.core.clock import now
from c2d.core.crypto import fingerprint
from c2d.core.db import db
from c2d.core.tenancy import company_id
from c2d.operators.models import Invitation, Operator
from c2d.sessions.models import LoginSession

TOKEN = "t" * 43
LINK = f"/invite/{TOKEN}"
PASSWORD = "ромашка цветёт"
FORM = {"first_name": "Вера", "last_name": "Весенняя", "password": PASSWORD}


@pytest.fixture
def link(romashka, cast) -> str:
    db.session.add(Invitation(operator_id=cast.vera.id, token_hash=fingerprint(TOKEN), expires_at=now() + timedelta(days=7)))
    db.session.commit()
    return LINK


def vera(cast) -> Operator:
    db.session.expire_all()
    return db.session.get(Operator, (company_id(), cast.vera.id))


def test_the_page_shows_company_and_address_and_tells_nobody_its_own(browser, link):
    page = browser.get(link)
    assert page.status_code == 200 and "Ромашка" in page.text and "vera@romashka.example" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer" and 'value="Вера"' in page.text


def test_who_accepts_is_signed_in_with_the_name_they_chose(browser, cast, link):
    answer = browser.post(link, data=FORM)
    assert answer.status_code == 303 and answer.location == "/"
    assert browser.get("/chats").status_code == 200
    assert vera(cast).last_name == "Весенняя" and vera(cast).password_hash
    guest = browser.application.test_client()
    assert guest.post("/login", data={"email": cast.vera.email, "password": PASSWORD}).status_code == 303


def test_a_link_works_once(browser, cast, link):
    browser.post(link, data=FORM)
    guest = browser.application.test_client()
    for answer in (guest.get(link), guest.post(link, data={**FORM, "password": "другой пароль"})):
        assert answer.status_code == 410 and "войдите" in answer.text and 'href="/login"' in answer.text
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_what_breaks_a_rule_is_told_beside_its_field_and_the_link_still_works(browser, cast, link):
    for field, wrong in (("password", "short"), ("first_name", " ")):
        refused = browser.post(link, data={**FORM, field: wrong})
        assert refused.status_code == 422 and f'id="f-{field}-err"' in refused.text and "Весенняя" in refused.text
    assert browser.post(link, data=FORM).status_code == 303


@pytest.mark.parametrize("change, words", [("expired", "больше 7 дней"), ("replaced", "более новое"),
                                            ("blocked", "отозвано"), ("deleted", "отозвано")])
def test_a_link_that_is_over_says_why_and_opens_nothing(browser, cast, link, change, words):
    if change == "expired":
        db.session.scalars(select(Invitation)).one().expires_at = now()
    elif change == "replaced":
        db.session.add(Invitation(operator_id=cast.vera.id, token_hash="x", expires_at=now() + timedelta(days=7)))
    else:
        setattr(vera(cast), f"{change}_at", now())
    db.session.commit()
    for answer in (browser.get(link), browser.post(link, data=FORM)):
        assert answer.status_code == 410 and words in answer.text
    assert vera(cast).password_hash is None


def test_a_made_up_link_is_nothing_and_guessing_is_slowed_down(browser, link):
    assert browser.get("/invite/" + "z" * 43).status_code == 404
    codes = [browser.get(f"/invite/{n}").status_code for n in range(12)]
    assert 429 in codes and codes[0] == 404
    assert browser.get(link).status_code == 200


def test_trying_too_often_is_refused(browser, link):
    codes = [browser.post(link, data={**FORM, "password": "short"}).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]


def licensed(seats: int) -> None:
    row = db.session.get(Company, company_id())
    row.licence, row.seats = "authorised", seats
    db.session.commit()


def test_where_only_so_many_may_be_signed_in_the_invitation_waits_for_a_seat(browser, as_, cast, link):
    licensed(1)
    as_(cast.gleb)
    refused = browser.post(link, data=FORM)
    assert refused.status_code == 422 and "уже авторизовано операторов: 1" in refused.text
    assert vera(cast).password_hash is None
    licensed(2)
    assert browser.post(link, data=FORM).status_code == 303


def test_signing_in_needs_a_seat_of_those_who_are_signed_in(browser, as_, cast, link):
    browser.post(link, data=FORM)
    guest = browser.application.test_client()
    enter = {"email": cast.vera.email, "password": PASSWORD}
    licensed(1)
    assert guest.post("/login", data=enter).status_code == 303  # the second device of the same person
    db.session.execute(LoginSession.__table__.update().where(LoginSession.company_id == company_id()).values(ended_at=now()))
    db.session.commit()
    as_(cast.gleb), as_(cast.anna)
    refused = guest.application.test_client().post("/login", data=enter)
    assert refused.status_code == 422 and "уже авторизовано операторов: 1" in refused.text
    found = vera(cast)
    found.role_id = cast.anna.role_id
    db.session.commit()
    assert guest.application.test_client().post("/login", data=enter).status_code == 303  # administrators take no seat
