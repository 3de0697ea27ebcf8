"""The demo channel of a company."""

from c2d.channels.events import ChannelConnected
from c2d.channels.models import Channel
from c2d.channels.transports import TRANSPORTS
from c2d.core.crypto import new_token
from c2d.core.db import db
from c2d.core.events import emit
from c2d.demo.links import TRANSPORT


def demo_channel_for(name: str) -> Channel:
    """Add a demo channel to the company in scope, with this transaction; its page is `links.client_url`."""
    channel = Channel(transport=TRANSPORT, name=name, token=new_token(), secret=new_token())
    db.session.add(channel)
    db.session.flush()
    emit(ChannelConnected(channel_id=channel.id, subject=name, after={"transport": TRANSPORTS[TRANSPORT].label}))
    return channel
