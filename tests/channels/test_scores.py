"""The long scores at a small scale, on real processes."""

import pytest

from tests.score import chaos, poison


@pytest.mark.own_database
@pytest.mark.parametrize("score", [chaos, poison], ids=["chaos", "poison"])
def test_the_score_is_reached(score):
    held, figures = score.run(0.03)
    assert held, figures
