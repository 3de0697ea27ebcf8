"""What a simulated client does: every word goes the way that a provider's delivery goes."""

import json
from dataclasses import dataclass

from flask_babel import gettext as _

from c2d.channels import access
from c2d.channels.adapters import own_json
from c2d.channels.inbound import ring, store
from c2d.core.crypto import new_token
from c2d.core.db import db
from c2d.core.errors import NotFound

MOST = 9


@dataclass(frozen=True)
class Client:
    """One of the simulated clients of a channel; `number` stands in the page's address as `who`."""

    number: int = 1

    @classmethod
    def read(cls, who: str | None) -> "Client":
        """From an address; anything strange is the first one."""
        return cls(int(who)) if who and who.isascii() and who.isdigit() and 1 <= int(who[:3]) <= MOST else cls()

    @property
    def external_id(self) -> str:
        return f"demo-{self.number}"

    @property
    def name(self) -> str:
        return _("Demo client") if self.number == 1 else _("Demo client %(n)s", n=self.number)


def act(company_id: int, channel_id: int, client: Client, kind: str, **particulars) -> None:
    """Deliver what a client of the page did. `kind` and the particulars are those of `own_json`; an id is made where
    none is given."""
    who = {"id": client.external_id, "name": client.name}
    deliver(company_id, channel_id, {"client": who, kind: {"id": f"c{new_token(12)}", **particulars}})


def has_read(company_id: int, channel_id: int, client: Client, provider_id: str) -> None:
    """Tell that a message was seen; told again, it is the same delivery."""
    status = {"message_id": provider_id, "status": "read"}
    deliver(company_id, channel_id, {"client": {"id": client.external_id}, "status": status})


def deliver(company_id: int, channel_id: int, body: dict) -> None:
    """Sign and store, as if it had come through the channel's hook; ends the open transaction, which has only read.

    Raises NotFound when it would be refused there.
    """
    db.session.rollback()  # a delivery is stored on a connection of its own, and nobody should hold two
    account = access.by_id(company_id, channel_id)
    if account is None:
        raise NotFound
    raw = json.dumps(body, ensure_ascii=False).encode()
    signed = {own_json.SIGNATURE: own_json.sign(account.access.secret, raw)}
    if not account.adapter.verify(account.access, signed, raw):
        raise NotFound
    store(account, raw)
    ring()
