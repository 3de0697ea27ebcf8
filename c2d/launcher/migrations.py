"""Alembic through Flask-Migrate. Only who changes the schema loads this: Alembic holds 8 MiB.

A new step: `flask --app c2d.launcher.migrations db revision --autogenerate -m "what it does"`
"""

from flask import Flask
from flask_migrate import Migrate
from flask_migrate import upgrade as _upgrade

from c2d import config
from c2d import create_app as _create_app
from c2d.core.db import db


def create_app() -> Flask:
    """The application with the commands of Flask-Migrate."""
    return _prepared(_create_app())


def upgrade(app: Flask) -> None:
    """Bring the database's schema up to date."""
    with _prepared(app).app_context():
        _upgrade()


def _prepared(app: Flask) -> Flask:
    Migrate(app, db, directory=str(config.ROOT / "migrations"), compare_type=True)
    return app
