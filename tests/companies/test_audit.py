import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from flask_babel import force_locale, gettext
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from c2d.companies import audit, audit_words
from c2d.companies.settings import Settings
from c2d.core import audit as log
from c2d.core.db import db
from c2d.core.events import REACTIONS
from c2d.core.sql import scoped
from c2d.roles.models import RoleGrant
from tests.companies.test_basic import GOOD
from tests.support import factories

START = datetime(2026, 11, 1, 12, tzinfo=UTC)


def told(cast, kind: str = "role_changed", who=None, days: int = 0, **values) -> None:
    """A row as an audited event leaves it."""
    log.record(kind, who.id if who else None, at=START + timedelta(days=days), **values)
    db.session.commit()


@pytest.fixture
def rows(romashka, cast):
    """Five facts of several people, the oldest first."""
    told(cast, "role_changed", cast.anna, 0, subject_kind="role", subject_id=4, subject="Стажер",
         before={"chats.reply": False}, after={"chats.reply": True})
    told(cast, "operator_blocked", cast.anna, 1, subject_kind="operator", subject_id=cast.gleb.id, subject="Глеб Громов")
    told(cast, "channel_edited", cast.boris, 2, subject_kind="channel", subject_id=9, subject="Бот 100%",
         before={"name": "Бот"}, after={"name": "Бот 100%"})
    told(cast, "security_changed", cast.anna, 3, before={"two_factor_required": False}, after={"two_factor_required": True})
    told(cast, "nobody_knows_it", None, 4, subject="Нечто", after={"odd_field": ["a", 1, None, True]})


def shown(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('<tr id="audit-')[1:]]


def newest(kind: str):
    rows = [row for row in audit.page(audit.Wanted(), None).rows if row.kind == kind]
    return rows[0] if rows else None


def test_it_tells_who_changed_what_from_what_to_what(as_, cast, rows):
    page = as_(cast.anna).get("/settings/audit").text
    assert len(shown(page)) == 5
    for words in ("Анна Антонова", "Права роли изменены", "Стажер", "Отвечать клиентам", "Оператор заблокирован", "Бот 100%",
                  "Второй фактор обязателен", "2026-11-01 15:00:00"):
        assert words in page, words
    assert "nobody_knows_it" in page and "odd_field" in page and "a, 1, —, да" in page


def test_every_filter_narrows_it(as_, cast, rows):
    anna = as_(cast.anna)
    for query, count in [
        (f"person={cast.boris.id}", 1), (f"person={cast.vera.id}", 0), ("action=operator_blocked", 1), ("about=role", 1),
        (f"about=operator:{cast.gleb.id}", 1), (f"about=operator:{cast.vera.id}", 0), ("since=2026-11-03", 3),
        ("until=2026-11-03", 3), ("since=2026-11-02&until=2026-11-02", 1), ("q=стажер", 1), ("q=100%25", 1), ("q=%25", 1),
        ("q=chats.reply", 1), ("person=staff", 0), ("since=nonsense", 5), ("until=9999-12-31", 5), ("person=x&about=role", 1),
    ]:
        assert len(shown(anna.get(f"/settings/audit?{query}").text)) == count, query
    assert "Под этот фильтр" in anna.get("/settings/audit?q=nowhere").text
    assert "Пока ничего не менялось" in as_(cast.hariton).get("/settings/audit").text


def test_what_staff_did_is_told_on_behalf_of(as_, cast, romashka, app):
    scoped("""
        INSERT INTO audit_records (company_id, at, kind, actor_id, actor_name, staff_name)
        VALUES (%(company)s, now(), 'role_changed', %(anna)s, 'Анна Антонова', 'Олег из поддержки')
    """).run(anna=cast.anna.id)
    db.session.commit()
    page = as_(cast.anna).get("/settings/audit?person=staff").text
    assert len(shown(page)) == 1 and "от имени, сотрудник: Олег из поддержки" in page


def test_pages_follow_each_other_without_gap_or_repeat(as_, cast, romashka, statements):
    for n in range(120):
        log.record("role_changed", cast.anna.id, subject=f"Роль {n}")
    db.session.commit()
    anna, seen, costs, address = as_(cast.anna), [], [], "/settings/audit?q=Роль"
    while address:
        before = len(statements)
        page = anna.get(address).text
        costs.append(len(statements) - before)
        seen += shown(page)
        found = page.split('href="/settings/audit?')[1:]
        older = [part.split('"')[0].replace("&amp;", "&") for part in found if "cursor=" in part.split('"')[0]]
        address = f"/settings/audit?{older[0]}" if older else None
    assert len(seen) == len(set(seen)) == 120 and seen == sorted(seen, key=int, reverse=True)
    assert len(set(costs)) == 1 and costs[0] <= 6


