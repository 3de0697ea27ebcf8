"""Text that people typed: patterns and numbers made of it."""

import pytest

from c2d.core import text


def test_the_pattern_of_a_word_holds_it_literally():
    assert text.holding("50%_a\\b") == "%50\\%\\_a\\\\b%"


@pytest.mark.parametrize(("typed", "number"), [("7", 7), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None),
                                               (None, None), ("-1", None), ("1.5", None), ("٣", None), ("²", None)])
def test_a_whole_number_is_digits_and_not_too_many(typed, number):
    assert text.whole_number(typed) == number
