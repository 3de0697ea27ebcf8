"""The messengers that c2d knows: what each is called, marked with, able to, and which adapter speaks to it.

A row without an adapter is data only: its dialogs are shown and marked, and it is not offered for connecting.
Abilities and limits are those of the providers' documentation of 2026.
"""

from dataclasses import dataclass, field

from c2d.channels.adapters.demo.adapter import Demo
from c2d.channels.adapters.external.adapter import External
from c2d.channels.adapters.telegram_bot.adapter import TelegramBot
from c2d.channels.contract import N_, Adapter

OGG, MP4, WEBM = "audio/ogg", "audio/mp4", "audio/webm"
ALL_STATUSES = ("sent", "delivered", "read", "played")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a transport can do. Lengths in characters; `buttons` the most in one message (0: none, they become a
    numbered list in the text); `payload_bytes` what a button carries; `voice` the container of a voice note (None: a
    file); `statuses` those that the provider reports; `identity` how far a client's id reaches: 'company' (the same
    person in every channel of the transport) or 'channel'."""

    max_text: int = 4096
    buttons: int = 0
    button_title: int = 0
    payload_bytes: int = 0
    voice: str | None = None
    statuses: tuple[str, ...] = ("sent",)
    edit: bool = False
    delete: bool = False
    read_marks: bool = False
    start_first: bool = False
    echo_import: bool = False
    attachments: bool = True
    identity: str = "company"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """`label` is a msgid; `glyph` names the drawing `ch-<glyph>`; `mark` stands before a client's id; `api_name` is the
    public API's word; `metered`: its dialogs count as active dialogs; `guarded`: people type the addresses it calls,
    so its requests need the private-address guard; `numbers_abroad`: its phones begin with the country's code, with or
    without '+'; a rate is (messages, seconds)."""

    key: str
    label: str
    glyph: str
    mark: str
    adapter: Adapter | None = None
    can: Capabilities = field(default_factory=Capabilities)
    api_name: str = ""
    metered: bool = True
    guarded: bool = False
    numbers_abroad: bool = True
    peer_rate: tuple[int, float] = (1, 1.0)
    account_rate: tuple[int, float] = (20, 1.0)

    @property
    def chooses_server(self) -> bool:
        """May the provider's address be another one? Transports of our own have none."""
        return bool(self.adapter) and any(field.secret for field in self.adapter.fields)

    @property
    def connectable(self) -> bool:
        return self.adapter is not None


_whatsapp_api = Capabilities(
    buttons=3, button_title=20, payload_bytes=256, voice=OGG, statuses=ALL_STATUSES, read_marks=True, echo_import=True,
    start_first=True,
)
_whatsapp_gupshup = Capabilities(
    buttons=3, button_title=20, payload_bytes=256, voice=OGG, statuses=ALL_STATUSES, read_marks=True, start_first=True,
)
_viber = Capabilities(
    max_text=7000, buttons=12, button_title=250, payload_bytes=250, statuses=("sent", "delivered", "read"),
    identity="channel",
)
_max = Capabilities(
    max_text=4000, buttons=30, button_title=128, payload_bytes=1024, voice=OGG, edit=True, delete=True, read_marks=True,
)
_meta = Capabilities(
    max_text=2000, buttons=13, button_title=20, payload_bytes=1000, voice=MP4, statuses=("sent", "delivered", "read"),
    read_marks=True, echo_import=True, identity="channel",
)
_instagram = Capabilities(
    max_text=1000, buttons=13, button_title=20, payload_bytes=1000, voice=MP4, statuses=("sent", "read"),
    read_marks=True, echo_import=True, identity="channel",
)
_own_screen = Capabilities(
    max_text=10_000, buttons=30, button_title=250, payload_bytes=2000, voice=WEBM,
    statuses=("sent", "delivered", "read"), edit=True, delete=True, read_marks=True, identity="channel",
)

