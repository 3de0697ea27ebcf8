"""What workers and the clock run for the channels."""

from c2d.channels import outbound
from c2d.channels.retention import purge_deliveries
from c2d.core.jobs import Periodic, beat, job


@job
def purge() -> None:
    purge_deliveries()


@job
def sweep() -> None:
    """Send what no bell was heard for."""
    beat("sweeper")
    outbound.drain()


PERIODIC = [
    Periodic("outbound", 5, sweep, "high"),
    Periodic("purge-deliveries", 3600, purge, "low"),
]
