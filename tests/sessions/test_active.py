"""The screens of active sessions, one's own and the administrator's."""

import re
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from c2d.core.audit import AuditRecord
from c2d.core.clock import now
from c2d.core.db import db
from c2d.core.events import EventRecord
from c2d.core.fragments import gather
from c2d.core.live import Viewer
from c2d.core.sql import scoped
from c2d.core.tenancy import company
from c2d.sessions import listing, live
from tests.sessions.conftest import change, row, sessions_of
from tests.support import factories

FIREFOX = {"device": "desktop", "browser": "Firefox", "browser_version": "136.0b2", "system": "Windows", "country": "TR",
           "city": "Стамбул", "ip": "85.105.1.1"}


@pytest.fixture
def other_device(romashka, cast):
    return factories.login_session(cast.vera.id, **FIREFOX)


def cards(page: str) -> list[str]:
    return re.findall(r'id="session-(\d+)"', page)


def names(page: str) -> list[str]:
    return re.findall(r'<details id="operator-\d+".*?<b>(.*?)</b>', page, re.DOTALL)


def test_one_sees_where_one_is_signed_in(as_, cast, other_device):
    page = as_(cast.vera).get("/account/sessions").text
    mine, other = sessions_of(cast.vera)[-1].id, other_device
    assert cards(page) == [str(mine), str(other)]
    assert page.index("Это устройство") < page.index(f"session-{other}")
    for word in ("Firefox, 136.0b2", "Создано", "Посл. активность", "Геолокация", "Стамбул, Турция", "IP-адрес", "85.105.1.1",
                 "Определяется по IP, может быть неточной", "Завершить", "Выйти на всех устройствах, кроме этого"):
        assert word in page
    assert "Firefox" not in as_(cast.gleb).get("/account/sessions").text


def test_only_sessions_that_stand_are_shown(as_, cast, romashka):
    long_ago = now() - timedelta(days=8)
    gone = [factories.login_session(cast.vera.id, at=long_ago), factories.login_session(cast.vera.id, ended_at=now()),
            factories.login_session(cast.vera.id, expires_at=now())]
    page = as_(cast.vera).get("/account/sessions").text
    assert len(cards(page)) == 1 and not set(map(str, gone)) & set(cards(page))
    assert "Выйти на всех" not in page


def test_one_ends_another_device_and_the_focus_goes_on(as_, cast, romashka, other_device):
    third = factories.login_session(cast.vera.id, at=now() - timedelta(hours=1))
    vera = as_(cast.vera)
    answer = vera.post(f"/account/sessions/{other_device}/termination", htmx=True)
    assert str(other_device) not in cards(answer.text)
    assert re.search(rf'id="end-{third}" autofocus', answer.text)
    ended = next(s for s in sessions_of(cast.vera) if s.id == other_device)
    assert ended.ended_at and ended.end_reason == "elsewhere"
    assert vera.post(f"/account/sessions/{other_device}/termination").status_code == 404
    assert vera.post(f"/account/sessions/{third}/termination").location == "/account/sessions"


def test_one_leaves_everywhere_else(as_, cast, other_device):
    vera, phone = as_(cast.vera), as_(cast.vera)
    assert phone.get("/account/window").status_code == 200
    assert vera.post("/account/sessions/others/termination").status_code == 303
    assert (vera.get("/account/window").status_code, phone.get("/account/window").status_code) == (200, 303)


def test_ending_this_device_is_signing_out(as_, cast):
    vera = as_(cast.vera)
    [here] = sessions_of(cast.vera)
    assert vera.post(f"/account/sessions/{here.id}/termination", htmx=True).headers["HX-Redirect"] == "/login"
    assert sessions_of(cast.vera)[0].end_reason == "signed-out"
    with company(cast.romashka):
        assert row(cast.vera).status == "offline"


def test_a_colleagues_session_is_not_ones_own(as_, cast, other_device):
    assert as_(cast.gleb).post(f"/account/sessions/{other_device}/termination").status_code == 404
    assert as_(cast.hariton).post(f"/settings/sessions/{other_device}/termination").status_code == 404
    assert as_(cast.boris).post(f"/settings/sessions/{other_device}/termination").status_code == 403
    assert not next(s for s in sessions_of(cast.vera) if s.id == other_device).ended_at


def test_the_administrator_sees_who_is_signed_in_the_most_active_first(as_, cast, romashka):
    factories.login_session(cast.vera.id, at=now() - timedelta(hours=2))
    factories.login_session(cast.gleb.id, at=now() - timedelta(hours=1))
    factories.login_session(cast.gleb.id, at=now() - timedelta(hours=3))
    anna = as_(cast.anna)
    page = anna.get("/settings/sessions").text
    assert names(page) == ["Анна Антонова", "Глеб Громов", "Вера Волкова"] and "2 сессии" in page
    assert names(anna.get("/settings/sessions?sort=old").text) == ["Вера Волкова", "Глеб Громов", "Анна Антонова"]
    assert "Борис" not in page and "Харитон" not in page


