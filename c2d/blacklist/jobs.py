"""What the clock runs for the blacklist."""

from c2d.blacklist import blocking
from c2d.core.jobs import Periodic, job


@job
def expire() -> None:
    blocking.expire()


PERIODIC = [Periodic("expire-blocks", 10, expire)]
