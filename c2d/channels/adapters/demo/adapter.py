"""The simulated client: a second browser page inside c2d, so that one person can see both ends of a conversation.

The page reads what was sent from our own database, so a message is delivered as soon as it exists; with a `base_url`
it is posted there instead (a program that plays the client, see `own_json`).
"""

from collections.abc import Iterator, Mapping

from c2d.channels.adapters import own_json
from c2d.channels.contract import (
    AccountFacts,
    Answer,
    ChannelAccess,
    Event,
    Http,
    MediaRef,
    Outbound,
    Peer,
    SendResult,
)


class Demo:
    fields = ()

    def handshake(self, access: ChannelAccess, method: str, args: Mapping[str, str], raw: bytes) -> Answer | None:
        return None

    def verify(self, access: ChannelAccess, headers: Mapping[str, str], raw: bytes) -> bool:
        return own_json.is_signed(access.secret, headers, raw)

    def ack(self, access: ChannelAccess) -> Answer:
        return Answer()

    def provider_key(self, raw: bytes) -> str:
        return own_json.key(raw)

    def peer_key(self, raw: bytes) -> str | None:
        return own_json.peer_id(raw)

    def parse(self, access: ChannelAccess, raw: bytes) -> list[Event]:
        return own_json.events(raw)

    def send(self, access: ChannelAccess, outbound: Outbound, http: Http) -> SendResult:
        if not access.base_url:
            return SendResult(provider_ids=(outbound.message_id,), status="delivered")
        number = own_json.post(http, access.base_url, access.secret, outbound)
        return SendResult(provider_ids=(number,), status="delivered")

    def fetch_media(self, access: ChannelAccess, ref: MediaRef, http: Http) -> Iterator[bytes]:
        return own_json.fetch(http, ref.remote)

    def subscribe(self, access: ChannelAccess, url: str, secret: str, http: Http) -> None:
        """The page knows its channel."""

    def unsubscribe(self, access: ChannelAccess, http: Http) -> None:
        """The page goes with the channel."""

    def check(self, access: ChannelAccess, http: Http) -> AccountFacts:
        return AccountFacts(external_id=str(access.id), name="demo")

    def typing(self, access: ChannelAccess, peer: Peer, http: Http) -> None:
        """The page sees the operators' typing by itself."""

    def acknowledge(self, access: ChannelAccess, token: str, http: Http) -> None:
        """Presses wait for nothing here."""
