"""P6: open a dialog whose card has five linked clients; 50 messages against 5 000; a card of 20 dialogs."""

import psycopg

from tests.bench.arena import Arena
from tests.bench.figures import Figure, Pair, ms, paired
from tests.bench.measures.reading import median_of, samples
from tests.support.http import request

# Places in the seed's plan: dialogs of 50 messages and long ones, on cards with five clients.
SHORT, LONG = (0, 5, 10, 15), (20, 25)
# Two long dialogs and 18 others come to one card; a dialog that is alone on its card stands beside it.
MANY, ALONE = (20, 25, *range(41, 59)), 31
_link = """
    WITH kept AS (SELECT company_id, card_id FROM dialogs WHERE id = %(first)s),
    moved AS (UPDATE clients c SET card_id = kept.card_id FROM kept, dialogs d
              WHERE d.id = ANY(%(ids)s) AND d.company_id = kept.company_id
                AND c.company_id = kept.company_id AND c.id = d.client_id)
    UPDATE dialogs d SET card_id = kept.card_id FROM kept
    WHERE d.id = ANY(%(ids)s) AND d.company_id = kept.company_id"""


def measure(arena: Arena) -> list[Figure]:
    visitor, count = arena.visitor, arena.many(120)
    short = [visitor.get(f"/chats/{arena.dialog(SHORT[n % 4])}", fragment=True) for n in range(count)]
    long = [visitor.get(f"/chats/{arena.dialog(LONG[n % 2])}", fragment=True) for n in range(count)]
    floor = [request("GET", f"/chats/{arena.dialog(SHORT[n % 4])}") for n in range(count)]
    for line, requests in ((visitor.line, short), (visitor.line, long), (arena.floor_line, floor)):
        samples(line, requests[:20])
    by_length = paired(arena.rounds, lambda: median_of(visitor.line, long), lambda: median_of(visitor.line, short))
    pair = paired(arena.rounds, lambda: median_of(visitor.line, short), lambda: median_of(arena.floor_line, floor))
    cards = _cards(arena)
    lengths = f"50 → {arena.sizes.deep} messages"
    return [
        Figure("P6", f"dialog, {lengths}, p50", f"{ms(by_length.floor)} → {ms(by_length.ours)}", "",
               by_length.ratio, 1.15),
        Figure("P6", "dialog with card, p50", ms(pair.ours), ms(pair.floor), pair.ratio, 3.5),
        Figure("P6", f"card, 1 → 20 dialogs with {2 * arena.sizes.deep} messages, p50",
               f"{ms(cards.floor)} → {ms(cards.ours)}", "", cards.ratio, 1.2),
    ]


def _cards(arena: Arena) -> Pair:
    """The card alone: what the dialog beside it costs is measured above."""
    ids = [arena.dialog(n) for n in MANY]
    with psycopg.connect(arena.url) as connection:
        connection.execute(_link, {"first": ids[0], "ids": ids})
        clients = dict(connection.execute("SELECT id, client_id FROM dialogs WHERE id = ANY(%s)", [[ids[0], arena.dialog(ALONE)]])
                       .fetchall())
    linked, alone = (
        [arena.visitor.get(f"/clients/{clients[id]}/card?dialog={id}", fragment=True)] * arena.many(120)
        for id in (ids[0], arena.dialog(ALONE)))
    line = arena.visitor.line
    for requests in (linked, alone):
        samples(line, requests[:20])
    return paired(arena.rounds, lambda: median_of(line, linked), lambda: median_of(line, alone))
