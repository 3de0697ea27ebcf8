from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from c2d import create_app
from c2d.core import clock
from c2d.core.db import db
from c2d.sessions import login, passwords, throttle
from tests.sessions.conftest import enter
from tests.support.stage import settings_for


def tries(browser, person, times: int, **more) -> list[int]:
    return [enter(browser, person, "not the password", **more).status_code for _ in range(times)]


def test_the_eleventh_try_is_refused_even_with_the_right_password(browser, cast, with_password):
    assert tries(browser, cast.vera, 11) == [422] * 10 + [429]
    assert enter(browser, cast.vera, with_password).status_code == 429


def test_an_unknown_person_is_counted_the_same(browser):
    data = {"email": "nobody@romashka.example", "password": "not the password"}
    assert [browser.post("/login", data=data).status_code for _ in range(11)] == [422] * 10 + [429]


def test_somebody_elsewhere_still_gets_in(browser, cast, with_password):
    tries(browser, cast.vera, 12)
    data = {"email": cast.vera.email, "password": with_password}
    assert browser.post("/login", data=data, environ_overrides={"REMOTE_ADDR": "10.0.0.9"}).status_code == 303


def test_one_address_may_try_a_hundred_accounts(app):
    for n in range(throttle.NETWORK_LIMIT):
        throttle.count("login", f"{n}@romashka.example", "10.1.1.1")
    with pytest.raises(throttle.TooMany):
        throttle.count("login", "one.more@romashka.example", "10.1.1.1")


def test_a_whole_network_of_ipv6_counts_as_one(app):
    for n in range(throttle.ACCOUNT_LIMIT):
        throttle.count("login", "vera@romashka.example", f"2001:db8::{n:x}")
    with pytest.raises(throttle.TooMany):
        throttle.count("login", "VERA@romashka.example", "2001:db8::ffff")


def test_an_office_that_signs_in_correctly_is_not_shut_out(app):
    for n in range(throttle.NETWORK_LIMIT + 20):
        throttle.count("login", f"{n}@romashka.example", "10.1.1.2")
        throttle.forgive("login", f"{n}@romashka.example", "10.1.1.2")


def test_after_the_window_one_may_try_again(app, monkeypatch):
    for _ in range(throttle.ACCOUNT_LIMIT):
        throttle.count("login", "vera@romashka.example", "10.1.1.3")
    later = clock.now() + throttle.WINDOW + timedelta(seconds=1)
    monkeypatch.setattr(throttle, "now", lambda: later)
    throttle.count("login", "vera@romashka.example", "10.1.1.3")
    monkeypatch.setattr(throttle, "now", lambda: later + throttle.WINDOW)
    assert throttle.sweep() >= 1


@pytest.mark.own_database
def test_a_thousand_parallel_tries_compute_ten_hashes(stores, tmp_path, monkeypatch):
    """Counted in the database before hashing: no number of threads gets more."""
    url = stores.clone()
    app = create_app(settings_for(url, stores.redis_url(), tmp_path))
    hashed, lock_free = [], list.append
    monkeypatch.setattr(passwords, "is_right", lambda *_: lock_free(hashed, 1) or False)

    def wrong(_) -> None:
        with app.test_request_context():
            try:
                login.sign_in("vera@romashka.example", "wrong", "10.2.2.2", "")
            except login.Refused:
                pass

    try:
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(wrong, range(1000)))
        assert len(hashed) == throttle.ACCOUNT_LIMIT
    finally:
        with app.app_context():
            db.engine.dispose()
        stores.drop(url)
