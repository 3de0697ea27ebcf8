"""Connected accounts, as the settings show them."""

from dataclasses import dataclass

from sqlalchemy import func, select

from c2d.channels.contract import ERROR_KINDS
from c2d.channels.forms import in_words
from c2d.channels.models import DEAD, Channel, InboundDelivery
from c2d.channels.transports import TRANSPORTS, Transport
from c2d.core.db import db
from c2d.core.errors import NotFound


@dataclass(frozen=True)
class Connected:
    """A card of the list; `unrecognised` deliveries were kept but not understood."""

    channel: Channel
    transport: Transport
    unrecognised: int

    @property
    def tells_secret(self) -> bool:
        """Must a person carry the secret over? Messengers are told it when they are subscribed."""
        return self.transport.key == "external"

    @property
    def problem(self) -> str:
        """What is wrong, in the reader's language as far as we know the words."""
        stored = self.channel.problem
        return in_words(stored, "") if stored in ERROR_KINDS else stored


def channel_of(channel_id: int, lock: bool = False) -> Channel:
    """The company's channel. NotFound for an unknown one and for another company's."""
    query = select(Channel).where(Channel.id == channel_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def connected() -> list[Connected]:
    """All accounts of the company, oldest first, in two queries."""
    channels = db.session.scalars(select(Channel).order_by(Channel.id)).all()
    return _with_counts([channel for channel in channels if channel.transport in TRANSPORTS])


def one_connected(channel_id: int) -> Connected:
    return _with_counts([channel_of(channel_id)])[0]


def _with_counts(channels: list[Channel]) -> list[Connected]:
    counted = select(InboundDelivery.channel_id, func.count()).where(InboundDelivery.state == DEAD)
    dead = dict(db.session.execute(counted.group_by(InboundDelivery.channel_id)).all())
    return [Connected(c, TRANSPORTS[c.transport], dead.get(c.id, 0)) for c in channels]
