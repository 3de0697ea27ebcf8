"""The form that connects an account: the fields of its adapter, and what is wrong with them."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask_babel import gettext as _

from c2d.channels.contract import ChannelError
from c2d.channels.transports import Transport
from c2d.core.text import one_line

MAX_VALUE = 500


@dataclass
class ConnectForm:
    transport: Transport
    name: str = ""
    base_url: str = ""
    values: dict[str, str] = field(default_factory=dict, repr=False)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, transport: Transport, values, may_choose_server: bool) -> "ConnectForm":
        """`may_choose_server`: the address of a server of one's own is read only then."""
        form = cls(
            transport, one_line(values.get("name"), 80),
            values={f.name: one_line(values.get(f.name), MAX_VALUE) for f in transport.adapter.fields},
        )
        if may_choose_server and transport.chooses_server:
            form.base_url = one_line(values.get("base_url"), 300).rstrip("/")
        form._check()
        return form

    @classmethod
    def secrets_of(cls, transport: Transport, values) -> "ConnectForm":
        """Only the secret fields, for an account that is connected already."""
        form = cls(transport, values={f.name: one_line(values.get(f.name), MAX_VALUE) for f in transport.adapter.fields
                                      if f.secret})
        form._check()
        return form

    def _check(self) -> None:
        for wanted in self.transport.adapter.fields:
            typed = self.values.get(wanted.name)
            if typed is None:
                continue
            if not typed and wanted.required:
                self.errors[wanted.name] = _("This is needed")
            elif typed and wanted.pattern and not re.fullmatch(wanted.pattern, typed):
                self.errors[wanted.name] = _("This does not look right. Check it and paste it again")
        if self.base_url and not is_address(self.base_url):
            self.errors["base_url"] = _("An address begins with https:// and names a server")

    def refuse(self, error: ChannelError) -> None:
        """Put what the provider answered beside the field it is about."""
        secrets = [f.name for f in self.transport.adapter.fields if f.secret]
        about_us = error.kind in ("auth", "account") and secrets
        self.errors[secrets[0] if about_us else ""] = in_words(error.kind, error.text)

    @property
    def credentials(self) -> dict[str, str]:
        return {f.name: self.values[f.name] for f in self.transport.adapter.fields if f.secret}

    @property
    def settings(self) -> dict[str, str]:
        return {f.name: self.values[f.name] for f in self.transport.adapter.fields if not f.secret}


def is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = parts.hostname and parts.port != 0  # reading the port raises when it is none
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    return bool(named) and plain and parts.scheme in ("http", "https")


def in_words(kind: str, text: str) -> str:
    """A provider's refusal for an administrator; `text` is in the provider's own words."""
    if kind in ("retry", "rate", "unknown"):
        return _("The messenger does not answer now. Try again in a minute")
    if kind in ("auth", "account") and not text:
        return _("The messenger does not accept this")
    if kind in ("auth", "account"):
        return _("The messenger does not accept this: %(text)s", text=text)
    return _("The messenger answered: %(text)s", text=text or kind)
