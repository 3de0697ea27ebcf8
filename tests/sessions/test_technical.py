"""Technical access: given by command line, used once, in plain sight, never without a trail."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from c2d.core import bells, mail
from c2d.core.audit import AuditRecord
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.errors import NotFound, Refused
from c2d.core.events import EventRecord
from c2d.core.fragments import gather
from c2d.core.live import Viewer
from c2d.core.tenancy import company
from c2d.launcher import technical_access
from c2d.sessions import live, technical
from c2d.sessions.models import LoginSession, TechnicalAccess
from tests.sessions.conftest import change, enter, row, sessions_of
from tests.support import factories

STAFF, REASON = "Иван Петров", "Обращение 4711: не уходят сообщения"


@pytest.fixture
def letters(monkeypatch):
    sent = []
    monkeypatch.setattr(mail, "send", lambda *letter, **gist: sent.append(letter))
    monkeypatch.setattr(bells, "enqueue", lambda function, company_id, *args, queue: sent.append((function, company_id, args)))
    return sent


@pytest.fixture
def link(cast, letters) -> str:
    with company(cast.romashka):
        return technical.grant(STAFF, REASON, 30, cast.vera.email).removeprefix("http://localhost")


@pytest.fixture
def staff(app, link):
    """A browser of the platform's staff inside the company as Вера."""
    browser = app.test_client()
    assert browser.post(link).location == "/"
    return browser


def trail(cast, kind: str) -> list[AuditRecord]:
    with company(cast.romashka):
        found = list(db.session.scalars(select(AuditRecord).where(AuditRecord.kind == kind).order_by(AuditRecord.id)))
        db.session.expunge_all()
    return found


def test_the_link_says_what_it_opens_before_it_is_used(browser, cast, link):
    answer = browser.get(link)
    for words in ("Ромашка", "Вера Волкова", STAFF, REASON, "На 30 минут", "Войти"):
        assert words in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert sessions_of(cast.vera) == []


def test_it_enters_once_as_the_operator_who_stays_as_they_were(app, cast, link, letters):
    change(cast.vera, status="offline")
    staff = app.test_client()
    staff.post(link)
    [session] = sessions_of(cast.vera)
    assert session.technical_access and (session.staff_name, session.reason) == (STAFF, REASON)
    assert timedelta(minutes=29) < session.expires_at - now() <= timedelta(minutes=30)
    assert staff.get("/account/window").status_code == 200
    with company(cast.romashka):
        assert row(cast.vera).status == "offline"
        kinds = list(db.session.scalars(select(EventRecord.kind)))
    assert "signed_in" not in kinds and "new_device_seen" not in kinds and "operator_status_changed" not in kinds
    assert app.test_client().post(link).status_code == app.test_client().get(link).status_code == 404
    assert len(sessions_of(cast.vera)) == 1


def test_of_two_who_press_the_button_one_enters(app, cast, link):
    both = [technical.access_of(link.rsplit("/", 1)[1]) for _ in range(2)]
    assert technical.enter(both[0], "127.0.0.1", "")
    with pytest.raises(NotFound):
        technical.enter(both[1], "127.0.0.1", "")
    assert len(sessions_of(cast.vera)) == 1


def test_ten_minutes_later_the_link_is_dead(browser, cast, link):
    with company(cast.romashka):
        db.session.execute(update(TechnicalAccess).values(expires_at=now()))
        db.session.commit()
    assert browser.get(link).status_code == browser.post(link).status_code == 404
    assert browser.get("/technical-access/" + "x" * 43).status_code == 404


def test_the_link_of_somebody_blocked_since_is_dead(browser, cast, link):
    change(cast.vera, blocked_at=now())
    assert browser.post(link).status_code == 404 and sessions_of(cast.vera) == []


def test_a_banner_stands_over_every_page_and_ends_it(staff, as_, cast):
    for address in ("/chats", "/account/sessions", "/account/window"):
        page = staff.get(address).text
        assert "Технический доступ" in page and STAFF in page and REASON in page
    assert 'class="banner"' not in as_(cast.vera).get("/chats").text
    action = re.search(r'action="(/account/sessions/\d+/termination)"', staff.get("/chats").text)[1]
    assert staff.post(action).location == "/login"
    assert staff.get("/chats").status_code == 303
    [ended] = trail(cast, "technical_access_ended")
    assert (ended.staff_name, ended.subject, ended.after["reason"]) == (STAFF, "Вера Волкова", "signed-out")


