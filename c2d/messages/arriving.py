"""What a provider told us, as the message that will be stored."""

from dataclasses import dataclass, field
from datetime import timedelta

from c2d.channels.contract import ButtonPress, Edited, Event, InboundMessage, MediaRef, Unsupported
from c2d.channels.handover import Arrival
from c2d.core.text import clean, one_line
from c2d.messages.models import FROM_CLIENT, TO_CLIENT

CLOCKS_DIFFER = timedelta(minutes=1)
OWN_ID = "~"  # begins an id that we made, because the provider gave none


@dataclass(slots=True)
class Incoming:
    """A message about to be stored. `provider_id` is never empty: it also keeps a repeat from being stored again."""

    arrival: Arrival
    text: str = ""
    content: dict = field(default_factory=dict)
    files: tuple[MediaRef, ...] = ()
    reply_to: str | None = None
    edited: bool = False
    withheld: bool = False

    @property
    def event(self) -> Event:
        return self.arrival.event

    @property
    def out(self) -> bool:
        """The company's own words, written elsewhere."""
        return isinstance(self.event, InboundMessage) and self.event.echo

    @property
    def kind(self) -> str:
        return TO_CLIENT if self.out else FROM_CLIENT

    @property
    def provider_id(self) -> str:
        return (self.event.provider_id or OWN_ID + self.event.dedupe_key)[:120]

    @property
    def preview(self) -> tuple[str, str]:
        """The kind and the words of the row in the list of chats."""
        for kind in ("unsupported", "location", "contact"):
            if kind in self.content:
                return kind, self.text
        return (self.files[0].kind if self.files else "text"), one_line(self.text)


def incoming(arrival: Arrival) -> Incoming | None:
    """None for what is not a message of its own."""
    event = arrival.event
    if event.peer is None:
        return None
    if isinstance(event, InboundMessage):
        return _message(arrival, event)
    if isinstance(event, Unsupported):
        return Incoming(arrival, content={"unsupported": one_line(event.kind, 60), **_clock(arrival)})
    if isinstance(event, ButtonPress):
        picked = {"payload": clean(event.payload, 1024), "title": one_line(event.title, 256)}
        return Incoming(arrival, text=picked["title"], content={"picked": picked}, reply_to=event.reply_to)
    return None


def edited_only(arrival: Arrival) -> Incoming:
    """The edit of a message that never reached us: shown as it is now."""
    event: Edited = arrival.event
    return Incoming(arrival, text=clean(event.text), files=event.attachments, edited=True, content=_clock(arrival))


def _message(arrival: Arrival, event: InboundMessage) -> Incoming:
    content = _clock(arrival)
    if event.location:
        content["location"] = {
            "latitude": event.location.latitude, "longitude": event.location.longitude,
            "title": one_line(event.location.title), "address": one_line(event.location.address),
        }
    if event.contact:
        content["contact"] = {"phone": one_line(event.contact.phone, 40), "name": one_line(event.contact.name)}
    for key, value in (("quote", clean(event.quote, 2000)), ("forwarded_from", one_line(event.forwarded_from)),
                       ("album", event.album)):
        if value:
            content[key] = value
    return Incoming(arrival, clean(event.text), content, event.attachments, event.reply_to)


def _clock(arrival: Arrival) -> dict:
    """The provider's time, kept where it tells another story than ours."""
    at = arrival.event.at
    return {"sent_at": at.isoformat()} if at and abs(arrival.at - at) > CLOCKS_DIFFER else {}
