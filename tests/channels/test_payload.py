"""JSON of strangers: lenient, bounded, never raising."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from c2d.channels.payload import Fields, body_key, clean_text, header, parse_json

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def test_what_is_no_object_gives_nothing():
    for raw in (b"", b"[]", b"1", b"null", b"{", b"[" * 200_000, b'{"a":' * 200_000):
        assert parse_json(raw) is None


def test_numbers_that_no_database_holds_become_null():
    body = parse_json(b'{"a":NaN,"b":-Infinity,"c":1e999,"d":' + b"9" * 10_000 + b',"e":99999999999999999999}')
    assert body is not None and body.names() == []


def test_nul_and_lone_surrogates_are_replaced():
    assert parse_json(b'{"a":"x\\u0000\\ud800y\xff"}').text("a") == "x\ufffd\ufffdy\ufffd"


def test_a_pair_of_surrogates_stays_one_emoji():
    assert parse_json(b'{"a":"\\ud83d\\ude00"}').text("a") == "\U0001f600"


def test_text_is_cut_at_64k():
    assert len(Fields({"a": "я" * 100_000}).text("a")) == 65_536


def test_of_repeated_keys_the_last_counts():
    assert parse_json(b'{"a":1,"a":2}').id("a") == "2"


def test_a_wrong_type_counts_as_missing():
    body = Fields({"n": "5", "s": 5, "t": True, "l": {}, "o": []})
    assert (body.whole("n"), body.text("s"), body.id("t"), body.objects("l"), bool(body.object("o"))) == (
        None,
        "",
        "",
        [],
        False,
    )


def test_an_id_longer_than_any_real_one_is_no_id():
    assert Fields({"id": "x" * 121}).id("id") == "" and Fields({"id": " 7 "}).id("id") == "7"


def test_moments_come_in_seconds_or_finer_and_in_digits():
    assert Fields({"a": 1700000000}).moment("a") == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert Fields({"a": "1700000000500"}).moment("a", 1000) == datetime(2023, 11, 14, 22, 13, 20, 500_000, tzinfo=UTC)
    assert [Fields({"a": bad}).moment("a") for bad in (0, -1, 1e300, True, "x", None)] == [None] * 6


def test_headers_are_found_in_any_case():
    assert header({"x-secret": "1"}, "X-Secret") == "1" and header({}, "X-Secret") == ""


@given(st.binary(max_size=300))
def test_no_bytes_raise(raw):
    parse_json(raw)
    assert len(body_key(raw)) <= 80


@given(ANY_JSON)
def test_every_text_read_can_be_stored(value):
    body = parse_json(json.dumps({"a": value}).encode())
    stored = body.text("a") + body.id("a") + (body.line("a") or "")
    assert "\x00" not in stored and stored.encode() is not None
    body.whole("a"), body.number("a"), body.moment("a"), body.objects("a"), body.object("a").names()


@given(st.text())
def test_cleaned_text_encodes(text):
    assert "\x00" not in clean_text(text) and clean_text(text).encode() is not None
