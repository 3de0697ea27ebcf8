from dataclasses import dataclass

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CompanyRegistered(Event):
    name: str
