import pytest

from c2d.channels.adapters.telegram_bot.adapter import TelegramBot
from c2d.channels.contract import ChannelAccess
from c2d.core.http import Outgoing
from tests.support.telegram import Emulator


@pytest.fixture(scope="session")
def running_telegram():
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def telegram(running_telegram):
    running_telegram.state.reset()
    return running_telegram


@pytest.fixture
def http():
    outgoing = Outgoing(guarded=False, deadline=2)
    yield outgoing
    outgoing.close()


@pytest.fixture
def bot():
    return TelegramBot()


@pytest.fixture
def access(telegram):
    return ChannelAccess(
        id=1,
        transport="telegram",
        base_url=telegram.url,
        credentials={"token": telegram.token},
        secret="hush-hush_1",
    )
