"""Six processes link, part and edit the same cards for 10 s: no orphan, no error that a user would see."""

from tests.support.card_hammering import PROCESSES, hammer
from tests.support.stores import Stores

SECONDS = 10


def run(scale: float = 1.0) -> tuple[bool, str]:
    """Refusals (somebody was faster) are answers, not errors."""
    stores = Stores.start()
    try:
        done, wrong = hammer(stores, SECONDS * scale)
    finally:
        stores.stop()
    errors = {what: n for what, n in done.items() if what.startswith("error")}
    links, parts = done["_link"], done["_part"]
    held = not errors and not any(wrong.values()) and links > 0 and parts > 0
    return held, (
        f"{PROCESSES} processes, {links} links, {parts} partings, {done['_edit']} edits, {done['_open']} dialogs opened, "
        f"{done['refused']} told that somebody was faster, {sum(errors.values())} errors {errors or ''}, left wrong: {wrong}"
    )
