"""The demo company, written once into an empty database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from flask import Flask, url_for
from sqlalchemy import select

from c2d.channels.models import Channel
from c2d.companies.models import Company
from c2d.companies.registration import found
from c2d.core.clock import now
from c2d.core.db import db, in_transaction
from c2d.core.sql import platform
from c2d.core.tenancy import all_companies, company
from c2d.demo import telegram
from c2d.demo.links import client_url
from c2d.launcher import demo_chats, demo_company, demo_first_chat, demo_pavel_story
from c2d.launcher.demo_people import COMPANY, OPERATORS
from c2d.launcher.demo_rows import Writer

SEED = 677_830_474
ZONE = ZoneInfo("Europe/Moscow")
LOCK = 0x63326464

_lock = platform("SELECT pg_advisory_xact_lock(%(lock)s)")
_move_stand_in = platform("""
    UPDATE channels h SET base_url = %(new)s FROM companies c
    WHERE c.id = h.company_id AND c.demo AND h.transport = 'telegram' AND h.base_url <> %(new)s AND h.base_url ~ %(ours)s""")


def fill_if_empty(app: Flask) -> dict | None:
    """What var/run/demo.json tells of the company just made; None in a database that has any company.

    All in one transaction: a start that is killed half-way leaves the database empty.
    """
    with app.app_context(), app.test_request_context():
        facts = in_transaction(_fill)
        if facts is None:
            in_transaction(_follow_the_port)
        return facts


def _fill() -> dict | None:
    with all_companies("only a database without any company gets the demo"):
        _lock.run(lock=LOCK)
    if db.session.scalar(select(Company.id).limit(1)) is not None:
        return None
    moment, chance = now().astimezone(ZONE), Random(SEED)
    with _scope(found(COMPANY, demo=True, seats=5, time_zone=ZONE.key, locale="ru", country="RU")):
        operators = demo_company.team()
        demo_company.fields()
        demo_company.days_at_work(operators, moment, chance)
        channels = demo_company.channels(moment, telegram.address())
        demo_company.groups(operators, channels)
        names = {person.key: person.full_name for person in OPERATORS}
        chats = [*demo_pavel_story.chats(_day_of_pavel(moment), chance), *demo_chats.chats(moment, chance),
                 demo_first_chat.chat(moment)]
        Writer(operators, names, channels, demo_company.tags(), chance).write(chats)
        return _facts(channels)


@contextmanager
def _scope(id: int) -> Iterator[None]:
    """Everything is flushed at the end, so that the session can be left clean."""
    with company(id):
        yield
        db.session.flush()


def _day_of_pavel(moment: datetime) -> datetime:
    """Today when his last message is over, else yesterday."""
    return moment if moment.time() > time(13) else moment - timedelta(days=1)


def _facts(channels: dict[str, Channel]) -> dict:
    bot = channels["telegram"]
    return {
        "company": COMPANY,
        "logins": [{"role": "trainee" if person.role_name else person.base, "email": person.email, "password": person.password}
                   for person in OPERATORS],
        "hooks": {"telegram": {"url": url_for("channels_hooks.deliver", token=bot.token), "secret_token": bot.secret}},
        "demo_client": {"url": client_url(channels["demo"])},
    }


def _follow_the_port() -> None:
    """This start may have another address: the stand-in moves along, another server that was named stays."""
    with all_companies("the stand-in's address is the same for every demo company"):
        _move_stand_in.run(new=telegram.address(), ours=rf"^http://[^/]+{telegram.PATH}$")
