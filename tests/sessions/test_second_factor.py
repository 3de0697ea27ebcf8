import re
from datetime import timedelta
from threading import Barrier, Thread

import pyotp
import pytest
from sqlalchemy import select

from c2d.core import clock
from c2d.core.audit import AuditRecord
from c2d.core.clock import now
from c2d.core.db import db, in_transaction
from c2d.core.tenancy import company
from c2d.operators.models import RecoveryCode
from c2d.sessions import login, recovery_codes, second_factor
from tests.sessions.conftest import change, enter, row, sessions_of
from tests.sessions.test_reset import NEW, ask

SECRET = re.compile(r'aria-labelledby="secret">([A-Z2-7 ]+)<')
COMING_AND_GOING = ("signed_in", "signed_out", "session_terminated")
CODE = re.compile(r"[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}")


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(second_factor.now() + timedelta(seconds=30 * steps))


def set_up(browser) -> tuple[str, list[str]]:
    """Through the pages: the secret and the recovery codes."""
    browser.post("/account/security/second-factor/secret")
    secret = SECRET.search(browser.get("/account/security/second-factor").text)[1].replace(" ", "")
    answer = browser.post("/account/security/second-factor", data={"code": code_of(secret, -1)})
    assert answer.location == "/account/security/recovery-codes"
    return secret, CODE.findall(browser.get(answer.location).text)


@pytest.fixture
def veras(as_, cast, with_password):
    """Вера with her second factor on: (secret, recovery codes)."""
    return set_up(as_(cast.vera))


def second(browser, code: str, **more):
    return browser.post("/login/2fa", data={"code": code, **more})


def kinds(person) -> list[str]:
    """What the log says was done to the person, without their coming and going."""
    with company(person.company_id):
        found = list(db.session.scalars(select(AuditRecord.kind).where(
            AuditRecord.subject_kind == "operator", AuditRecord.subject_id == person.id,
            AuditRecord.kind.not_in(COMING_AND_GOING)).order_by(AuditRecord.id)))
        db.session.remove()
    return found


def test_it_is_on_only_after_a_code_was_right(as_, cast, browser, with_password):
    vera = as_(cast.vera)
    vera.post("/account/security/second-factor/secret")
    page = vera.get("/account/security/second-factor").text
    assert 'src="data:image/svg+xml' in page and SECRET.search(page)
    wrong = vera.post("/account/security/second-factor", data={"code": "000000"})
    assert wrong.status_code == 422 and 'id="f-code-err"' in wrong.text
    with company(cast.romashka):
        assert row(cast.vera).totp_on_at is None
        assert SECRET.search(page)[1].replace(" ", "") not in row(cast.vera).totp_sealed
    assert enter(browser, cast.vera, with_password).location == "/"


def test_recovery_codes_are_shown_once_and_kept_as_fingerprints(as_, cast, with_password):
    vera = as_(cast.vera)
    _, codes = set_up(vera)
    assert len(set(codes)) == 10
    assert vera.get("/account/security/recovery-codes").location == "/account/security"
    assert "Осталось 10 резервных кодов" in vera.get("/account/security").text
    with company(cast.romashka):
        stored = [c.code_hash for c in db.session.scalars(select(RecoveryCode))]
        db.session.remove()
    assert len(stored) == 10 and not set(codes) & set(stored) and all(len(s) == 64 for s in stored)


def test_the_password_alone_makes_no_session(browser, cast, veras, with_password):
    before = len(sessions_of(cast.vera))
    answer = enter(browser, cast.vera, with_password, next="/chats")
    assert answer.location == "/login/2fa"
    assert len(sessions_of(cast.vera)) == before
    assert browser.get("/account/window").status_code == 303
    page = browser.get("/login/2fa").text
    assert 'inputmode="numeric"' in page and 'autocomplete="one-time-code"' in page and "Резервный код" in page
    assert second(browser, code_of(veras[0])).location == "/chats"
    assert len(sessions_of(cast.vera)) == before + 1
    assert browser.get("/account/window").status_code == 200


