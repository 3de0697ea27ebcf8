"""The company is part of every key."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from c2d.core.db import CompanyOwned, db
from c2d.core.events import REACTIONS, Event

# tables of the platform, with the reason why no company owns them
PLATFORM = {
    "companies": "the tenants themselves",
    "beats": "signs of life of background work",
    "login_attempts": "counted before anybody is known",
}


def tables():
    return [table for table in db.metadata.tables.values() if table.name not in PLATFORM]


def test_every_table_belongs_to_a_company_or_is_on_the_short_list(app):
    owned = {mapper.local_table.name for mapper in db.Model.registry.mappers if issubclass(mapper.class_, CompanyOwned)}
    assert {table.name for table in tables()} == owned


def test_every_key_and_reference_carries_the_company(app):
    wrong = []
    for table in tables():
        if "company_id" not in table.primary_key.columns:
            wrong.append(f"{table.name}: primary key")
        for constraint in table.foreign_key_constraints:
            if constraint.referred_table.name != "companies" and "company_id" not in constraint.columns:
                wrong.append(f"{table.name}: {constraint.column_keys}")
    assert wrong == []


# unique over the whole platform, because the value itself is how the company is found
FINDING = {"uq_channels_token", "uq_login_sessions_token", "uq_password_resets_token", "uq_operators_email",
           "uq_operator_invitations_token", "uq_technical_accesses_token"}


def test_unique_means_unique_in_the_company(app):
    wrong = [
        index.name for table in tables() for index in table.indexes
        if index.unique and index.name not in FINDING and "company_id" not in index.columns
    ]
    assert wrong == []


def test_the_migrations_make_exactly_what_the_models_say(app):
    by_hand = {"ix_card_phones_tail", "ix_client_cards_search", "ix_messages_text", "uq_operators_email"}

    def compared(_object, name, kind, _reflected, _to):
        return not (kind == "index" and name in by_hand)

    options = {"compare_type": True, "include_object": compared}
    context = MigrationContext.configure(db.session.connection(), opts=options)
    assert compare_metadata(context, db.metadata) == []


@pytest.mark.parametrize("index", ["ix_card_phones_tail", "ix_client_cards_search", "ix_messages_text", "uq_operators_email"])
def test_indexes_over_expressions_exist_too(app, index):
    found = db.session.connection().exec_driver_sql("SELECT 1 FROM pg_indexes WHERE indexname = %s", (index,))
    assert found.first()


def _kinds(base: type) -> list[type]:
    return [kind for sub in base.__subclasses__() for kind in [sub, *_kinds(sub)]]


def test_every_fact_says_what_happens_on_it():
    kinds = [kind for kind in _kinds(Event) if kind.__module__.startswith("c2d.")]
    assert kinds and [kind for kind in kinds if kind not in REACTIONS] == []
