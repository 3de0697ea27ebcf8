"""Any order of edits, links and partings: each client on one card, nothing lost, what was linked parts as it was."""

from tests.support import card_model


def test_any_order_of_edits_links_and_partings_loses_nothing(app, cast):
    card_model.play(app, cast.boris, runs=15)
