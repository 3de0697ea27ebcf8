from dataclasses import dataclass

from c2d.core.events import Event


@dataclass(frozen=True, kw_only=True)
class TagCreated(Event):
    tag_id: int
    name: str