def test_a_wrong_code_lets_nobody_in(browser, cast, veras, with_password):
    enter(browser, cast.vera, with_password)
    for typed in ("000000", "", "abcdef", "x" * 500, "１２３４５６", "00000-00000-00000"):
        answer = second(browser, typed)
        assert answer.status_code == 422 and 'id="f-code-err"' in answer.text
    assert browser.get("/account/window").status_code == 303


def test_without_the_password_there_is_no_second_step(browser, cast, veras):
    assert browser.get("/login/2fa").location == "/login?again=1"
    assert second(browser, code_of(veras[0])).location == "/login?again=1"


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_by_one_step(app, browser, cast, veras, with_password, steps, works):
    change(cast.vera, totp_step=0)
    enter(browser, cast.vera, with_password)
    assert (second(browser, code_of(veras[0], steps)).status_code == 303) is works


def test_a_code_is_pasted_with_a_space(browser, cast, veras, with_password):
    enter(browser, cast.vera, with_password)
    code = code_of(veras[0])
    assert second(browser, f" {code[:3]} {code[3:]}\n").status_code == 303


def test_a_code_works_once_and_no_earlier_one_after_it(app, cast, veras, with_password):
    one, other, third = app.test_client(), app.test_client(), app.test_client()
    for browser in (one, other, third):
        enter(browser, cast.vera, with_password)
    code = code_of(veras[0], 1)
    assert second(one, code).status_code == 303
    assert second(other, code).status_code == 422
    assert second(third, code_of(veras[0])).status_code == 422


def test_a_recovery_code_works_once(app, cast, veras, with_password):
    one, other = app.test_client(), app.test_client()
    for browser in (one, other):
        enter(browser, cast.vera, with_password)
    typed = veras[1][3].upper().replace("-", " ")
    assert second(one, typed, recovery="1").status_code == 303
    again = second(other, typed, recovery="1")
    assert again.status_code == 422 and "Резервный код" in again.text
    assert "Осталось 9 резервных кодов" in one.get("/account/security").text
    assert "recovery_code_used" in kinds(cast.vera)


def test_a_colleagues_recovery_code_opens_nothing(app, as_, browser, cast, veras, with_password):
    _, glebs = set_up(as_(cast.gleb))
    enter(browser, cast.vera, with_password)
    assert second(browser, glebs[0]).status_code == 422


def test_new_codes_replace_the_old_ones(as_, browser, cast, with_password):
    vera = as_(cast.vera)
    secret, old = set_up(vera)
    assert vera.post("/account/security/recovery-codes", data={"proof": "wrong"}).status_code == 422
    answer = vera.post("/account/security/recovery-codes", data={"proof": with_password})
    new = CODE.findall(vera.get(answer.location).text)
    assert len(new) == 10 and not set(new) & set(old)
    enter(browser, cast.vera, with_password)
    assert second(browser, old[0]).status_code == 422
    assert second(browser, new[0]).status_code == 303


@pytest.mark.parametrize("proof", ["password", "code"])
def test_it_is_switched_off_with_the_password_or_a_code(as_, browser, cast, with_password, proof):
    vera = as_(cast.vera)
    secret, codes = set_up(vera)
    assert vera.post("/account/security/second-factor/removal", data={"proof": "no"}).status_code == 422
    assert vera.post("/account/security/second-factor/removal", data={}).status_code == 422
    typed = with_password if proof == "password" else code_of(secret)
    assert vera.post("/account/security/second-factor/removal", data={"proof": typed}).status_code == 303
    assert enter(browser, cast.vera, with_password).location == "/"
    with company(cast.romashka):
        assert recovery_codes.left(cast.vera.id) == 0 and row(cast.vera).totp_sealed == ""
    assert kinds(cast.vera).count("second_factor_off") == 1


