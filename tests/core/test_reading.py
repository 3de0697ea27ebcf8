import threading

import psycopg
import pytest
from sqlalchemy import column, select, table
from sqlalchemy.exc import DBAPIError, OperationalError

from c2d.core.alone import hang_up, run_alone
from c2d.core.db import db, in_transaction, read_only
from c2d.core.events import emit
from c2d.core.sql import platform, scoped
from c2d.core.tenancy import all_companies, company
from c2d.dialogs.events import DialogMarkedUnread

_state = platform("SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS writes, now() AS begun")
_write = scoped("""
    INSERT INTO tags (company_id, name, hue) VALUES (%(company)s, %(name)s, 0)""")
_there = scoped("SELECT count(*) FROM tags WHERE company_id = %(company)s AND name = 'reading'")
_wrong = platform("SELECT 1 / 0, %(typed)s::text")
_cut = platform("SELECT pg_terminate_backend(pg_backend_pid())")
_prepared = platform("SELECT count(*) FROM pg_prepared_statements WHERE statement = %(text)s")
_answer = platform("SELECT 1 AS one")
_words = platform("SELECT words FROM ageing")


@pytest.mark.own_database
def test_a_page_that_reads_opens_no_transaction(app):
    with app.app_context(), all_companies("a test"):
        assert _state.first().begun == _state.first().begun
        db.session.remove()
        read_only()
        assert _state.first().begun < _state.first().begun


@pytest.mark.own_database
def test_what_is_written_within_a_page_is_one_transaction_all_the_same(app, cast):
    def half() -> None:
        _write.run(name="reading")
        raise ValueError

    with app.app_context(), company(cast.romashka):
        read_only()
        assert _there.value() == 0
        with pytest.raises(ValueError):
            in_transaction(half)
        assert _there.value() == 0


def test_a_page_that_reads_tells_no_facts(romashka):
    read_only()
    with pytest.raises(RuntimeError, match="in_transaction"):
        emit(DialogMarkedUnread(dialog_id=7))
    in_transaction(lambda: emit(DialogMarkedUnread(dialog_id=7)))


@pytest.mark.own_database
def test_an_error_of_hand_written_sql_is_told_as_of_any_other_and_hides_what_was_typed(app):
    with app.app_context(), all_companies("a test"):
        with pytest.raises(DBAPIError) as told:
            _wrong.run(typed="secret")
        assert isinstance(told.value.orig, psycopg.errors.DivisionByZero) and "secret" not in str(told.value)
        db.session.rollback()
        assert _answer.value() == 1


@pytest.mark.own_database
def test_one_lost_connection_takes_the_idle_ones_with_it(app):
    def serve(lost: threading.Barrier) -> None:
        with app.app_context(), all_companies("a test"):
            _answer.value()
            lost.wait(10)

    with app.app_context(), all_companies("a test"):
        beside = threading.Barrier(2)
        other = threading.Thread(target=serve, args=(beside,))
        _answer.value()
        other.start()
        beside.wait(10)
        other.join()
        assert db.engine.pool.checkedin() >= 1
        with pytest.raises(OperationalError) as told:
            _cut.run()
        assert told.value.connection_invalidated and db.engine.pool.checkedin() == 0
        db.session.rollback()
        assert _answer.value() == 1


@pytest.mark.own_database
def test_statements_stay_prepared_when_a_transaction_is_rolled_back(app):
    with app.app_context(), all_companies("a test"):
        for _ in range(7):
            _answer.value()
            db.session.rollback()
        assert _prepared.value(text=_answer.text) == 1
        with pytest.raises(DBAPIError):
            _wrong.run(typed="a transaction that fails")
        db.session.rollback()
        assert _answer.value() == 1 and _prepared.value(text=_answer.text) == 1


@pytest.fixture
def ageing(app, stores):
    """A table whose column can be given another type, as a new version's migration does; the table goes with the test."""
    with app.app_context():
        address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("CREATE TABLE ageing (words varchar(10))")
        other.execute("INSERT INTO ageing VALUES ('old')")
        yield lambda: other.execute("ALTER TABLE ageing ALTER words TYPE varchar(20)")
        other.execute("DROP TABLE ageing")


@pytest.mark.own_database
@pytest.mark.parametrize("how", ["a page", "a transaction", "by the ORM", "alone"])
def test_a_statement_outlives_a_change_of_the_schema_while_we_run(app, ageing, how):
    def by_orm() -> str:
        return db.session.execute(select(table("ageing", column("words")))).scalar()

    with app.app_context(), all_companies("a test"):
        if how == "a page":
            read_only()
        read = {
            "a page": _words.value, "a transaction": lambda: in_transaction(_words.value),
            "by the ORM": lambda: in_transaction(by_orm), "alone": lambda: run_alone(_words)[0][0],
        }[how]
        assert {read() for _ in range(8)} == {"old"}
        db.session.remove()
        ageing()
        if how == "a page":
            read_only()
        assert {read() for _ in range(8)} == {"old"}
        db.session.remove()
        hang_up()
