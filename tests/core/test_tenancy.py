import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from c2d.core.db import db
from c2d.core.sql import scoped
from c2d.core.tenancy import NoCompany, WrongCompany, all_companies, company
from c2d.tags.models import Tag
from tests.support import factories


def names() -> list[str]:
    return list(db.session.scalars(select(Tag.name)))


def test_a_company_sees_its_rows_and_no_others(cast):
    with company(cast.romashka):
        factories.tag("наш")
    with company(cast.chuzhaya):
        factories.tag("чужой")
        assert names() == ["чужой"]
    with company(cast.romashka):
        assert names() == ["наш"]


def test_outside_a_company_reading_and_writing_raise(cast):
    with pytest.raises(NoCompany):
        db.session.scalars(select(Tag)).all()
    db.session.add(Tag(name="ничей"))
    with pytest.raises(NoCompany):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("statement", [
    select(Tag.__table__), insert(Tag).values(name="x"), insert(Tag.__table__).values(name="x"),
    update(Tag.__table__).values(name="x"), text("SELECT * FROM tags"),
], ids=["core select", "bulk insert", "core insert", "core update", "raw text"])
def test_ways_around_the_orm_are_closed(romashka, statement):
    factories.tag("наш")
    with pytest.raises(NoCompany):
        db.session.execute(statement)


def test_an_orm_update_touches_only_the_companys_rows(cast):
    with company(cast.chuzhaya):
        factories.tag("чужой")
    with company(cast.romashka):
        factories.tag("наш")
        db.session.execute(update(Tag).values(hue=1))
        db.session.commit()
    with company(cast.chuzhaya):
        assert db.session.scalar(select(Tag.hue)) == 8


def test_a_foreign_row_is_not_found_by_its_id(cast):
    with company(cast.chuzhaya):
        id = factories.tag("чужой")
    with company(cast.romashka):
        assert db.session.get(Tag, (cast.romashka, id)) is None
        assert db.session.get(Tag, (cast.chuzhaya, id)) is None


def test_a_row_with_another_companys_id_is_not_written(cast):
    with company(cast.romashka):
        db.session.add(Tag(name="подлог", company_id=cast.chuzhaya))
        with pytest.raises(WrongCompany):
            db.session.flush()
        db.session.rollback()


def test_the_scope_cannot_change_while_the_session_holds_rows(cast):
    with company(cast.romashka):
        factories.tag("наш")
        held = db.session.scalars(select(Tag)).all()
        assert held
        with pytest.raises(WrongCompany), company(cast.chuzhaya):
            pass


def test_the_database_itself_refuses_a_reference_across_companies(cast):
    with company(cast.chuzhaya):
        foreign = factories.client()
    with company(cast.romashka):
        channel = factories.channel()
        with pytest.raises(IntegrityError):
            scoped("""INSERT INTO dialogs (company_id, channel_id, client_id, card_id, transport)
                      VALUES (%(company)s, %(channel)s, %(client)s, 1, 'telegram')""").run(
                channel=channel, client=foreign)
        db.session.rollback()


def test_platform_wide_work_sees_every_company(cast):
    with company(cast.romashka):
        factories.tag("наш")
    with company(cast.chuzhaya):
        factories.tag("чужой")
    with all_companies("test"):
        assert sorted(names()) == ["наш", "чужой"]


def test_hand_written_sql_must_name_the_company():
    with pytest.raises(ValueError):
        scoped("SELECT * FROM tags")
