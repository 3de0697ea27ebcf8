"""A device that was not seen before is told of."""

import pytest
from sqlalchemy import select

from c2d.core import bells, mail
from c2d.core.db import db
from c2d.core.events import EventRecord
from c2d.core.fragments import gather
from c2d.core.live import Viewer
from c2d.core.tenancy import company
from c2d.sessions import live, unfamiliar
from tests.sessions.conftest import enter, sessions_of

FIREFOX = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:136.0) Gecko/20100101 Firefox/136.0"}
NEWER_FIREFOX = {"User-Agent": FIREFOX["User-Agent"].replace("136", "137")}
CHROME = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
                        "(KHTML, like Gecko) Chrome/133.0 Safari/537.36"}


@pytest.fixture
def letters(monkeypatch):
    """`letters()` does the jobs that were asked for and returns what was mailed."""
    sent, jobs = [], []
    monkeypatch.setattr(mail, "send", lambda *letter, **gist: sent.append(letter))
    monkeypatch.setattr(bells, "enqueue", lambda function, company_id, *args, queue: jobs.append((function, company_id, args)))

    def work_off() -> list[tuple]:
        while jobs:
            function, company_id, args = jobs.pop()
            with company(company_id):
                function(*args)
        return sent

    return work_off


def sign_in(browser, cast, password, agent):
    return browser.post("/login", data={"email": cast.vera.email, "password": password}, headers=agent)


def test_another_browser_writes_a_letter_that_says_what_to_do(app, cast, with_password, letters):
    sign_in(app.test_client(), cast, with_password, FIREFOX)
    assert letters() == []  # the very first session is nothing new
    sign_in(app.test_client(), cast, with_password, NEWER_FIREFOX)
    assert letters() == []
    sign_in(app.test_client(), cast, with_password, CHROME)
    [(to, subject, body)] = letters()
    assert to == cast.vera.email and subject == "Вход в c2d с нового устройства"
    for words in ("Chrome 133.0, Windows", "локальная сеть", "127.0.0.1", "Europe/Moscow", "/account/sessions", "/password",
                  "Если это не вы"):
        assert words in body


def test_another_country_is_something_new_too(app, cast, with_password, letters, romashka):
    sign_in(app.test_client(), cast, with_password, FIREFOX)
    first = sessions_of(cast.vera)[0]
    db.session.get(type(first), (cast.romashka, first.id)).country = "TR"
    db.session.commit()
    sign_in(app.test_client(), cast, with_password, FIREFOX)
    assert len(letters()) == 1


def test_who_fails_to_sign_in_writes_no_letter(app, cast, with_password, letters):
    sign_in(app.test_client(), cast, with_password, FIREFOX)
    enter(app.test_client(), cast.vera, "a wrong password")
    assert letters() == []


def test_other_windows_are_told_and_the_new_one_is_not(app, cast, with_password, letters):
    sign_in(app.test_client(), cast, with_password, FIREFOX)
    sign_in(app.test_client(), cast, with_password, CHROME)
    old, new = [session.id for session in sessions_of(cast.vera)]
    mine, fresh = (Viewer(cast.romashka, cast.vera.id, id, "ru", "Europe/Moscow") for id in (old, new))
    colleague = Viewer(cast.romashka, cast.gleb.id, 99, "ru", "Europe/Moscow")
    with company(cast.romashka):
        events = list(db.session.scalars(select(EventRecord).order_by(EventRecord.seq)))
        assert gather([live.PUSHES], events, [colleague]) == []
        [push] = gather([live.PUSHES], events, [mine, fresh, colleague])
        assert push.topic == f"operator:{cast.vera.id}" and push.key(fresh) is None and push.key(mine)
        html = push.render(mine)
    assert 'hx-swap-oob="beforeend:.toasts"' in html and "Chrome 133.0, Windows" in html and "/account/sessions" in html


def test_a_letter_for_a_session_that_is_gone_is_not_written(app, cast, letters):
    with company(cast.romashka):
        unfamiliar.send_notice(123456)
    assert letters() == []
