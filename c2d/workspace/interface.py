"""What one chooses for one's own screens, and the hotkeys."""

from dataclasses import dataclass

from flask_babel import gettext as _

from c2d.core.text import N_
from c2d.operators.profile import LOOK

# As the page's data-key attributes spell them (static/js/keys.js), and what they do.
HOTKEYS = (
    (("Alt+ArrowUp", "Alt+ArrowDown"), N_("The previous and the next chat")),
    (("Alt+1", "Alt+2", "Alt+3", "Alt+4"), N_("Folders: New, Mine, All, Closed")),
    (("Alt+S",), N_("Search for chats")),
    (("Alt+L",), N_("To the reply field")),
    (("Alt+P",), N_("Write a comment")),
    (("Alt+T",), N_("Transfer the chat")),
    (("Alt+X",), N_("Close the chat")),
    (("Alt+U",), N_("Mark as unread")),
    (("Alt+I",), N_("Client card")),
)
_SIGNS = {"ArrowUp": "\u2191", "ArrowDown": "\u2193"}


@dataclass(frozen=True)
class Choice:
    """One line of the screen; `options` are (value, name)."""

    name: str
    label: str
    options: list[tuple[str, str]]
    value: str
    hint: str = ""


def choices(preferences: dict) -> list[Choice]:
    """What may be chosen and what is, in the order of the screen."""
    said = {
        "theme": (_("Theme"), [_("Auto"), _("Light"), _("Dark")], _("Auto follows the device")),
        "density": (_("Density"), [_("Roomy"), _("Dense")], _("Dense shows more chats at once")),
        "rail": (_("Names in the menu"), [_("As hints"), _("Always")], ""),
        "send": (_("Sending a message"), ["Enter", "Ctrl+Enter"], _("A new line: Shift+Enter, and with Ctrl+Enter just Enter")),
        "keys": (_("Hotkeys"), [_("On"), _("Off")], ""),
    }
    return [
        Choice(name, label, list(zip(LOOK[name], words, strict=True)), _chosen(preferences, name), hint)
        for name, (label, words, hint) in said.items()
    ]


def hotkeys() -> list[tuple[list[list[str]], str]]:
    """For each line the combinations, each as the keys to press together, and what they do."""
    return [([[_SIGNS.get(key, key) for key in keys.split("+")] for keys in several], _(what)) for several, what in HOTKEYS]


def _chosen(preferences: dict, name: str) -> str:
    value = preferences.get(name)
    return value if value in LOOK[name] else LOOK[name][0]
