"""The address of the simulated client's page: nobody can guess it, and it says which channel it is for."""

from dataclasses import dataclass

from flask import Flask, current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from c2d.channels.models import Channel
from c2d.core.db import db
from c2d.core.sql import platform
from c2d.core.tenancy import all_companies

TRANSPORT = "demo"

_channel = platform(f"""
    SELECT h.id, h.company_id, h.name, c.name AS company_name, c.locale, c.time_zone
    FROM channels h JOIN companies c ON c.id = h.company_id
    WHERE h.company_id = %(company_id)s AND h.id = %(id)s AND h.transport = '{TRANSPORT}'""")  # noqa: S608


@dataclass(frozen=True)
class Place:
    """The demo channel that a page belongs to."""

    id: int
    company_id: int
    name: str
    company_name: str
    locale: str
    time_zone: str
    token: str


def token_for(company_id: int, channel_id: int) -> str:
    return _seal().dumps([company_id, channel_id])


def client_url(channel: Channel) -> str | None:
    """The page of the simulated client of a demo channel; None for any other channel. Templates call it
    `demo_client_url(channel)`; show it with target="_blank"."""
    if channel.transport != TRANSPORT:
        return None
    return url_for("demo.client_page", token=token_for(channel.company_id, channel.id))


def any_client_url() -> str | None:
    """The page for the first demo channel of the company in scope; None when it has none."""
    found = db.session.scalar(select(Channel).where(Channel.transport == TRANSPORT).order_by(Channel.id).limit(1))
    return client_url(found) if found else None


def place_of(token: str) -> Place | None:
    """What the token opens; None for a wrong one and for a channel that is gone."""
    try:
        company_id, channel_id = _seal().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    with all_companies("the page's token says which company it is"):
        row = _channel.first(company_id=company_id, id=channel_id)
        db.session.rollback()
    return Place(**row._asdict(), token=token) if row else None


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="demo-client")


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(demo_client_url=client_url, any_demo_client_url=any_client_url)
