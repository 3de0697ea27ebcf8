"""The external channel and the demo's simulated client."""

import io
import json
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2d.channels.adapters import own_json
from c2d.channels.adapters.demo.adapter import Demo
from c2d.channels.adapters.external.adapter import External
from c2d.channels.contract import (
    Button,
    ButtonPress,
    ChannelAccess,
    ChannelError,
    Deleted,
    Edited,
    InboundMessage,
    MediaRef,
    Outbound,
    OutboundFile,
    Peer,
    StatusUpdate,
    Unrecognised,
    Unsupported,
)
from tests.channels.test_payload import ANY_JSON
from tests.support.poison import POISON, too_wide

ACCESS = ChannelAccess(id=3, transport="external", secret="hush", settings={"url": "https://crm.example/answers"})
ADAPTERS = pytest.mark.parametrize("adapter", [External(), Demo()], ids=["external", "demo"])


def read(**body):
    [event] = External().parse(
        ACCESS, json.dumps({"client": {"id": "c-7", "name": "Павел", "phone": "+79161234567"}} | body).encode()
    )
    return event


def receiver(status=200, body=None, **headers):
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(status, json=body or {}, headers=headers)

    return httpx.Client(transport=httpx.MockTransport(answer)), seen


def broken(error):
    def answer(request):
        raise error

    return httpx.Client(transport=httpx.MockTransport(answer))


def answer(**more):
    return Outbound(message_id="41", peer=Peer(external_id="c-7"), text="Здравствуйте", **more)


def test_an_injected_message_has_client_text_and_files():
    event = read(
        message={
            "id": 15,
            "text": "Чек",
            "at": 1700000000,
            "attachments": [
                {"url": "https://a.example/1.png", "type": "image", "mime": "image/png", "name": "1.png", "size": 9},
                {"name": "no address"},
            ],
        }
    )
    assert isinstance(event, InboundMessage)
    assert (event.peer.external_id, event.peer.name, event.peer.phone) == ("c-7", "Павел", "+79161234567")
    assert (event.provider_id, event.text, event.at.year) == ("15", "Чек", 2023)
    assert event.attachments == (
        MediaRef(remote="https://a.example/1.png", kind="image", mime="image/png", name="1.png", size=9),
    )


def test_the_companys_own_message_is_an_echo():
    assert read(message={"id": "1", "text": "x", "echo": True}).echo


def test_presses_statuses_edits_and_deletions_are_told():
    assert isinstance(read(button={"id": "1", "payload": "yes", "title": "Да", "reply_to": "41"}), ButtonPress)
    status = read(status={"message_id": "41", "status": "read"})
    assert isinstance(status, StatusUpdate) and (status.provider_id, status.status) == ("41", "read")
    assert isinstance(read(edited={"id": "1", "text": "y"}), Edited) and isinstance(read(deleted={"id": "1"}), Deleted)


def test_what_has_no_content_is_unsupported_and_what_has_no_client_unrecognised():
    assert isinstance(read(message={"id": "1", "text": " "}), Unsupported) and isinstance(read(), Unsupported)
    assert isinstance(read(client={}, message={"text": "x"}), Unrecognised)


def test_the_same_id_of_two_clients_is_two_messages_and_a_repeat_is_one():
    keys = [
        External().provider_key(json.dumps({"client": {"id": client}, "message": {"id": 1, "text": text}}).encode())
        for client, text in (("a", "x"), ("a", "x"), ("b", "x"))
    ]
    assert keys[0] == keys[1] != keys[2]


def test_two_statuses_of_one_message_are_both_taken():
    assert (
        read(status={"message_id": 1, "status": "sent"}).dedupe_key
        != read(status={"message_id": 1, "status": "read"}).dedupe_key
    )


@ADAPTERS
def test_only_the_secrets_signature_is_accepted(adapter):
    raw = b'{"client":{"id":1}}'
    assert adapter.verify(ACCESS, {"x-c2d-signature": own_json.sign("hush", raw)}, raw)
    assert not adapter.verify(ACCESS, {"X-C2D-Signature": own_json.sign("other", raw)}, raw)
    assert not adapter.verify(ACCESS, {}, raw)
    assert not adapter.verify(replace(ACCESS, secret=""), {"X-C2D-Signature": own_json.sign("", raw)}, raw)


