from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from c2d.core import events
from c2d.core.db import db
from c2d.core.events import EventRecord, Reactions, emit
from c2d.core.tenancy import company
from c2d.dialogs.events import DialogMarkedUnread, RequestOpened


def stored() -> list[EventRecord]:
    return list(db.session.scalars(select(EventRecord).order_by(EventRecord.seq)))


def read() -> list[tuple]:
    return [(e.seq, e.kind, e.journal, e.dialog_id, e.particulars) for e in stored()]


@pytest.fixture
def told(app):
    heard = []
    events._after_commit.append(heard_hook := (lambda *what: heard.append(what)))
    yield heard
    events._after_commit.remove(heard_hook)


def test_facts_get_gapless_numbers_in_commit_order(romashka):
    emit(RequestOpened(dialog_id=7, number=5))
    emit(DialogMarkedUnread(dialog_id=7))
    db.session.commit()
    emit(DialogMarkedUnread(dialog_id=8))
    db.session.commit()
    from_one = read()
    first = from_one[0][0]
    assert [row[0] - first for row in from_one] == [0, 1, 2]
    assert from_one[0][1:] == ("request_opened", True, 7, {"number": 5})
    assert from_one[2][1:] == ("dialog_marked_unread", False, 8, {})


def test_a_rolled_back_fact_never_happened(romashka, told):
    emit(DialogMarkedUnread(dialog_id=7))
    db.session.rollback()
    db.session.commit()
    assert read() == [] and told == []


def test_listeners_hear_of_the_newest_fact_after_the_commit(romashka, told):
    emit(DialogMarkedUnread(dialog_id=7))
    assert told == []
    db.session.commit()
    [(heard_company, seq, waits)] = told
    assert (heard_company, waits) == (romashka, False) and seq == read()[-1][0]


def test_an_inline_reaction_runs_in_the_same_transaction(romashka, monkeypatch):
    monkeypatch.setitem(events.REACTIONS, DialogMarkedUnread, Reactions(
        inline=[lambda fact: emit(RequestOpened(dialog_id=fact.dialog_id, number=1))]))
    emit(DialogMarkedUnread(dialog_id=7))
    db.session.commit()
    assert [row[1] for row in read()] == ["dialog_marked_unread", "request_opened"]


def test_reactions_that_go_round_in_circles_are_refused(romashka, monkeypatch):
    monkeypatch.setitem(events.REACTIONS, DialogMarkedUnread, Reactions(inline=[emit]))
    with pytest.raises(RuntimeError, match="reactions deep"):
        emit(DialogMarkedUnread(dialog_id=7))
    db.session.rollback()


@pytest.mark.own_database
def test_a_reader_that_follows_the_numbers_misses_nothing_of_many_writers(app, cast):
    def write(_n: int) -> None:
        with app.app_context(), company(cast.chuzhaya):
            emit(DialogMarkedUnread(dialog_id=1))
            db.session.commit()

    with app.app_context(), company(cast.chuzhaya):
        first = max((e.seq for e in stored()), default=0)
    with ThreadPoolExecutor(8) as writers:
        done = writers.map(write, range(200))
        with app.app_context(), company(cast.chuzhaya):
            seen, cursor = [], first
            for _ in range(10_000):
                rows = [e.seq for e in stored() if e.seq > cursor]
                db.session.rollback()
                seen += rows
                cursor = seen[-1] if seen else first
                if len(seen) == 200:
                    break
        list(done)
    assert seen == list(range(first + 1, first + 201))
