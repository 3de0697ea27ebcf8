"""Alembic's environment: the application's own engine and tables."""

from alembic import context
from flask import current_app

from c2d.core.db import db

OWN_INDEXES = {"ix_client_cards_search", "ix_messages_text", "uq_operators_email"}


def wanted(_object, name, kind, _reflected, _compared) -> bool:
    """Indexes over expressions cannot be compared by Alembic."""
    return not (kind == "index" and name in OWN_INDEXES)


def run() -> None:
    with db.engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=db.metadata, include_object=wanted,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            # two release processes at once wait for each other
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(823001)")
            context.run_migrations()


run()
