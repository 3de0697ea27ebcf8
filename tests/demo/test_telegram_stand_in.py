"""The stand-in for Telegram's server: replies of the demo arrive there."""

import io

import httpx
import pytest

from c2d.channels.adapters.telegram_bot.adapter import TelegramBot
from c2d.channels.contract import ChannelAccess, ChannelError, Outbound, OutboundFile, Peer
from c2d.demo import telegram

ACCESS = ChannelAccess(id=1, transport="telegram", base_url=f"http://localhost{telegram.PATH}", secret="s",
                       credentials={"token": "1:demo"})
PEER = Peer(external_id="707003957")


@pytest.fixture
def http(app, monkeypatch):
    """The adapter's requests go straight into the application."""
    monkeypatch.setitem(app.config, "DEMO", True)
    with httpx.Client(transport=httpx.WSGITransport(app)) as client:
        yield client


def test_a_reply_is_taken_under_a_number_of_its_own(http):
    sent = [TelegramBot().send(ACCESS, Outbound(message_id="1", peer=PEER, text="Добрый день"), http) for _ in range(2)]
    assert {result.status for result in sent} == {"sent"}
    assert len({result.provider_ids for result in sent}) == 2


def test_a_large_file_is_taken_too(http):
    file = OutboundFile(name="a.bin", mime="application/octet-stream", kind="file", size=3_000_000,
                        open=lambda: io.BytesIO(b"x" * 3_000_000))
    assert TelegramBot().send(ACCESS, Outbound(message_id="2", peer=PEER, attachments=(file,)), http).provider_ids


def test_the_account_can_be_checked_and_subscribed(http):
    facts = TelegramBot().check(ACCESS, http)
    assert facts.username == "romashka_demo_bot" and facts.problems == ()
    TelegramBot().subscribe(ACCESS, "http://localhost/hooks/x", "secret", http)
    TelegramBot().typing(ACCESS, PEER, http)


def test_without_the_demo_there_is_no_stand_in(http, app, monkeypatch):
    monkeypatch.setitem(app.config, "DEMO", False)
    with pytest.raises(ChannelError):
        TelegramBot().check(ACCESS, http)


@pytest.mark.parametrize("host, named", [
    (None, "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("10.0.0.5", "10.0.0.5"),
])
def test_the_address_is_this_instances_own(monkeypatch, host, named):
    monkeypatch.delenv("C2D_DEMO_TELEGRAM_URL", raising=False)
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("C2D_HOST", host) if host else monkeypatch.delenv("C2D_HOST", raising=False)
    assert telegram.address() == f"http://{named}:8123/demo/telegram"


def test_another_server_can_be_named(monkeypatch):
    monkeypatch.setenv("C2D_DEMO_TELEGRAM_URL", "http://127.0.0.1:9999/")
    assert telegram.address() == "http://127.0.0.1:9999"
