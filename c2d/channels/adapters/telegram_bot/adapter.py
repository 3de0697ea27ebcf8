"""Telegram bots: https://core.telegram.org/bots/api (10.1). No delivered or read marks exist; blocked is told."""

import hmac
from collections.abc import Iterator, Mapping

from c2d.channels.adapters.telegram_bot import api, connect, reading, sending
from c2d.channels.contract import (
    AccountFacts,
    Answer,
    ChannelAccess,
    ChannelError,
    Event,
    Http,
    MediaRef,
    Outbound,
    Peer,
    SendResult,
    header,
)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
CHUNK = 65_536


class TelegramBot:
    fields = connect.FIELDS

    def handshake(self, access: ChannelAccess, method: str, args: Mapping[str, str], raw: bytes) -> Answer | None:
        return None

    def verify(self, access: ChannelAccess, headers: Mapping[str, str], raw: bytes) -> bool:
        shown = header(headers, SECRET_HEADER).encode("utf-8", "replace")
        return bool(access.secret) and hmac.compare_digest(shown, access.secret.encode())

    def ack(self, access: ChannelAccess) -> Answer:
        return Answer()

    def provider_key(self, raw: bytes) -> str:
        return reading.update_key(raw)

    def peer_key(self, raw: bytes) -> str | None:
        return reading.update_peer(raw)

    def parse(self, access: ChannelAccess, raw: bytes) -> list[Event]:
        return reading.events(raw)

    def send(self, access: ChannelAccess, outbound: Outbound, http: Http) -> SendResult:
        return sending.send(access, outbound, http)

    def fetch_media(self, access: ChannelAccess, ref: MediaRef, http: Http) -> Iterator[bytes]:
        """Up to 20 MB: Telegram gives bots no larger files (https://core.telegram.org/bots/api#getfile)."""
        found = api.call(access, http, "getFile", {"file_id": ref.remote}, repeatable=True).object("result")
        path = found.text("file_path", 1000)
        if not path:
            raise ChannelError("payload", "Telegram does not give this file out")
        content = api.download(access, http, path).content
        yield from (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))

    def subscribe(self, access: ChannelAccess, url: str, secret: str, http: Http) -> None:
        connect.subscribe(access, url, secret, http)

    def unsubscribe(self, access: ChannelAccess, http: Http) -> None:
        connect.unsubscribe(access, http)

    def check(self, access: ChannelAccess, http: Http) -> AccountFacts:
        return connect.check(access, http)

    def typing(self, access: ChannelAccess, peer: Peer, http: Http) -> None:
        api.call(access, http, "sendChatAction", {"chat_id": peer.external_id, "action": "typing"}, repeatable=True)

    def acknowledge(self, access: ChannelAccess, token: str, http: Http) -> None:
        try:
            api.call(access, http, "answerCallbackQuery", {"callback_query_id": token}, repeatable=True)
        except ChannelError as error:
            if error.kind != "payload":
                raise