def test_a_damaged_cursor_shows_the_first_page(as_, cast, rows):
    for cursor in ("x", "WyJhIl0", "W10", "WzFd" * 100, "Wy0xXQ"):
        assert len(shown(as_(cast.anna).get(f"/settings/audit?cursor={cursor}").text)) == 5


def test_the_export_holds_what_the_filter_wants_and_is_told_itself(as_, cast, rows, romashka):
    told(cast, "role_renamed", cast.anna, 5, subject="=cmd|' /C calc'!A0", before={"name": "@a"}, after={"name": "+b"})
    answer = as_(cast.anna).post("/settings/audit/export", data={
        "since": "2026-11-03", "until": "2026-11-20", "person": str(cast.anna.id)})
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert len(lines) == 3 and lines[0][:2] == ["Когда", "Кто"]
    assert lines[1][4].startswith("'=cmd") and lines[2][3] == "Изменены настройки безопасности"
    assert "Второй фактор обязателен: нет → да" in lines[2][5]
    last = newest("audit_exported")
    assert last.actor_id == cast.anna.id and last.after == {"period": "2026-11-03 – 2026-11-20", "person": str(cast.anna.id)}


def test_a_long_export_has_every_row_once(as_, cast, romashka):
    for n in range(1203):
        log.record("role_changed", cast.anna.id, subject=f"R{n}")
    db.session.commit()
    answer = as_(cast.anna).post("/settings/audit/export", data={"action": "role_changed"})
    subjects = [line[4] for line in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))][1:]
    assert subjects == [f"R{n}" for n in reversed(range(1203))]


@pytest.mark.parametrize("who", ["boris", "vera", "galya"])
def test_only_who_has_the_section_reads_or_takes_it(as_, cast, rows, who):
    assert as_(cast.anna).post("/settings/audit/export").status_code == 200
    person = as_(getattr(cast, who))
    assert person.get("/settings/audit").status_code == 403
    assert person.post("/settings/audit/export").status_code == 403


def test_a_stranger_reads_and_takes_only_their_own(as_, cast, rows):
    hariton = as_(cast.hariton)
    assert shown(hariton.get("/settings/audit").text) == []
    assert "Стажер" not in hariton.post("/settings/audit/export").data.decode()


def test_a_person_and_a_thing_have_a_log_of_their_own(cast, rows, romashka):
    told(cast, "operator_access_changed", cast.gleb, 5, subject_kind="operator", subject_id=cast.gleb.id, subject="Глеб")
    assert [r.kind for r in audit.of_person(cast.gleb.id).rows] == ["operator_access_changed", "operator_blocked"]
    assert [r.kind for r in audit.of_subject("role", 4).rows] == ["role_changed"]
    first = audit.of_person(cast.anna.id, size=2)
    assert [r.kind for r in first.rows + audit.of_person(cast.anna.id, first.cursor, 2).rows] == [
        "security_changed", "operator_blocked", "role_changed"]


@pytest.mark.parametrize("statement", [
    "UPDATE audit_records SET subject = 'x'", "DELETE FROM audit_records", "TRUNCATE audit_records",
    "UPDATE audit_records SET actor_id = NULL WHERE kind = 'role_changed'",
])
def test_the_application_cannot_change_a_row(cast, rows, statement):
    assert db.session.connection().exec_driver_sql("SELECT count(*) FROM audit_records").scalar() == 5
    with pytest.raises(DBAPIError) as caught:
        db.session.connection().exec_driver_sql(statement)
    assert isinstance(caught.value.orig, errors.InsufficientPrivilege)
    db.session.rollback()
    assert db.session.connection().exec_driver_sql("SELECT count(*) FROM audit_records").scalar() == 5


def test_every_audited_fact_has_its_words_in_both_languages(app):
    kinds = [event.kind() for event in REACTIONS if event.audited]
    assert len(kinds) > 15
    assert [kind for kind in kinds if kind not in audit_words.KINDS] == []
    with app.test_request_context():
        for msgid in {*audit_words.KINDS.values(), *audit_words.FIELDS.values(), *audit_words.SUBJECTS.values()}:
            with force_locale("ru"):
                assert gettext(msgid) != msgid or msgid in ("E-mail",), msgid
            with force_locale("en"):
                assert gettext(msgid) == msgid
        with force_locale("en"):
            assert audit_words.kind("role_changed") == "Rights of a role changed"


def test_every_audited_fact_says_about_what_it_is(app):
    about = {event.about.removesuffix("_id") for event in REACTIONS if event.audited and event.about}
    assert about - set(audit_words.SUBJECTS) == set()