def test_both_lists_show_the_lock(staff, as_, cast):
    for page in (as_(cast.vera).get("/account/sessions").text,
                 as_(cast.anna).get(f"/settings/sessions/operators/{cast.vera.id}").text):
        assert "#lock" in page and "Технический доступ" in page and STAFF in page and REASON in page


def test_the_administrator_puts_staff_out(staff, as_, cast):
    [session] = sessions_of(cast.vera)
    assert staff.get("/chats").status_code == 200
    as_(cast.anna).post(f"/settings/sessions/{session.id}/termination")
    assert staff.get("/chats").status_code == 303
    [ended] = trail(cast, "technical_access_ended")
    assert (ended.actor_id, ended.staff_name, ended.after["reason"]) == (cast.anna.id, STAFF, "by-administrator")


def test_its_beginning_stands_in_the_audit_log(staff, cast):
    [granted], [started] = trail(cast, "technical_access_granted"), trail(cast, "technical_access_started")
    assert (granted.staff_name, granted.subject_id, granted.after["reason"]) == (STAFF, cast.vera.id, REASON)
    assert (started.actor_id, started.actor_name, started.staff_name) == (cast.vera.id, "Вера Волкова", STAFF)
    assert started.after["reason"] == REASON and started.ip == "127.0.0.1"


def test_every_unsafe_request_leaves_a_row_with_both_names(staff, cast, as_):
    as_(cast.vera).post("/account/theme", data={"theme": "dark"})
    assert trail(cast, "technical_request") == []
    staff.get("/chats")
    staff.post("/account/theme", data={"theme": "dark"})
    staff.post("/settings/accounts/1/pause")
    staff.post("/account/theme", data={"theme": "no such theme"})
    rows = trail(cast, "technical_request")
    assert [(r.subject, r.after["status"]) for r in rows] == [
        ("POST /account/theme", 303), ("POST /settings/accounts/1/pause", 403), ("POST /account/theme", 422)]
    assert {(r.actor_id, r.actor_name, r.staff_name) for r in rows} == {(cast.vera.id, "Вера Волкова", STAFF)}


def test_secrets_are_out_of_reach(app, cast, as_, letters, romashka):
    channel = factories.channel(transport="external", settings={"url": "https://crm.example"}, secret="s3cret-of-the-hook")
    telegram = factories.channel(transport="telegram", name="Бот")
    token = db.session.get(factories.Channel, (cast.romashka, channel)).token
    link = technical.grant(STAFF, REASON).removeprefix("http://localhost")
    staff, anna = app.test_client(), as_(cast.anna)
    staff.post(link)
    own, theirs = (b.get(f"/settings/accounts/{channel}") for b in (anna, staff))
    assert own.status_code == theirs.status_code == 200
    assert "s3cret-of-the-hook" in own.text and token in own.text
    assert "s3cret-of-the-hook" not in theirs.text and token not in theirs.text
    assert "не показываются" in theirs.text
    for address in (f"/settings/accounts/{telegram}/credentials", f"/settings/accounts/{telegram}/server"):
        assert staff.post(address, data={"token": "x"}).status_code == 403
        assert anna.post(address, data={"token": "x"}).status_code != 403


def test_routes_with_secrets_say_that_they_are_not_for_staff(app):
    closed = app.extensions["closed_to_staff"]
    assert {"channels.replace_secrets", "channels.move"} <= closed


