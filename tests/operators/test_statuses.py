import pytest
from sqlalchemy import select

from c2d.core.db import db, in_transaction
from c2d.core.errors import Refused
from c2d.core.events import EventRecord
from c2d.operators.models import Operator, StatusSpan
from c2d.operators.queries import colleagues
from c2d.operators.statuses import come_online, set_status
from tests.support import factories


def spans(person) -> list[tuple[str, bool]]:
    query = select(StatusSpan).where(StatusSpan.operator_id == person.id).order_by(StatusSpan.id)
    return [(span.status, span.ended_at is None) for span in db.session.scalars(query)]


def test_each_stretch_of_a_status_is_kept_and_told(romashka, cast):
    for status in ("away", "away", "offline", "online"):
        in_transaction(lambda status=status: set_status(cast.vera.id, status))
    assert spans(cast.vera) == [("away", False), ("offline", False), ("online", True)]
    told = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == "operator_status_changed").order_by(EventRecord.seq)).all()
    assert [(e.particulars["old"], e.particulars["new"]) for e in told[-3:]] == [
        ("online", "away"), ("away", "offline"), ("offline", "online")]


def test_an_unknown_status_is_refused(romashka, cast):
    with pytest.raises(Refused):
        in_transaction(lambda: set_status(cast.vera.id, "asleep"))


def test_a_strangers_status_cannot_be_set(romashka, cast):
    in_transaction(lambda: set_status(cast.hariton.id, "away"))
    assert spans(cast.hariton) == []


def test_signing_in_wakes_who_was_offline_and_leaves_a_break_alone(romashka, cast):
    for status, then in (("offline", "online"), ("away", "away")):
        in_transaction(lambda status=status: set_status(cast.vera.id, status))
        in_transaction(lambda: come_online(cast.vera.id))
        query = select(Operator).where(Operator.id == cast.vera.id)
        found = db.session.scalars(query.execution_options(populate_existing=True)).one()
        assert found.status == then


def test_colleagues_come_with_their_open_dialogs_who_is_online_first(romashka, cast):
    factories.dialog(operator_id=cast.vera.id)
    factories.dialog(operator_id=cast.vera.id)
    factories.dialog(operator_id=cast.vera.id, opened=False)
    in_transaction(lambda: set_status(cast.anna.id, "offline"))
    found = colleagues()
    assert [(c.full_name, c.open_dialogs) for c in found] == [
        ("Борис Белов", 0), ("Вера Волкова", 2), ("Галя Гусева", 0), ("Глеб Громов", 0), ("Анна Антонова", 0)]
    assert (found[1].short_name, found[1].initials, found[-1].presence) == ("Вера В.", "ВВ", "off")
