"""The score `login-flood` in small: counts and words, no times."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from c2d.sessions import passwords, second_factor, throttle
from tests.sessions.conftest import PASSWORD
from tests.sessions.test_second_factor import code_of

TRIES = 120
VARIES = re.compile(r'(name="csrf-token" content|name="csrf_token" value|name="email"[^>]* value)="[^"]*"')


def at_once(app, path: str, fields, ip: str, cookie: str | None = None) -> tuple[Counter, set]:
    """(how often each status, the different words) of many forms from one address."""

    def post(n: int):
        browser = app.test_client()
        if cookie:
            browser.set_cookie("c2d", cookie)
        answer = browser.post(path, data=fields(n), environ_overrides={"REMOTE_ADDR": ip})
        return answer.status_code, VARIES.sub("", answer.text)

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(post, range(TRIES)))
    return Counter(status for status, _ in found), set(found)


@pytest.mark.own_database
def test_a_flood_of_passwords_costs_ten_hashes_and_tells_nothing(shared, monkeypatch):
    app, cast, _secret = shared
    hashed, right = [], passwords.is_right
    monkeypatch.setattr(passwords, "is_right", lambda *given: hashed.append(1) or right(*given))
    known = at_once(app, "/login", lambda n: {"email": cast.vera.email, "password": f"wrong {n}"}, "10.0.0.1")
    assert len(hashed) == throttle.ACCOUNT_LIMIT
    unknown = at_once(app, "/login", lambda n: {"email": "nobody@romashka.example", "password": f"wrong {n}"}, "10.0.0.3")
    assert known == unknown and len(known[1]) == 2
    assert known[0] == {422: throttle.ACCOUNT_LIMIT, 429: TRIES - throttle.ACCOUNT_LIMIT}
    elsewhere = app.test_client().post("/login", data={"email": cast.vera.email, "password": PASSWORD},
                                       environ_overrides={"REMOTE_ADDR": "10.0.0.2"})
    assert elsewhere.location == "/login/2fa"


@pytest.mark.own_database
def test_a_flood_of_codes_has_ten_of_them_checked(shared, monkeypatch):
    app, cast, secret = shared
    browser = app.test_client()
    browser.post("/login", data={"email": cast.vera.email, "password": PASSWORD})
    cookie = browser.get_cookie("c2d").value
    checked, use = [], second_factor.use
    monkeypatch.setattr(second_factor, "use", lambda *given: checked.append(1) or use(*given))
    statuses, words = at_once(app, "/login/2fa", lambda n: {"code": f"{n:06}"}, "10.0.0.1", cookie)
    assert len(checked) == throttle.ACCOUNT_LIMIT and len(words) == 2
    assert statuses == {422: throttle.ACCOUNT_LIMIT, 429: TRIES - throttle.ACCOUNT_LIMIT}
    elsewhere = browser.post("/login/2fa", data={"code": code_of(secret)}, environ_overrides={"REMOTE_ADDR": "10.0.0.2"})
    assert elsewhere.status_code == 303


def test_from_many_addresses_an_account_is_tried_thirty_times(app):
    for n in range(throttle.SPREAD_LIMIT):
        throttle.count("code", "1:2", f"10.4.{n}.1")
        throttle.count_widely("code", "1:2")
    with pytest.raises(throttle.TooMany):
        throttle.count_widely("code", "1:2")
    throttle.count_widely("code", "1:3")
    throttle.forgive("code", "1:2", "10.4.0.1")
    throttle.count_widely("code", "1:2")