def test_staff_leave_no_way_in_behind(app, cast, as_, letters, romashka):
    """Whoever gets in longer, or with more, is for the company's own people to say."""
    link, gone = technical.grant(STAFF, REASON).removeprefix("http://localhost"), cast.gleb.id
    change(cast.gleb, blocked_at=now())
    staff, anna = app.test_client(), as_(cast.anna)
    staff.post(link)
    page = staff.get(f"/settings/operators/{gone}").text
    assert "Разблокировать" not in page and "Разблокировать" in anna.get(f"/settings/operators/{gone}").text
    assert "/settings/operators/new" not in staff.get("/settings/operators").text
    role = cast.galya.role_id
    tries = {
        f"/settings/operators/{cast.vera.id}/role": {"role_id": cast.anna.role_id}, f"/settings/operators/{gone}/restoration": {},
        "/settings/operators": {"email": "x@y.example", "first_name": "X", "role_id": cast.anna.role_id},
        "/settings/operators/invitations": {"emails": "x@y.example", "role_id": cast.anna.role_id},
        f"/settings/roles/{role}/rights/accounts.connect": {"right": "1"}, "/settings/roles": {"name": "Новая"},
        "/settings/roles/rights": {"shown": "", "right": f"{role}:accounts.connect"}, "/account/phone": {"phone": "+79123456789"},
        f"/settings/roles/{role}/name": {"name": "Другая"}, "/settings/accounts/new/telegram": {"token": "1:x"},
        f"/settings/roles/{role}/removal": {"move_to": cast.vera.role_id},
    }
    assert [path for path, data in tries.items() if staff.post(path, data=data).status_code != 403] == []
    assert "Технический доступ" in staff.post("/settings/roles", data={"name": "Новая"}).text
    for path, data in tries.items():
        assert anna.post(path, data=data).status_code != 403, path


def test_administrators_are_written_to_and_told_on_their_pages(app, cast, link, letters):
    app.test_client().post(link)
    [(function, company_id, args)] = letters
    letters.clear()
    with company(company_id):
        function(*args)
        [(to, subject, body)] = letters
        assert to == cast.anna.email and STAFF in body and REASON in body and "Вера Волкова" in body
        events = list(db.session.scalars(select(EventRecord).order_by(EventRecord.seq)))
        anna, vera = (Viewer(cast.romashka, p.id, 99, "ru", "Europe/Moscow") for p in (cast.anna, cast.vera))
        [push] = gather([live.PUSHES], events, [anna, vera])
        assert push.topic == f"operator:{cast.anna.id}" and STAFF in push.render(anna)


def test_when_its_time_is_over_it_ends_in_the_books_too(staff, cast):
    with company(cast.romashka):
        db.session.execute(update(LoginSession).values(expires_at=now() - timedelta(seconds=1)))
        db.session.commit()
    assert staff.get("/chats").status_code == 303
    assert "Время технического доступа вышло" in staff.get("/login").text
    technical.end_those_over()
    technical.end_those_over()
    [ended] = trail(cast, "technical_access_ended")
    assert (ended.actor_id, ended.staff_name, ended.after["reason"]) == (None, STAFF, "time-over")
    assert "Время технического доступа вышло" in staff.get("/login").text


def test_a_device_of_staff_is_none_of_the_operators(staff, app, cast, with_password, letters):
    letters.clear()
    enter(app.test_client(), cast.vera, with_password)  # the first session of Вера herself
    assert letters == []


@pytest.mark.parametrize("wrong", [
    {"staff": " "}, {"reason": ""}, {"minutes": 4}, {"minutes": 481}, {"email": "nobody@romashka.example"},
    {"email": "hariton@chuzhaya.example"},
])
def test_what_cannot_be_granted_is_refused_with_a_sentence(cast, romashka, wrong):
    with pytest.raises(Refused, match=r"\w+ \w+"):
        technical.grant(**{"staff": STAFF, "reason": REASON, **wrong})


def test_the_command_prints_a_link_or_a_sentence(app, cast, letters, capsys):
    arguments = ["--staff", STAFF, "--reason", REASON]
    assert technical_access.run(app, [str(cast.romashka), *arguments, "--minutes", "5"]) == 0
    assert re.fullmatch(r"http://localhost/technical-access/[\w-]{43}\n", capsys.readouterr().out)
    with company(cast.romashka):
        access = db.session.scalars(select(TechnicalAccess)).one()
        assert (access.operator_id, access.minutes) == (cast.anna.id, 5)
    assert technical_access.run(app, ["987654", *arguments]) == 1
    assert "no company 987654" in capsys.readouterr().err
    assert technical_access.run(app, [str(cast.romashka), *arguments, "--minutes", "9999"]) == 1
    with pytest.raises(SystemExit) as left:
        technical_access.run(app, [str(cast.romashka)])
    assert left.value.code == 2
