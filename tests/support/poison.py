"""Hostile bodies for everything that takes JSON from strangers: none may raise, give a 5xx or stop a queue."""

import json


def _update(**message: object) -> bytes:
    base = {
        "message_id": 1,
        "date": 1700000000,
        "chat": {"id": 7, "type": "private"},
        "from": {"id": 7, "first_name": "A"},
    }
    return json.dumps({"update_id": 1, "message": base | message}).encode()


def _external(**message: object) -> bytes:
    return json.dumps({"client": {"id": "7"}, "message": {"id": "1", "text": "x"} | message}).encode()


POISON: list[bytes] = [
    _update(**{"from": {"id": 7, "first_name": "A" * 900, "last_name": "B" * 900, "username": "u" * 900}}),
    b"",
    b" ",
    b"\x00",
    b"null",
    b"true",
    b"0",
    b'"text"',
    b"[]",
    b"{}",
    b"[{}]",
    b"{",
    b'{"a"',
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b"\x80\x81\x82",
    b"<xml><update/></xml>",
    b"update_id=1&message=2",
    b"PK\x03\x04 a zip",
    b"\x1f\x8b\x08 a gzip",
    b"[" * 200_000,
    b'{"a":' * 100_000,
    b'{"message":' * 500 + b"1" + b"}" * 500,
    b'{"update_id":1,"message":' + b"[" * 5000,
    b'{"update_id":' + b"9" * 10_000 + b',"message":{"chat":{"id":7}}}',
    b'{"update_id":1e400,"message":{"chat":{"id":7}}}',
    b'{"update_id":NaN,"message":{"date":Infinity,"chat":{"id":-Infinity}}}',
    b'{"update_id":-1,"message":{"chat":{"id":0}}}',
    b'{"update_id":1,"update_id":2,"message":{"text":"a"},"message":[]}',
    b'{"update_id":true,"message":true}',
    b'{"update_id":"1","message":"text"}',
    b'{"update_id":[1],"message":{"chat":[7]}}',
    b'{"update_id":1,"message":null}',
    b'{"update_id":1,"edited_message":{}}',
    b'{"update_id":1,"callback_query":{"id":{},"from":[],"data":9}}',
    b'{"update_id":1,"callback_query":{"id":"1","from":{"id":7},"message":{"chat":{"id":7,"type":"private"},'
    b'"reply_markup":{"inline_keyboard":[null,[null,1,{"text":[]}],{"a":1}]}},"data":"x"}}',
    b'{"update_id":1,"my_chat_member":{"chat":{"id":7,"type":"private"},"new_chat_member":"kicked"}}',
    b'{"update_id":1,"message_reaction":{"chat":{"id":7,"type":"private"},"new_reaction":[null,{"emoji":9}]}}',
    b'{"update_id":1,"something_new":{"chat":{"id":7,"type":"private"},"date":"yesterday"}}',
    b'{"update_id":1,"a\\u0000b":{"chat":{"id":7,"type":"private"}}}',
    b'{"update_id":1,"' + b"k" * 10_000 + b'":{"chat":{"id":7}}}',
    _update(text="NUL \x00 inside"),
    _update(text="\ud800 lone"),
    _update(text="\udfff\ud800 swapped"),
    _update(text="я" * 1_000_000),
    _update(text=["a", "list"]),
    _update(text={"a": {}}),
    _update(text=12),
    _update(date=10**30),
    _update(date=-5),
    _update(date=1e308),
    _update(chat={"id": 10**40, "type": "private"}),
    _update(chat={"id": "7' OR 1=1 --", "type": "private"}),
    _update(chat={"id": 7.5, "type": 7}),
    _update(chat={"id": "x" * 5000}),
    _update(**{"from": {"id": 7, "first_name": "\x00" * 300}}),
    _update(photo=[None, 1, {}, {"file_id": 9}]),
    _update(photo={"file_id": "a"}),
    _update(
        document={
            "file_id": "a",
            "file_size": -1,
            "file_name": "../../etc/passwd\x00.png",
            "mime_type": "text/html;<script>",
        }
    ),
    _update(document={"file_id": "a" * 100_000}),
    _update(voice={"file_id": "a", "duration": 10**18}),
    _update(location={"latitude": 1e300, "longitude": "x"}),
    _update(location={"latitude": True, "longitude": None}),
    _update(contact={"phone_number": ["+7"]}),
    _update(contact={"phone_number": "9" * 5000, "first_name": 5}),
    _update(reply_to_message="x"),
    _update(forward_origin=[1]),
    _update(media_group_id={}),
    _update(text="<script>alert(1)</script><img src=x onerror=alert(1)>"),
    _update(text="\u202e\u200b\u2066 turned \ufeff"),
    _update(text="{{ 7*7 }} ${7*7} %s %(a)s {0}"),
    _update(text='=HYPERLINK("http://a")'),
    _update(text="Z" + "\u0301" * 50_000),
    b'{"client":[],"message":{}}',
    b'{"client":{"id":""},"message":{"id":"1"}}',
    b'{"client":{"id":null},"message":{"text":"x"}}',
    b'{"client":{"id":{"id":1}},"message":"x"}',
    b'{"client":{"id":7},"status":{"message_id":1,"status":"exploded"}}',
    b'{"client":{"id":7},"button":{"payload":[]}}',
    b'{"client":{"id":7},"deleted":{"id":1e999}}',
    _external(id=10**50),
    _external(id="\x00"),
    _external(text="\ud83d"),
    _external(text="y" * 500_000),
    _external(at="1e9"),
    _external(attachments="http://a"),
    _external(attachments=[None, {"url": 5}, {"url": "file:///etc/passwd"}, {"url": "http://[::"}]),
    _external(attachments=[{"url": "http://a/" + "b" * 9000, "size": "big", "type": "virus"}] * 2000),
    _external(reply_to=[[]]),
]

WIDTHS = {"external_id": 200, "phone": 40, "username": 100, "name": 200, "mime": 100, "kind": 64, "provider_id": 120}
"""The most characters that the columns for an event's short facts hold."""


def too_wide(event: object) -> list[str]:
    """The facts of an event, its peer and its files that would not fit."""
    parts = [event, getattr(event, "peer", None), *getattr(event, "attachments", ())]
    return [
        f"{name} of {len(getattr(part, name))}"
        for part in parts
        for name, width in WIDTHS.items()
        if len(getattr(part, name, None) or "") > width
    ]
