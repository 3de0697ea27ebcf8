"""What workers and the clock run for the messages."""

from c2d.core.db import db
from c2d.core.jobs import Periodic, job
from c2d.messages import media, statuses


@job
def purge_parked() -> None:
    statuses.purge()
    db.session.commit()


PERIODIC = [
    Periodic("media", 15, media.fetch),
    Periodic("purge-parked", 3600, purge_parked, "low"),
]