@pytest.mark.parametrize(("q", "found"), [
    ("волк", True), ("ВЕРА волкова", True), ("волкова вера", True), ("%", False), ("_", False), ("никто", False), ("\\", False),
])
def test_operators_are_found_by_name(as_, cast, other_device, q, found):
    page = as_(cast.anna).get("/settings/sessions", query_string={"q": q}).text
    assert names(page) == (["Вера Волкова"] if found else [])
    assert found or "Сбросить" in page


@pytest.mark.parametrize("form", ["{}", "ID: {}", "id {}"])
def test_operators_are_found_by_id(as_, cast, other_device, form):
    page = as_(cast.anna).get("/settings/sessions", query_string={"q": form.format(cast.vera.id)}).text
    assert names(page) == ["Вера Волкова"]


def test_ids_are_written_in_groups_and_found_so(as_, cast, romashka):
    assert listing.Active(813274, "Вера", "В", 1).number == "813\u00a0274"
    assert listing._looked_for("ID: 813 274")[1] == listing._looked_for("813\u00a0274")[1] == 813274
    assert listing._looked_for("9" * 50)[1] is None


def test_an_operators_sessions_open_below_the_name_or_on_a_page(as_, cast, other_device):
    anna = as_(cast.anna)
    address = f"/settings/sessions/operators/{cast.vera.id}"
    assert f'hx-get="{address}"' in anna.get("/settings/sessions").text
    fragment, page = anna.get(address, htmx=True).text, anna.get(address).text
    assert cards(fragment) == cards(page) == [str(other_device)]
    assert "<html" not in fragment and "Вера Волкова" in page and "Завершить все" in fragment


def test_the_administrator_ends_one_and_all(as_, cast, other_device):
    vera, anna = as_(cast.vera), as_(cast.anna)
    answer = anna.post(f"/settings/sessions/{other_device}/termination", htmx=True).text
    assert len(cards(answer)) == 1 and re.search(r'hx-swap-oob="true">1 сессия', answer)
    assert vera.get("/account/window").status_code == 200
    answer = anna.post(f"/settings/sessions/operators/{cast.vera.id}/termination", htmx=True).text
    assert cards(answer) == [] and "Нет активных сессий" in answer and "autofocus" in answer
    assert vera.get("/account/window").status_code == 303
    assert {s.end_reason for s in sessions_of(cast.vera)} == {"by-administrator"}
    with company(cast.romashka):
        assert row(cast.vera).status == "offline"
        noted = db.session.query(AuditRecord).filter_by(kind="session_terminated").order_by(AuditRecord.id).all()
        assert [(n.actor_id, n.subject_id, n.subject) for n in noted] == [(cast.anna.id, cast.vera.id, "Вера Волкова")] * 2
        assert noted[0].after["reason"] == "by-administrator" and noted[0].after["browser"] == "Firefox"


def test_ending_all_of_ones_own_leaves_this_device(as_, cast):
    anna, phone = as_(cast.anna), as_(cast.anna)
    anna.post(f"/settings/sessions/operators/{cast.anna.id}/termination")
    assert (anna.get("/settings/sessions").status_code, phone.get("/settings/sessions").status_code) == (200, 303)


def test_of_two_who_end_the_same_session_one_is_told_it_is_gone(as_, cast, other_device):
    anna, boris = as_(cast.anna), as_(cast.vera)
    assert anna.post(f"/settings/sessions/{other_device}/termination").status_code == 303
    assert boris.post(f"/account/sessions/{other_device}/termination").status_code == 404


def test_a_deleted_operator_is_not_listed(as_, cast, other_device):
    anna = as_(cast.anna)
    assert "Вера" in anna.get("/settings/sessions").text
    change(cast.vera, deleted_at=now())
    assert "Вера" not in anna.get("/settings/sessions").text
    assert anna.get(f"/settings/sessions/operators/{cast.vera.id}").status_code == 404


