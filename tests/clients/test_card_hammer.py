"""Many hands on the same cards."""

import pytest

from tests.support.card_hammering import hammer


@pytest.mark.own_database
def test_linking_and_parting_at_once_leaves_no_orphan_and_shows_no_error(stores):
    done, wrong = hammer(stores, 2)
    assert not [what for what in done if what.startswith("error")] and not any(wrong.values()), (done, wrong)
    assert done["_link"] and done["_part"]
