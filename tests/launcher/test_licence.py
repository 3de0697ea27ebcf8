"""`python app.py licence`: what whoever runs the instance sells."""

import os

import pytest

from c2d import launcher
from c2d.companies.models import Company
from c2d.core.audit import AuditRecord
from c2d.core.db import db
from c2d.core.tenancy import company
from c2d.launcher.data_folder import DataFolder


@pytest.fixture
def command(app, monkeypatch):
    monkeypatch.setattr(launcher, "application", lambda: app)

    def run(*words) -> int:
        db.session.remove()
        return launcher.main(["licence", *map(str, words)])

    return run


def found(id: int) -> tuple:
    db.session.remove()
    row = db.session.get(Company, id)
    return row.licence, row.seats


def test_seats_and_kind_are_written_down(command, cast, capsys):
    assert command(cast.romashka, "authorised", 3) == 0 and found(cast.romashka) == ("authorised", 3)
    assert "Ромашка: authorised, seats: 3" in capsys.readouterr().out
    assert command(cast.romashka, "registered", "none") == 0 and found(cast.romashka) == ("registered", None)
    assert found(cast.chuzhaya) == ("registered", None)


def test_the_company_finds_in_its_log_what_was_changed_once(command, cast):
    for _again in range(2):
        command(cast.romashka, "authorised", 3)
    with company(cast.romashka):
        [row] = db.session.query(AuditRecord).filter_by(kind="licence_changed").all()
        assert row.before == {"licence": "registered", "seats": None} and row.after == {"licence": "authorised", "seats": 3}
        db.session.remove()


def test_what_makes_no_sense_changes_nothing_and_says_how(command, cast, capsys):
    for words in ((), (cast.romashka,), (cast.romashka, "sold", 3), (cast.romashka, "registered", 0),
                  (cast.romashka, "registered", "-1"), ("x", "registered", 3), (cast.romashka, "registered", 3, 4)):
        assert command(*words) == 2, words
    assert "licence COMPANY_ID" in capsys.readouterr().err
    assert command(99999, "registered", 3) == 1 and found(cast.romashka) == ("registered", None)


def test_a_second_terminal_finds_the_stores_of_the_c2d_that_runs(tmp_path, monkeypatch):
    folder = DataFolder(tmp_path)
    folder.make()
    folder.keep_environment({"DATABASE_URL": "postgresql://here/it is", "REDIS_URL": "redis://here"})
    monkeypatch.setenv("REDIS_URL", "redis://given")
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.delenv("DATABASE_URL")
    folder.take_environment()
    assert os.environ["DATABASE_URL"] == "postgresql://here/it is" and os.environ["REDIS_URL"] == "redis://given"
    DataFolder(tmp_path / "nowhere").take_environment()
