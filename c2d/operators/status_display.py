"""How a status is shown: in the reader's words and in its colour."""

from flask_babel import force_locale
from flask_babel import gettext as _

from c2d.core.i18n import LOCALES
from c2d.operators.models import AWAY, OFFLINE, ONLINE

# SQL beside `operators o`: the chosen status as `s`; who never chose has the built-in one of the same name.
CHOSEN = """LEFT JOIN operator_statuses s ON s.company_id = o.company_id
            AND (s.id = o.status_id OR (o.status_id IS NULL AND s.key = o.status))"""


def label(key: str | None, name: str) -> str:
    """The company's own name for it, else the usual one."""
    return name or {ONLINE: _("Online"), AWAY: _("Break"), OFFLINE: _("Offline")}[key]


def in_all_languages(key: str | None, name: str) -> set[str]:
    """What some reader sees it called, in lower case."""
    found = set()
    for locale in LOCALES:
        with force_locale(locale):
            found.add(label(key, name).lower())
    return found


def dot(key: str | None, hue: int | None) -> str:
    """The classes of its dot. Whoever is offline is grey, whatever the company's colours."""
    return "off" if key == OFFLINE or hue is None else f"hue h-{hue}"


def counts_as(key: str | None, counts_online: bool) -> str:
    """What a status makes of an operator: online, away, offline."""
    if key == OFFLINE:
        return OFFLINE
    return ONLINE if counts_online else AWAY