def test_an_ended_session_leaves_the_open_lists_of_those_who_may_see_it(as_, cast, other_device):
    as_(cast.anna).post(f"/settings/sessions/{other_device}/termination")
    viewers = [Viewer(cast.romashka, person.id, 0, "ru", "Europe/Moscow") for person in (cast.anna, cast.vera, cast.gleb)]
    with company(cast.romashka):
        events = list(db.session.scalars(select(EventRecord).order_by(EventRecord.seq)))
        pushes = gather([live.PUSHES], events, viewers)
        html = [(push.topic, push.render(viewers[0])) for push in pushes]
    gone, anna = f'<li id="session-{other_device}" hx-swap-oob="delete"></li>', f"operator:{cast.anna.id}"
    assert html[:2] == [(anna, gone), (f"operator:{cast.vera.id}", gone)]
    assert html[2][0] == anna and "0 сессий" in html[2][1] and len(html) == 3


CROWD = scoped("""
    WITH people AS (
        INSERT INTO operators (company_id, role_id, email, first_name, last_name)
        SELECT %(company)s, %(role)s, 'n' || n || '@crowd.example', 'Имя' || n, 'Фамилия' || n
        FROM generate_series(%(first)s::int, %(last)s::int) n
        RETURNING id)
    INSERT INTO login_sessions (company_id, operator_id, token_hash, created_at, last_seen_at, expires_at)
    SELECT %(company)s, id, md5(id || '-' || n), now() - interval '1 hour', now() - mod(id, 997) * interval '1 minute'
        - n * interval '37 minutes', now() + interval '9 days'
    FROM people, generate_series(1, 10) n""")


TRUTH = """
    SELECT operator_id FROM login_sessions WHERE company_id = %(company)s AND (operator_id <> %(anna)s OR %(all)s)
    GROUP BY 1 ORDER BY max(last_seen_at) DESC, max(id) DESC"""


def crowd(cast, first: int, last: int) -> None:
    CROWD.run(role=cast.vera.role_id, first=first, last=last)
    db.session.connection().exec_driver_sql("ANALYZE login_sessions, operators")
    db.session.commit()


def whole_list(anna, query: str) -> list[str]:
    """The ids of all pages."""
    found, address = [], f"/settings/sessions?{query}"
    while address:
        page = anna.get(address).text
        found += re.findall(r'id="operator-(\d+)"', page)
        more = re.search(r'href="(/settings/sessions\?[^"]*cursor=[^"]*)"', page)
        address = more and more[1].replace("&amp;", "&")
    return found


@pytest.mark.parametrize("query", ["", "sort=old", "q=имя", "q=имя&sort=old"])
def test_pages_show_everybody_once_and_in_order(as_, cast, romashka, query):
    anna = as_(cast.anna)
    crowd(cast, 1, 75)
    truth = [str(line.operator_id) for line in scoped(TRUTH).all(anna=cast.anna.id, all="q" not in query)]
    if "old" in query:
        truth.reverse()
    assert whole_list(anna, query) == truth and len(truth) >= 75


@pytest.mark.parametrize("cursor", ["x", "WzFd", "W251bGwsbnVsbF0", "WyJ5ZXN0ZXJkYXkiLDFd", "WyIyMDI2LTAxLTAxIiwtMV0",
                                    "W10" * 80])
def test_a_damaged_cursor_shows_the_first_page(as_, cast, other_device, cursor):
    page = as_(cast.anna).get(f"/settings/sessions?cursor={cursor}")
    assert page.status_code == 200 and "Вера" in page.text


def test_the_list_costs_the_same_for_ten_operators_and_for_a_thousand(as_, cast, romashka, statements):
    anna = as_(cast.anna)
    address = "/settings/sessions"

    def best_of(tries: int) -> tuple[float, int]:
        times = []
        for _ in range(tries):
            statements.clear()
            begun = time.perf_counter()
            assert anna.get(address).status_code == 200
            times.append(time.perf_counter() - begun)
        return min(times), len(statements)

    crowd(cast, 1, 30)
    few, few_statements = best_of(9)
    crowd(cast, 31, 1000)
    many, many_statements = best_of(9)
    assert many_statements == few_statements <= 6
    assert many <= 1.5 * few, f"{few * 1000:.1f} ms, then {many * 1000:.1f} ms"


def test_the_first_page_of_ten_thousand_sessions_walks_an_index(cast, romashka):
    crowd(cast, 1, 1000)
    values = {"company": cast.romashka, "now": now(), "at": listing._END, "place": listing._LAST}
    cursor = db.session.connection().connection.cursor()
    plan = "\n".join(r[0] for r in cursor.execute("EXPLAIN (ANALYZE, COSTS OFF) " + listing._newest.text, values).fetchall())
    assert "ix_login_sessions_active" in plan and "ix_login_sessions_operator" in plan
    assert "Seq Scan on login_sessions" not in plan
    scanned = re.search(r"Scan Backward using ix_login_sessions_active.*?rows=([\d.]+)", plan)
    assert scanned and float(scanned[1]) < 1000, plan
