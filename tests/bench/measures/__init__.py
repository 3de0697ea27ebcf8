"""The measures, in the order in which they run; each is `measure(arena) -> list[Figure]`.

P11 stands at both ends: memory at rest is taken before the first load.
"""

from tests.bench.measures import (
    p1_taking_in,
    p2_acknowledging,
    p4_pushing,
    p5_list,
    p6_dialog,
    p7_reply,
    p8_search,
    p9_sockets,
    p11_memory,
)

MEASURES = {
    "P5": p5_list.measure, "P6": p6_dialog.measure, "P7": p7_reply.measure, "P8": p8_search.measure,
    "P2": p2_acknowledging.measure, "P1": p1_taking_in.measure, "P4": p4_pushing.measure,
    "P11": p11_memory.measure, "P9": p9_sockets.measure,
}
