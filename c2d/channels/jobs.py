"""What workers and the clock run for the channels."""

from c2d.channels import sender
from c2d.channels.retention import purge_deliveries
from c2d.core.jobs import Periodic, beat, job


@job
def purge() -> None:
    purge_deliveries()


@job
def sweep() -> None:
    """Settle what was lost in a call, and send what waits although nobody was woken for it."""
    beat("sweeper")
    sender.send_due()


PERIODIC = [
    Periodic("outbound", 5, sweep, "high"),
    Periodic("purge-deliveries", 3600, purge, "low"),
]
