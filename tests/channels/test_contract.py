"""Statuses, errors, secrets, the table of transports."""

import itertools

import pytest

from c2d.channels.contract import ERROR_KINDS, STATUSES, ChannelAccess, ChannelError, Outbound, Peer, later_status
from c2d.channels.transports import TRANSPORTS, connectable


@pytest.mark.parametrize("old, new", list(itertools.product(STATUSES, STATUSES)))
def test_a_status_only_moves_forward(old, new):
    assert STATUSES.index(later_status(old, new)) == max(STATUSES.index(old), STATUSES.index(new))


@pytest.mark.parametrize(
    "old, shown",
    [
        ("queued", "failed"),
        ("accepted", "failed"),
        ("sent", "failed"),
        ("failed", "failed"),
        ("delivered", "delivered"),
        ("read", "read"),
        ("played", "played"),
    ],
)
def test_a_failure_only_wins_before_delivery(old, shown):
    assert later_status(old, "failed") == shown


@pytest.mark.parametrize(
    "new, shown", [("queued", "failed"), ("sent", "failed"), ("delivered", "delivered"), ("read", "read")]
)
def test_only_arrival_overrules_a_failure(new, shown):
    assert later_status("failed", new) == shown


def test_the_order_in_which_statuses_come_does_not_matter():
    for order in itertools.permutations((*STATUSES, "failed"), 4):
        results = set()
        for shuffled in itertools.permutations(order):
            status = "queued"
            for new in shuffled:
                status = later_status(status, new)
            results.add(status)
        assert len(results) == 1


def test_an_unknown_status_changes_nothing():
    assert later_status("sent", "exploded") == "sent"


def test_only_safe_errors_are_tried_again():
    assert [kind for kind in ERROR_KINDS if not ChannelError(kind).permanent] == ["retry", "rate"]


def test_secrets_are_not_shown():
    shown = repr(ChannelAccess(id=1, transport="telegram", credentials={"token": "1:abc"}, secret="hush"))
    assert "abc" not in shown and "hush" not in shown


def test_dialogs_of_the_whatsapp_business_api_are_not_metered():
    assert {key for key, row in TRANSPORTS.items() if not row.metered} == {"wa_cloud", "wa_dialog", "wa_gupshup"}


def test_only_transports_with_an_adapter_are_offered():
    assert [row.key for row in connectable()] == ["telegram", "external", "demo"]


def test_every_row_is_complete():
    for key, row in TRANSPORTS.items():
        assert row.key == key and row.label and len(key) <= 30 and row.mark[0] + row.mark[-1] == "[]"
        assert row.glyph in ("tg", "wa", "web", "mail", "vk", "tt", "ig", "sms", "ext", "demo")
        assert row.can.identity in ("company", "channel") and set(row.can.statuses) <= set(STATUSES)
        assert (row.can.buttons > 0) == (row.can.payload_bytes > 0)


def test_a_comment_cannot_even_be_described_to_an_adapter():
    for kind in ("comment", "system", "note", ""):
        with pytest.raises(ValueError, match="not for clients"):
            Outbound(message_id="1", peer=Peer(external_id="7"), kind=kind, text="между нами")