def test_the_second_step_is_void_when_the_password_changes(browser, cast, veras, with_password):
    enter(browser, cast.vera, with_password)
    change(cast.vera, password_hash="$argon2id$another")
    assert second(browser, code_of(veras[0])).location == "/login?again=1"


@pytest.mark.parametrize("field", ["blocked_at", "deleted_at"])
def test_who_is_blocked_meanwhile_does_not_get_in(browser, cast, veras, with_password, field):
    enter(browser, cast.vera, with_password)
    change(cast.vera, **{field: now()})
    assert second(browser, code_of(veras[0])).location == "/login?again=1"


def test_the_second_step_waits_ten_minutes(browser, cast, veras, with_password, monkeypatch):
    enter(browser, cast.vera, with_password)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr("c2d.sessions.second_step.now", lambda: later)
    assert browser.get("/login/2fa").location == "/login?again=1"
    assert second(browser, code_of(veras[0], 22)).location == "/login?again=1"


def test_a_forged_cookie_is_no_second_step(browser, cast, veras):
    for forged in ([1], "x", [cast.romashka, cast.vera.id, "0" * 24, int(now().timestamp()), ""]):
        with browser.session_transaction() as cookie:
            cookie["second"] = forged
        assert second(browser, code_of(veras[0])).location == "/login?again=1"


def test_codes_are_tried_ten_times_from_an_address_and_not_forever_from_many(app, cast, veras, with_password):
    browser = app.test_client()
    enter(browser, cast.vera, with_password)
    answers = [second(browser, "000000").status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2
    assert second(browser, code_of(veras[0])).status_code == 429
    elsewhere = {"REMOTE_ADDR": "10.1.1.1"}
    assert browser.post("/login/2fa", data={"code": code_of(veras[0])}, environ_overrides=elsewhere).status_code == 303


def test_no_door_leads_round_it(app, cast, veras):
    with company(cast.romashka):
        with pytest.raises(login.Refused):
            in_transaction(lambda: login.start_session(cast.vera.id, "10.0.0.1", ""))
        assert in_transaction(lambda: login.start_session(cast.gleb.id, "10.0.0.1", ""))


def test_after_a_new_password_by_letter_the_code_is_still_asked_for(browser, cast, veras, letters):
    browser.post(ask(browser, letters, cast.vera), data={"password": NEW})
    assert enter(browser, cast.vera, NEW).location == "/login/2fa"


def test_an_administrator_resets_it_and_the_owner_gets_a_letter(as_, browser, cast, veras, with_password, letters):
    anna = as_(cast.anna)
    path = f"/settings/operators/{cast.vera.id}/second-factor/removal"
    assert as_(cast.boris).post(path).status_code == 403
    assert as_(cast.hariton).post(path).status_code == 404
    assert enter(browser, cast.vera, with_password).location == "/login/2fa"
    assert anna.post(path).location == f"/settings/operators/{cast.vera.id}?done=second-factor"
    assert enter(browser, cast.vera, with_password).location == "/"
    assert letters[-1][0] == cast.vera.email and "второй фактор" in letters[-1][2]
    assert kinds(cast.vera).count("second_factor_reset") == 1
    anna.post(path)
    assert len(letters) == 1


def test_an_administrator_does_not_reset_their_own(as_, cast):
    assert as_(cast.anna).post(f"/settings/operators/{cast.anna.id}/second-factor/removal").status_code == 422


@pytest.mark.own_database
@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_of_two_that_bring_the_same_code_at_once_one_gets_in(shared, kind):
    app, cast, secret = shared
    with app.app_context(), company(cast.romashka):
        codes = in_transaction(lambda: second_factor.new_codes(cast.vera.id))
        db.session.remove()
    typed, start, won = code_of(secret) if kind == "code" else codes[0], Barrier(8), []

    def try_it():
        with app.app_context(), company(cast.romashka):
            start.wait(10)
            won.append(in_transaction(lambda: second_factor.use(cast.vera.id, typed)))
            db.session.remove()

    threads = [Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(won) == [False] * 7 + [True]
