import pytest
from sqlalchemy import select

from c2d.core.db import db
from c2d.core.errors import Refused
from c2d.core.tenancy import company
from c2d.operators.models import Operator
from c2d.sessions import passwords
from c2d.sessions.common_passwords import is_common
from c2d.sessions.models import PasswordReset
from tests.sessions.conftest import enter, sessions_of
from tests.sessions.test_policy import settings_of
from tests.sessions.test_reset import ask
from tests.sessions.test_second_factor import kinds

NEW = "совсем новый пароль"
PATH = "/account/security/password"


def test_another_password_ends_every_session_but_this_one(as_, browser, cast, with_password):
    here, there, gleb = as_(cast.vera), as_(cast.vera), as_(cast.gleb)
    answer = here.post(PATH, data={"current": with_password, "password": NEW})
    assert answer.location == "/account/security?done=password"
    assert "Новый пароль действует" in here.get(answer.location).text
    assert [b.get("/account/window").status_code for b in (here, there, gleb)] == [200, 303, 200]
    assert enter(browser, cast.vera, with_password).status_code == 422
    assert enter(browser, cast.vera, NEW).status_code == 303
    assert "password_changed" in kinds(cast.vera)
    assert [s.end_reason for s in sessions_of(cast.vera)][:2] == [None, "password-changed"]


@pytest.mark.parametrize(("field", "data"), [
    ("current", {"current": "not mine at all", "password": NEW}),
    ("current", {"password": NEW}),
    ("password", {"password": "short"}),
    ("password", {"password": "vera@romashka.example"}),
    ("password", {"password": "ромашка цветёт"}),
    ("password", {"password": "Ромашка2026"}),
    ("password", {"password": "йцукенгшщз"}),
])
def test_what_is_wrong_is_said_beside_its_field(as_, browser, cast, with_password, field, data):
    vera, other = as_(cast.vera), as_(cast.vera)
    answer = vera.post(PATH, data={"current": with_password, **data} if "current" not in data and field != "current" else data)
    assert answer.status_code == 422 and f'id="f-{field}-err"' in answer.text
    assert other.get("/account/window").status_code == 200
    assert enter(browser, cast.vera, with_password).status_code == 303


def test_guessing_the_current_password_stops_after_ten_tries(as_, cast, with_password):
    vera = as_(cast.vera)
    tries = [vera.post(PATH, data={"current": f"guess {n}", "password": NEW}).status_code for n in range(12)]
    assert tries == [422] * 10 + [429] * 2
    assert vera.post(PATH, data={"current": with_password, "password": NEW}).status_code == 429


@pytest.mark.parametrize(("path", "field"), [
    (PATH, "current"), ("/account/security/second-factor/removal", "proof"), ("/account/security/recovery-codes", "proof"),
    ("/account/email", "password"),
])
def test_nor_does_who_found_the_device_guess_on_from_many_addresses(as_, cast, with_password, path, field):
    vera, data = as_(cast.vera), {"email": "other@romashka.example", "password": NEW}
    tries = [vera.post(path, data={**data, field: f"guess {n}"}, environ_overrides={"REMOTE_ADDR": f"10.0.{n}.1"}).status_code
             for n in range(31)]
    assert tries == [422] * 30 + [429]


def test_links_that_were_mailed_before_work_no_longer(as_, browser, cast, with_password, letters):
    link = ask(browser, letters, cast.vera)
    assert browser.get(link).status_code == 200
    as_(cast.vera).post(PATH, data={"current": with_password, "password": NEW})
    assert browser.get(link).status_code == 404
    with company(cast.romashka):
        assert all(link.used_at for link in db.session.scalars(select(PasswordReset)))


def test_the_rules_of_the_company_hold_for_a_link_too(browser, cast, letters):
    settings_of(cast.romashka, password_length=20, password_mixed=True)
    link = ask(browser, letters, cast.vera)
    page = browser.get(link).text
    assert "Не короче 20 символов" in page and "Буквы и цифры" in page
    assert browser.post(link, data={"password": "девятнадцать знаков"}).status_code == 422
    assert browser.post(link, data={"password": "двадцать и больше знаков"}).status_code == 422
    assert browser.post(link, data={"password": "двадцать и больше 20 знаков"}).status_code == 303


def test_a_new_company_has_the_usual_rules_and_no_password_of_its_own_name(app, cast):
    settings_of(cast.romashka, password_length=20)
    passwords.check_rules("десять букв", "igor@vasilek.example", "Василёк")
    with pytest.raises(Refused):
        passwords.check_rules("василек2026", "igor@vasilek.example", "Василёк")


@pytest.mark.parametrize("known", [
    "aaaaaaaaaa", "1212121212", "abcabcabcabc", "1234567890", "0987654321", "abcdefghijkl", "qwertyuiop", "poiuytrewq",
    "йцукенгшщз", "Password123", "P@ssw0rd2026", "пароль12345", "gfhjkm12345", "QWERTY123456", "iloveyou!!", "1qaz2wsx3edc",
])
def test_what_everybody_tries_first_is_refused(known):
    assert is_common(known)


@pytest.mark.parametrize("fine", [
    "ромашка цветёт", "correct horse battery", "x7Kq9vLm2p", "summer 2847 5519 1183 44", "паровоз-лопата-36", "tr0ub4dor&3x",
])
def test_what_nobody_tries_first_is_not(fine):
    assert not is_common(fine)


def test_the_secret_is_kept_sealed_and_the_page_of_a_colleague_says_nothing_of_it(as_, cast):
    vera = as_(cast.vera)
    vera.post("/account/security/second-factor/secret")
    with company(cast.romashka):
        sealed = db.session.scalars(select(Operator.totp_sealed).where(Operator.id == cast.vera.id)).one()
    assert sealed and "totp" not in sealed
    assert sealed not in vera.get("/account/security/second-factor").text
