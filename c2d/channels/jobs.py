"""What workers and the clock run for the channels."""

from c2d.channels import outbound
from c2d.channels.retention import purge_deliveries
from c2d.core.jobs import Periodic, job


@job
def purge() -> None:
    purge_deliveries()


PERIODIC = [
    Periodic("outbound", 15, outbound.drain, "high"),
    Periodic("purge-deliveries", 3600, purge, "low"),
]
