"""The demo company: whole or not at all, and only where nobody is yet."""

import psycopg
import pytest

from c2d import create_app
from c2d.companies.models import Company
from c2d.core.db import db
from c2d.core.tenancy import company
from c2d.launcher import demo, demo_rows
from c2d.sessions import passwords
from tests.support.stage import settings_for


@pytest.fixture(scope="module")
def new_instance(stores, tmp_path_factory):
    """Makes an application on an empty database of its own."""
    made = []

    def make():
        url = stores.clone()
        app = create_app(settings_for(url, stores.redis_url(), tmp_path_factory.mktemp("demo")))
        made.append((app, url))
        return app, url

    yield make
    for app, url in made:
        with app.app_context():
            db.engine.dispose()
        stores.drop(url)


@pytest.fixture(scope="module")
def filled(new_instance):
    app, url = new_instance()
    return app, url, demo.fill_if_empty(app)


def ask(url: str, sql: str, *values) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql, values).fetchall()


def count(url: str, table: str) -> int:
    return ask(url, f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608


def test_an_empty_database_gets_a_living_company(filled):
    _, url, _ = filled
    assert ask(url, "SELECT demo, time_zone FROM companies") == [(True, "Europe/Moscow")]
    assert count(url, "operators") == 4 and count(url, "client_cards") > 60 and count(url, "messages") > 300
    assert len(ask(url, "SELECT DISTINCT transport FROM dialogs")) >= 8
    states = dict(ask(url, "SELECT state || (operator_id IS NULL), count(*) FROM dialogs GROUP BY 1"))
    assert min(states["opentrue"], states["openfalse"], states["closedfalse"]) >= 8
    assert ask(url, "SELECT max(at) <= now() AND min(at) < now() - interval '40 days' FROM messages") == [(True,)]


def test_the_logins_that_are_told_are_right(filled):
    _, url, facts = filled
    stored = dict(ask(url, "SELECT email, password_hash FROM operators"))
    assert [login["role"] for login in facts["logins"]] == ["administrator", "trainee", "supervisor", "operator"]
    with filled[0].app_context():
        assert all(passwords.is_right(login["password"], stored[login["email"]]) for login in facts["logins"])


def test_the_hook_that_is_told_is_the_telegram_channels(filled):
    _, url, facts = filled
    hook = facts["hooks"]["telegram"]
    [(token, secret)] = ask(url, "SELECT token, secret FROM channels WHERE transport = 'telegram'")
    assert (hook["url"], hook["secret_token"]) == (f"/hooks/{token}", secret)


def test_pavels_card_has_what_the_notes_say(filled):
    _, url, _ = filled
    (_, *earlier), (id, *facts) = ask(
        url, """SELECT k.id, login, comment, p.source, p.raw FROM client_cards k JOIN card_phones p ON p.card_id = k.id
                WHERE name = 'Павел Никулин' ORDER BY login""")
    assert facts == ["aether_other", "Новая карточка", "[tg]", "707003957"]
    assert earlier == ["", "Новая карточка", "[tamtam]", "909985175687"]
    tags = ask(url, "SELECT t.name FROM card_tags c JOIN tags t ON t.id = c.tag_id WHERE c.card_id = %s", id)
    assert {name for (name,) in tags} == {"VIP", "Лоялен", "Важный"}
    dialogs = ask(url, """SELECT d.transport, h.name, r.number FROM dialogs d JOIN channels h ON h.id = d.channel_id
                          LEFT JOIN requests r ON r.id = d.request_id WHERE d.card_id = %s ORDER BY 1""", id)
    assert dialogs == [("telegram", "Поддержка", 677830474)]


def test_every_account_that_somebody_wrote_to_says_when(filled):
    _, url, _ = filled
    wrong = ask(url, """SELECT h.name FROM channels h WHERE h.last_inbound_at IS DISTINCT FROM
                        (SELECT max(d.last_inbound_at) FROM dialogs d WHERE d.channel_id = h.id)""")
    assert wrong == []


def test_pavels_conversation_is_the_one_of_the_notes(filled):
    _, url, _ = filled
    told = ask(url, """SELECT m.kind, m.status, m.content FROM messages m JOIN requests r USING (dialog_id)
                       WHERE r.number = 677830474 ORDER BY m.id""")
    assert [kind for kind, *_ in told] == [
        "bot", "from_client", "to_client", "from_client", "from_client", "comment", "to_client", "to_client",
    ]
    assert [s for _, s, _ in told if s] == ["read", "read", "delivered", "failed"]
    assert [b["title"] for b in told[0][2]["buttons"] if b.get("picked")] == ["3 — Контакты"]
    journal = ask(url, """SELECT e.kind FROM event_records e JOIN requests r USING (dialog_id)
                          WHERE r.number = 677830474 AND e.journal ORDER BY e.seq""")
    assert [kind for (kind,) in journal] == [
        "request_opened", "dialog_assigned", "card_changed", "card_changed", "tags_added",
    ]


def test_the_journal_has_no_hole_and_nothing_in_it_waits(filled):
    _, url, _ = filled
    [(counter, newest, total, waiting)] = ask(url, """
        SELECT (SELECT event_seq FROM company_counters), max(seq), count(*), count(*) FILTER (WHERE dispatched_at IS NULL)
        FROM event_records""")
    assert counter == newest == total and waiting == 0
    assert ask(url, """SELECT count(*) FROM (SELECT at < lag(at) OVER (PARTITION BY dialog_id ORDER BY seq) AS back
                       FROM event_records WHERE journal) x WHERE back""") == [(0,)]


def test_every_file_can_be_opened(filled):
    app, url, _ = filled
    [(company_id,)] = ask(url, "SELECT id FROM companies")
    folder = app.config["VAR"] / "files" / str(company_id)
    stored = ask(url, "SELECT storage_key, size, kind, mime FROM attachments")
    assert {kind for *_, kind, _ in stored} == {"image", "voice", "file"}
    assert all((folder / key).stat().st_size == size for key, size, *_ in stored)
    assert {mime for *_, mime in stored} == {"image/jpeg", "audio/x-wav", "application/pdf"}


def test_a_second_start_adds_nothing(filled):
    app, url, _ = filled
    before = {table: count(url, table) for table in ("companies", "dialogs", "messages", "event_records", "channels")}
    assert demo.fill_if_empty(app) is None
    assert {table: count(url, table) for table in before} == before


def test_the_stand_in_follows_the_port_and_another_server_stays(filled, monkeypatch):
    app, url, _ = filled

    def address() -> str:
        return ask(url, "SELECT base_url FROM channels WHERE transport = 'telegram'")[0][0]

    monkeypatch.setenv("PORT", "9123")
    demo.fill_if_empty(app)
    assert address() == "http://127.0.0.1:9123/demo/telegram"
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE channels SET base_url = 'http://elsewhere:81' WHERE transport = 'telegram'")
    demo.fill_if_empty(app)
    assert address() == "http://elsewhere:81"


def test_a_database_with_a_company_is_left_alone(new_instance):
    app, url = new_instance()
    with app.app_context():
        db.session.add(Company(name="Своя"))
        db.session.commit()
    assert demo.fill_if_empty(app) is None
    assert ask(url, "SELECT name FROM companies") == [("Своя",)]
    assert count(url, "operators") == 0


def test_a_start_that_breaks_half_way_leaves_an_empty_database(new_instance, monkeypatch):
    app, url = new_instance()
    monkeypatch.setattr(demo_rows.Writer, "_sum_up", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        demo.fill_if_empty(app)
    assert [count(url, table) for table in ("companies", "operators", "messages", "event_records")] == [0] * 4
    monkeypatch.undo()
    assert demo.fill_if_empty(app) is not None


def test_the_next_company_is_not_disturbed(filled):
    app, url, _ = filled
    with app.app_context():
        [(id,)] = ask(url, "SELECT id FROM companies")
        with company(id):
            assert db.session.connection().exec_driver_sql("SELECT nextval('request_numbers')").scalar() > 677830474
            db.session.rollback()
