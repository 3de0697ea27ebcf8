"""The demo company itself: its people with their days at work, its tags and its channels."""

from datetime import datetime, time, timedelta
from random import Random

from c2d.channels.models import ACTIVE, DISABLED, Channel
from c2d.channels.transports import TRANSPORTS
from c2d.clients.models import CustomField
from c2d.core.crypto import new_token, seal
from c2d.core.db import db
from c2d.core.permissions import registry
from c2d.demo.channels import demo_channel_for
from c2d.launcher.demo_people import CHANNELS, DEMO_CHANNEL, FIELDS, GROUPS, NOT_YET, OPERATORS, TAGS
from c2d.operators import statuses
from c2d.operators.adding import add
from c2d.operators.models import AWAY, OFFLINE, ONLINE, GroupChannel, GroupMember, OperatorGroup, StatusSpan
from c2d.roles import builtin
from c2d.roles.models import Role, RoleGrant
from c2d.sessions import passwords
from c2d.tags.models import Tag

DAY = ((time(9), ONLINE), (time(13), AWAY), (time(13, 45), ONLINE), (time(18, 30), OFFLINE))
DAYS = 60


def team() -> dict[str, int]:
    """The operators with their roles: key -> id."""
    statuses.create()
    roles, ids = builtin.create(), {}
    for person in OPERATORS:
        role_id = roles[person.base]
        if person.role_name:
            custom = Role(base=person.base, name=person.role_name)
            db.session.add(custom)
            db.session.flush()
            rights = registry.granted(person.base, {})
            db.session.add_all(RoleGrant(role_id=custom.id, permission=right, allowed=True) for right in sorted(rights))
            role_id = custom.id
        ids[person.key] = add(
            role_id, person.email, person.first_name, last_name=person.last_name, phone=person.phone,
            password_hash=passwords.make_hash(person.password),
        ).id
    return ids


def days_at_work(operators: dict[str, int], moment: datetime, chance: Random) -> None:
    """Online, away and offline on the working days of two months; all have gone home by now."""
    for operator_id in operators.values():
        spans: list[StatusSpan] = []
        for days_ago in range(DAYS, 0, -1):
            day = moment.date() - timedelta(days=days_ago)
            if day.weekday() < 5:
                for clock, status in DAY:
                    at = datetime.combine(day, clock, moment.tzinfo) + timedelta(minutes=chance.randint(-12, 12))
                    spans.append(StatusSpan(operator_id=operator_id, status=status, started_at=at))
        for span, following in zip(spans, spans[1:], strict=False):
            span.ended_at = following.started_at
        db.session.add_all(spans)


def groups(operators: dict[str, int], channels: dict[str, Channel]) -> None:
    for name, members, served in GROUPS:
        group = OperatorGroup(name=name)
        db.session.add(group)
        db.session.flush()
        db.session.add_all(GroupMember(group_id=group.id, operator_id=operators[key], skill=skill)
                           for key, skill in members.items())
        db.session.add_all(GroupChannel(group_id=group.id, channel_id=channels[key].id) for key in served)


def tags() -> dict[str, int]:
    rows = {name: Tag(name=name, hue=hue) for name, hue in TAGS.items()}
    db.session.add_all(rows.values())
    db.session.flush()
    return {name: row.id for name, row in rows.items()}


def fields() -> None:
    """The company's own fields of the client card."""
    db.session.add_all(CustomField(label=label, kind=kind, choices=list(choices), position=place)
                       for place, (label, kind, choices) in enumerate(FIELDS))


def channels(moment: datetime, telegram_address: str) -> dict[str, Channel]:
    """By transport. Those that no adapter speaks to are there for their history and switched off."""
    rows = {place.key: _channel(place, moment) for place in CHANNELS}
    rows["telegram"].base_url = telegram_address
    rows["telegram"].sealed = seal({"token": f"5550001234:{new_token(26)}"})
    db.session.add_all(rows.values())
    db.session.flush()
    rows["demo"] = demo_channel_for(DEMO_CHANNEL)
    return rows


def _channel(place, moment: datetime) -> Channel:
    speaks = TRANSPORTS[place.key].connectable
    return Channel(
        transport=place.key, name=place.name, account=place.account, token=new_token(), secret=new_token(),
        state=ACTIVE if speaks else DISABLED, problem="" if speaks else NOT_YET, checked_at=moment if speaks else None,
    )