_ROWS = (
    Transport(
        key="telegram", label=N_("Telegram"), glyph="tg", mark="[tg]", adapter=TelegramBot(),
        can=Capabilities(buttons=100, button_title=64, payload_bytes=64, voice=OGG, edit=True, delete=True),
        account_rate=(30, 1.0),
    ),
    Transport(
        key="telegram_number", label=N_("Telegram by number"), glyph="tg", mark="[tg]", api_name="tg_user",
        can=Capabilities(voice=OGG, statuses=("sent", "read"), edit=True, delete=True, read_marks=True,
                         start_first=True, echo_import=True),
        account_rate=(1, 1.0),
    ),
    Transport(
        key="whatsapp", label=N_("WhatsApp"), glyph="wa", mark="[wa]",
        can=Capabilities(voice=OGG, statuses=ALL_STATUSES, start_first=True, echo_import=True),
    ),
    Transport(
        key="wa_cloud", label=N_("WhatsApp Business, Cloud API"), glyph="wa", mark="[wa]", can=_whatsapp_api,
        metered=False, peer_rate=(1, 6.0), account_rate=(80, 1.0),
    ),
    Transport(
        key="wa_dialog", label=N_("WhatsApp Business, 360dialog"), glyph="wa", mark="[wa]", can=_whatsapp_api,
        metered=False, peer_rate=(1, 6.0), account_rate=(80, 1.0),
    ),
    Transport(
        key="wa_gupshup", label=N_("WhatsApp Business, Gupshup"), glyph="wa", mark="[wa]", can=_whatsapp_gupshup,
        metered=False, peer_rate=(1, 6.0), account_rate=(80, 1.0),
    ),
    Transport(key="viber", label=N_("Viber"), glyph="ext", mark="[viber]", can=_viber),
    Transport(key="viber_business", label=N_("Viber Business"), glyph="ext", mark="[viber]", can=_viber),
    Transport(key="viber_public", label=N_("Viber bot"), glyph="ext", mark="[viber]", can=_viber),
    Transport(
        key="sms", label=N_("SMS"), glyph="sms", mark="[sms]",
        can=Capabilities(max_text=1530, statuses=("sent", "delivered"), start_first=True, attachments=False),
    ),
    Transport(key="facebook", label=N_("Facebook"), glyph="ext", mark="[fb]", can=_meta),
    Transport(
        key="instagram", label=N_("Instagram"), glyph="ig", mark="[ig]", can=_instagram, api_name="insta_direct",
    ),
    Transport(
        key="vk", label=N_("VK"), glyph="vk", mark="[vk]",
        can=Capabilities(max_text=9000, buttons=10, button_title=40, payload_bytes=255, voice=OGG,
                         statuses=("sent", "read"), edit=True, delete=True, read_marks=True, echo_import=True),
    ),
    Transport(key="ok", label=N_("Odnoklassniki"), glyph="ext", mark="[ok]"),
    Transport(
        key="email", label=N_("E-mail"), glyph="mail", mark="[email]",
        can=Capabilities(max_text=100_000, read_marks=True, start_first=True),
    ),
    Transport(
        key="avito", label=N_("Avito"), glyph="ext", mark="[avito]",
        can=Capabilities(max_text=1000, statuses=("sent", "read"), delete=True, read_marks=True, echo_import=True),
    ),
    Transport(
        key="max", label=N_("MAX"), glyph="tt", mark="[max]", can=_max, peer_rate=(2, 1.0), account_rate=(30, 1.0),
    ),
    Transport(
        key="tamtam", label=N_("TamTam"), glyph="tt", mark="[tamtam]", can=_max, peer_rate=(2, 1.0),
        account_rate=(30, 1.0),
    ),
    Transport(
        key="widget", label=N_("Site widget"), glyph="web", mark="[chat]", can=_own_screen,
        numbers_abroad=False, peer_rate=(20, 1.0), account_rate=(500, 1.0),
    ),
    Transport(
        key="external", label=N_("External channel"), glyph="ext", mark="[ext]", adapter=External(),
        can=Capabilities(max_text=65_536, buttons=30, button_title=250, payload_bytes=2000, start_first=True,
                         statuses=("sent", "delivered", "read"), identity="channel"),
        guarded=True, numbers_abroad=False, peer_rate=(20, 1.0), account_rate=(50, 1.0),
    ),
    Transport(
        key="demo", label=N_("Demo client"), glyph="demo", mark="[demo]", adapter=Demo(), can=_own_screen,
        numbers_abroad=False, peer_rate=(20, 1.0), account_rate=(500, 1.0),
    ),
)

TRANSPORTS: dict[str, Transport] = {row.key: row for row in _ROWS}


def connectable() -> list[Transport]:
    """Those that an administrator can connect, in the order of the table."""
    return [row for row in _ROWS if row.connectable]
