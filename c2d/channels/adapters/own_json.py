"""The JSON that c2d itself speaks, on the external channel and with the demo's simulated client.

In: {"client": {"id", "name"?, "phone"?, "username"?}, "message": {"id", "text"?, "attachments"?: [{"url", "type"?,
"mime"?, "name"?, "size"?}], "reply_to"?, "echo"?}}; or instead of "message": "button" {"id", "payload", "title"?,
"reply_to"?}, "status" {"message_id", "status", "error"?}, "edited" {"id", "text"}, "deleted" {"id"}.
Each has "at"?, Unix seconds.
Signed: header X-C2D-Signature: sha256=<hex HMAC-SHA256 of the raw body under the channel's secret>.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping

import httpx

from c2d.channels.contract import (
    MEDIA_KINDS,
    STATUSES,
    ButtonPress,
    ChannelError,
    Deleted,
    Edited,
    Event,
    Fields,
    Http,
    InboundMessage,
    MediaRef,
    Outbound,
    Peer,
    StatusUpdate,
    Unrecognised,
    Unsupported,
    body_key,
    header,
    parse_json,
)
from c2d.core.http import TooMuch

SIGNATURE = "X-C2D-Signature"


def sign(secret: str, raw: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def is_signed(secret: str, headers: Mapping[str, str], raw: bytes) -> bool:
    shown = header(headers, SIGNATURE).encode("utf-8", "replace")
    return bool(secret) and hmac.compare_digest(shown, sign(secret, raw).encode())


def key(raw: bytes) -> str:
    """Client, kind and id decide: ids need to be unique only within one client and kind."""
    return _key(parse_json(raw) or Fields(), raw)


def _key(body: Fields, raw: bytes) -> str:
    client, (kind, inner) = body.object("client").id("id"), _inner(body)
    number = inner.id("id") or inner.id("message_id")
    if not client or not number:
        return body_key(raw)
    # An edit and a status may come several times for one message, each time with other content.
    more = raw if kind in ("edited", "status") else b""
    named = json.dumps([client, kind, number]).encode() + more
    return f"{kind}:{hashlib.sha256(named).hexdigest()[:40]}"


def peer_id(raw: bytes) -> str | None:
    return (parse_json(raw) or Fields()).object("client").id("id") or None


def events(raw: bytes) -> list[Event]:
    body = parse_json(raw)
    client = body.object("client") if body else Fields()
    if body is None or not client.id("id"):
        return [Unrecognised(dedupe_key=body_key(raw), at=None, peer=None, reason="no client with an id")]
    kind, inner = _inner(body)
    peer = Peer(
        external_id=client.id("id"),
        name=client.line("name"),
        phone=client.text("phone", 40).strip() or None,
        username=client.text("username", 100).strip() or None,
    )
    common = {"dedupe_key": _key(body, raw), "at": inner.moment("at"), "peer": peer}
    return [_READERS[kind](inner, common) if kind else Unsupported(**common, kind="nothing known")]


def post(http: Http, url: str, secret: str, outbound: Outbound) -> str:
    """Hands a message over and returns the receiver's id for it ({"id": ...} in the answer), else our own.

    The body carries our id, and receivers drop repeats by it: so every lost answer may be tried again.
    """
    raw = json.dumps(describe(outbound), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", SIGNATURE: sign(secret, raw)}
    try:
        response = http.request("POST", url, content=raw, headers=headers)
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise ChannelError("account", "The receiver's address is wrong", code=type(error).__name__) from error
    except httpx.HTTPError as error:
        raise ChannelError("retry", "The receiver does not answer", code=type(error).__name__) from error
    if not response.is_success:
        raise _refusal(response)
    return (parse_json(response.content) or Fields()).id("id") or outbound.message_id


def describe(outbound: Outbound) -> dict:
    return {
        "client": {"id": outbound.peer.external_id},
        "message": {
            "id": outbound.message_id,
            "kind": outbound.kind,
            "text": outbound.text,
            "reply_to": outbound.quote,
            "target": outbound.target,
            "attachments": [
                {"url": file.url, "name": file.name, "mime": file.mime, "size": file.size, "type": file.kind}
                for file in outbound.attachments
            ],
            "buttons": [
                {"title": button.title, "payload": button.payload, "url": button.url} for button in outbound.buttons
            ],
        },
    }


def _refusal(response: httpx.Response) -> ChannelError:
    code = str(response.status_code)
    if response.status_code == 429:
        wait = response.headers.get("Retry-After", "")
        return ChannelError(
            "rate", "Too many requests", code=code, retry_after=float(wait) if wait.isdecimal() else 5.0
        )
    if response.status_code in (401, 403):
        return ChannelError("auth", "The receiver refuses the signature", code=code)
    if response.status_code == 410:
        return ChannelError("recipient", "The receiver no longer has this client", code=code)
    if response.status_code >= 500 or response.status_code == 408:
        return ChannelError("retry", "The receiver failed", code=code)
    return ChannelError("payload", "The receiver refuses the message", code=code)


def _inner(body: Fields) -> tuple[str, Fields]:
    return next(((kind, body.object(kind)) for kind in _READERS if body.object(kind)), ("", Fields()))


def _message(inner: Fields, common: dict) -> Event:
    files = tuple(_media(entry) for entry in inner.objects("attachments") if entry.text("url", 4000))
    if not (inner.text("text").strip() or files):
        return Unsupported(**common, provider_id=inner.id("id") or None, kind="empty")
    return InboundMessage(
        **common,
        provider_id=inner.id("id") or None,
        text=inner.text("text"),
        attachments=files,
        reply_to=inner.id("reply_to") or None,
        echo=inner.flag("echo"),
    )


def _media(entry: Fields) -> MediaRef:
    kind = entry.text("type", 20)
    return MediaRef(
        remote=entry.text("url", 4000),
        kind=kind if kind in MEDIA_KINDS else "file",
        mime=entry.text("mime", 100) or None,
        name=entry.line("name"),
        size=entry.whole("size"),
        duration=entry.whole("duration"),
    )


def _pressed(inner: Fields, common: dict) -> Event:
    return ButtonPress(
        **common,
        provider_id=inner.id("id") or None,
        payload=inner.text("payload", 4000),
        title=inner.text("title", 256),
        reply_to=inner.id("reply_to") or None,
    )


def _status(inner: Fields, common: dict) -> Event:
    status, number = inner.text("status", 20), inner.id("message_id")
    if status not in (*STATUSES, "failed") or not number:
        return Unsupported(**common, kind="status")
    return StatusUpdate(
        **common,
        provider_id=number,
        status=status,
        error_text=inner.text("error", 500),
        error_kind="recipient" if status == "failed" else None,
    )


def _edited(inner: Fields, common: dict) -> Event:
    return Edited(**common, provider_id=inner.id("id") or None, text=inner.text("text"))


def _deleted(inner: Fields, common: dict) -> Event:
    return Deleted(**common, provider_id=inner.id("id") or None)


_READERS: dict[str, Callable[[Fields, dict], Event]] = {
    "message": _message,
    "button": _pressed,
    "status": _status,
    "edited": _edited,
    "deleted": _deleted,
}


def fetch(http: Http, url: str) -> Iterator[bytes]:
    try:
        response = http.request("GET", url)
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise ChannelError("payload", "The file's address is wrong", code=type(error).__name__) from error
    except TooMuch as error:
        raise ChannelError("payload", "The file is too large", code=type(error).__name__) from error
    except httpx.HTTPError as error:
        raise ChannelError("retry", "The file cannot be fetched", code=type(error).__name__) from error
    if not response.is_success:
        kind = "retry" if response.status_code >= 500 or response.status_code == 429 else "payload"
        raise ChannelError(kind, "The file cannot be fetched", code=str(response.status_code))
    yield response.content