def test_an_answer_is_posted_signed():
    http, seen = receiver(body={"id": "m-9"})
    result = External().send(
        ACCESS,
        answer(
            quote="15",
            buttons=(Button(title="Да", payload="yes", key="b:1"),),
            attachments=(
                OutboundFile(
                    name="a.pdf",
                    mime="application/pdf",
                    kind="file",
                    size=4,
                    open=io.BytesIO,
                    url="https://c2d.example/f/1",
                ),
            ),
        ),
        http,
    )
    assert result.provider_ids == ("m-9",) and str(seen[0].url) == "https://crm.example/answers"
    assert seen[0].headers["X-C2D-Signature"] == own_json.sign("hush", seen[0].content)
    assert json.loads(seen[0].content) == {
        "client": {"id": "c-7"},
        "message": {
            "id": "41",
            "kind": "message",
            "text": "Здравствуйте",
            "reply_to": "15",
            "target": None,
            "attachments": [
                {
                    "url": "https://c2d.example/f/1",
                    "name": "a.pdf",
                    "mime": "application/pdf",
                    "size": 4,
                    "type": "file",
                }
            ],
            "buttons": [{"title": "Да", "payload": "yes", "url": ""}],
        },
    }


def test_without_an_address_an_answer_counts_as_sent():
    http, seen = receiver()
    result = External().send(replace(ACCESS, settings={}), answer(), http)
    assert (result.provider_ids, result.status, seen) == (("41",), "sent", [])


def test_the_demo_client_has_an_answer_at_once():
    http, seen = receiver()
    assert Demo().send(ACCESS, answer(), http).status == "delivered" and seen == []
    Demo().send(replace(ACCESS, base_url="http://127.0.0.1:1/demo"), answer(), http)
    assert len(seen) == 1


@pytest.mark.parametrize(
    "status, kind",
    [
        (400, "payload"),
        (401, "auth"),
        (403, "auth"),
        (410, "recipient"),
        (302, "payload"),
        (408, "retry"),
        (429, "rate"),
        (500, "retry"),
        (503, "retry"),
    ],
)
def test_each_refusal_of_the_receiver_has_its_meaning(status, kind):
    http, _ = receiver(status, **{"Retry-After": "30"})
    with pytest.raises(ChannelError) as caught:
        External().send(ACCESS, answer(), http)
    assert caught.value.kind == kind and caught.value.retry_after == (30.0 if kind == "rate" else None)


@pytest.mark.parametrize(
    "error, kind",
    [
        (httpx.ConnectError("no"), "retry"),
        (httpx.ReadTimeout("no"), "retry"),
        (httpx.UnsupportedProtocol("no"), "account"),
        (httpx.InvalidURL("no"), "account"),
    ],
)
def test_our_id_in_the_body_makes_every_lost_answer_repeatable(error, kind):
    with pytest.raises(ChannelError) as caught:
        External().send(ACCESS, answer(), broken(error))
    assert caught.value.kind == kind


def test_files_are_fetched_or_given_up():
    http, _ = receiver(body={"a": 1})
    assert (
        b"".join(External().fetch_media(ACCESS, MediaRef(remote="https://a.example/1", kind="file"), http))
        == b'{"a":1}'
    )
    for status, permanent in ((404, True), (302, True), (503, False)):
        with pytest.raises(ChannelError) as caught:
            list(Demo().fetch_media(ACCESS, MediaRef(remote="https://a.example/1", kind="file"), receiver(status)[0]))
        assert caught.value.permanent == permanent


@ADAPTERS
@pytest.mark.parametrize("raw", POISON, ids=range(len(POISON)))
def test_poison_gives_one_storable_event(adapter, raw):
    [event] = adapter.parse(ACCESS, raw)
    assert event.dedupe_key == adapter.provider_key(raw) and len(event.dedupe_key) <= 80 and repr(event).encode()
    assert too_wide(event) == []
    assert adapter.peer_key(raw) == (event.peer.external_id if event.peer else None)


@given(
    st.dictionaries(
        st.sampled_from(["client", "message", "button", "status", "edited", "deleted"]),
        st.dictionaries(
            st.sampled_from(["id", "text", "attachments", "payload", "message_id", "status", "url", "at"]),
            ANY_JSON,
            max_size=5,
        ),
    )
)
def test_any_shape_gives_one_event(body):
    raw = json.dumps(body).encode()
    [event] = External().parse(ACCESS, raw)
    assert event.dedupe_key == External().provider_key(raw)
