"""A channel that somebody else's program carries: it injects what clients wrote and receives the answers.

`settings["url"]` is where answers are posted (see `own_json` for the shape and the signature). Without one the answers
wait for the program to read them over the public API, and count as sent.
"""

from collections.abc import Iterator, Mapping

from c2d.channels.adapters import own_json
from c2d.channels.contract import (
    N_,
    AccountFacts,
    Answer,
    ChannelAccess,
    ConnectField,
    Event,
    Http,
    MediaRef,
    Outbound,
    Peer,
    SendResult,
)


class External:
    fields = (
        ConnectField(
            name="url",
            label=N_("Address for answers"),
            hint="https://…",
            required=False,
            pattern=r"https?://\S{3,300}",
        ),
    )

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
        url = self._receiver(access)
        number = own_json.post(http, url, access.secret, outbound) if url else outbound.message_id
        return SendResult(provider_ids=(number,))

    def fetch_media(self, access: ChannelAccess, ref: MediaRef, http: Http) -> Iterator[bytes]:
        return own_json.fetch(http, ref.remote)

    def subscribe(self, access: ChannelAccess, url: str, secret: str, http: Http) -> None:
        """Nothing to do: the other program is told the address by its people."""

    def unsubscribe(self, access: ChannelAccess, http: Http) -> None:
        """Nothing to do, as in subscribe."""

    def check(self, access: ChannelAccess, http: Http) -> AccountFacts:
        return AccountFacts(external_id=str(access.id), name=self._receiver(access) or "external")

    def typing(self, access: ChannelAccess, peer: Peer, http: Http) -> None:
        """The other side is not told."""

    def acknowledge(self, access: ChannelAccess, token: str, http: Http) -> None:
        """Presses wait for nothing here."""

    def _receiver(self, access: ChannelAccess) -> str:
        return access.base_url or str(access.settings.get("url") or access.credentials.get("url") or "")