def test_every_setting_has_a_label():
    assert set(Settings.__dataclass_fields__) - set(audit_words.FIELDS) == set()


def test_the_basic_settings_leave_a_row_with_what_was_before(as_, cast, romashka):
    anna = as_(cast.anna)
    anna.post("/settings/basic", data=GOOD)
    row = newest("settings_changed")
    assert row.before["name"] == "Ромашка" and row.after["name"] == "Ромашка и ко"
    assert (row.before["sla_minutes"], row.after["sla_minutes"]) == (15, 5)
    assert (row.actor_id, row.actor_name, row.ip) == (cast.anna.id, "Анна Антонова", "127.0.0.1")
    anna.post("/settings/basic", data=GOOD)
    assert len([r for r in audit.page(audit.Wanted(), None).rows if r.kind == "settings_changed"]) == 1


def test_a_channel_leaves_rows_and_never_its_secrets(as_, cast, romashka, app):
    anna, channel = as_(cast.anna), factories.channel("demo", "Поддержка")
    anna.post(f"/settings/accounts/{channel}/name", data={"name": "Продажи"})
    row = newest("channel_edited")
    assert (row.subject_kind, row.subject_id, row.before, row.after) == (
        "channel", channel, {"name": "Поддержка"}, {"name": "Продажи"})
    anna.post(f"/settings/accounts/{channel}/pause")
    assert newest("channel_edited").after == {"state": "disabled"}
    anna.post(f"/settings/accounts/{channel}/resumption")
    assert newest("channel_edited").before == {"state": "disabled"}
    anna.post(f"/settings/accounts/{channel}/check")
    assert len(audit.of_subject("channel", channel).rows) == 3


def test_own_fields_and_the_blacklist_leave_rows(as_, cast, romashka):
    anna = as_(cast.anna)
    anna.post("/settings/chats/fields", data={"label": "Договор", "kind": "text"})
    added = newest("custom_field_added")
    anna.post(f"/settings/chats/fields/{added.subject_id}", data={"label": "Номер договора", "kind": "text", "required": "1"})
    changed = newest("custom_field_changed")
    assert changed.before["label"] == "Договор" and changed.after["label"] == "Номер договора"
    anna.post("/settings/blacklist/reply", data={"reply": "Вы заблокированы"})
    assert newest("blacklist_reply_changed").after == {"blacklist_reply": "Вы заблокированы"}


def test_a_blocked_client_leaves_one_row_however_many_chats_there_are(as_, cast, romashka):
    client = factories.client("Павел")
    for _ in range(3):
        factories.dialog(client, factories.channel())
    anna = as_(cast.anna)
    assert anna.post(f"/clients/{client}/blocking", data={"term": "ever", "reason": "спам"}).status_code == 303
    row = newest("card_blocked")
    assert row.subject == "Павел" and row.after == {"reason": "спам", "until": None}
    anna.post(f"/clients/{client}/unblocking")
    assert newest("card_unblocked").subject_id == factories.card_of(client)
    assert len(audit.of_subject("card", factories.card_of(client)).rows) == 2


def test_markup_in_names_is_shown_as_text(as_, cast, romashka):
    told(cast, "role_renamed", cast.anna, 0, subject="<script>x</script>", after={"<b>": "<i>"})
    page = as_(cast.anna).get("/settings/audit").text
    assert "<script>x" not in page and "&lt;script&gt;x" in page and "<i>" not in page


def test_contacts_of_clients_stay_hidden_from_who_may_not_see_them(as_, cast, romashka):
    db.session.add(RoleGrant(role_id=cast.vera.role_id, permission="audit", allowed=True))
    db.session.add(RoleGrant(role_id=cast.vera.role_id, permission="clients.contacts", allowed=False))
    db.session.commit()
    told(cast, "card_blocked", cast.anna, 0, subject_kind="card", subject_id=5, subject="Иван +7 916 123-45-67",
         after={"reason": "пишет с ivan@mail.example"})
    told(cast, "operator_added", cast.anna, 1, subject_kind="operator", subject_id=6, subject="Нина",
         after={"email": "nina@mail.example"})
    anna, vera = as_(cast.anna), as_(cast.vera)
    for browser, sees in ((anna, True), (vera, False)):
        for text in (browser.get("/settings/audit").text, browser.post("/settings/audit/export").text):
            assert "Клиент заблокирован" in text and "nina@mail.example" in text
            assert ("123-45-67" in text, "ivan@mail.example" in text) == (sees, sees)
        for words in ("123-45", "ivan@mail"):
            assert len(shown(browser.get("/settings/audit", query_string={"q": words}).text)) == (1 if sees else 0)
        assert len(shown(browser.get("/settings/audit?q=nina@mail").text)) == 1
