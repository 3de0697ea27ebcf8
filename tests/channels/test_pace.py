"""Hooks wait with their answers when the intake is late, and only then."""

import pytest

from c2d.channels import pace


@pytest.fixture
def waited(app, monkeypatch):
    slept = []
    monkeypatch.setattr(pace.time, "sleep", slept.append)
    monkeypatch.setattr(pace, "_rung", 0.0)
    monkeypatch.setattr(pace, "_behind", 0.0)
    monkeypatch.setattr(pace, "_told", False)

    def hear():
        pace._rung = 0.0
        slept.clear()
        pace.ring()
        pace.wait_if_behind()
        return sum(slept)

    return hear


def test_nobody_waits_while_the_intake_keeps_up(waited):
    pace.report(0.05)
    assert waited() == 0


def test_the_later_the_intake_the_longer_the_wait_up_to_a_limit(waited):
    pace.report(0.8)
    little = waited()
    pace.report(9)
    assert 0 < little < waited() == pace.LONGEST


def test_the_wait_ends_as_soon_as_the_intake_has_caught_up(waited):
    pace.report(9)
    pace.report(0.01)
    assert waited() == 0
