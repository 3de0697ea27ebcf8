"""Settings > Security as typed, section by section, and what is wrong with it."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask_babel import gettext as _

from c2d.companies.settings import Settings
from c2d.core.text import clean, one_line, whole_number

SHORTEST, LONGEST = 8, 64
HOURS, DAYS = ("hours", "days")
YEAR = 365 * 24
MOST_ORIGINS = 50
_HOST = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_LOCAL = ("localhost", "127.0.0.1")


@dataclass
class PolicyForm:
    """What all sections show; `read_…` replaces one of them by what was typed and checks it."""

    required: bool = False
    password_length: str = ""
    password_mixed: bool = False
    session: str = ""
    session_unit: str = HOURS
    idle: str = ""
    idle_unit: str = HOURS
    origins: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    values: dict = field(default_factory=dict)  # fields of Settings, when nothing is wrong

    @classmethod
    def of(cls, chosen: Settings) -> "PolicyForm":
        session, session_unit = _in_units(chosen.session_hours)
        idle, idle_unit = _in_units(chosen.idle_hours)
        return cls(chosen.two_factor_required, str(chosen.password_length), chosen.password_mixed, session, session_unit,
                   idle, idle_unit, "\n".join(chosen.embed_origins))

    def read_second_factor(self, values) -> None:
        self.required = values.get("required") == "1"
        self.values = {"two_factor_required": self.required}

    def read_passwords(self, values) -> None:
        self.password_length, self.password_mixed = one_line(values.get("password_length"), 10), values.get("mixed") == "1"
        length = whole_number(self.password_length, 6)
        if length is None or not SHORTEST <= length <= LONGEST:
            self.errors["password_length"] = _("A whole number from %(least)s to %(most)s", least=SHORTEST, most=LONGEST)
        self.values = {"password_length": length, "password_mixed": self.password_mixed}

    def read_sessions(self, values) -> None:
        self.session, self.session_unit = one_line(values.get("session"), 10), values.get("session_unit", "")
        self.idle, self.idle_unit = one_line(values.get("idle"), 10), values.get("idle_unit", "")
        session = self._hours("session", self.session, self.session_unit)
        idle = self._hours("idle", self.idle, self.idle_unit)
        if not self.errors and idle > session:
            self.errors["idle"] = _("Not longer than the whole session")
        self.values = {"session_hours": session, "idle_hours": idle}

    def read_origins(self, values) -> None:
        self.origins = clean(values.get("origins"), 20_000).strip()
        typed = [line.strip() for line in self.origins.split("\n") if line.strip()]
        read = [(line, normal_origin(line)) for line in typed]
        wrong = [line for line, origin in read if origin is None]
        if wrong:
            self.errors["origins"] = _("Not an address like https://crm.example: %(lines)s", lines=", ".join(
                one_line(line, 60) for line in wrong[:5]))
        found = list(dict.fromkeys(origin for _line, origin in read if origin))
        if len(found) > MOST_ORIGINS:
            self.errors["origins"] = _("At most %(num)s fit", num=MOST_ORIGINS)
        self.values = {"embed_origins": found}

    def _hours(self, name: str, typed: str, unit: str) -> int:
        number = whole_number(typed, 6)
        hours = (number or 0) * {HOURS: 1, DAYS: 24}.get(unit, 0)
        if not 1 <= hours <= YEAR:
            self.errors[name] = _("From 1 hour to 365 days, in whole numbers")
        return hours


def units() -> list[tuple[str, str]]:
    return [(HOURS, _("hours")), (DAYS, _("days"))]


def normal_origin(typed: str) -> str | None:
    """'HTTPS://CRM.Example:443/' as 'https://crm.example'; None for what is no origin that may embed us."""
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        port, host = parts.port, (parts.hostname or "").rstrip(".").encode("idna").decode().lower()
    except (ValueError, UnicodeError):
        return None
    scheme = parts.scheme.lower()
    if parts.username or parts.password or parts.query or parts.fragment or parts.path not in ("", "/"):
        return None
    if not _HOST.fullmatch(host) or scheme not in ("https", "http") or (scheme == "http" and host not in _LOCAL) or port == 0:
        return None
    return f"{scheme}://{host}" + ("" if port in (None, {"https": 443, "http": 80}[scheme]) else f":{port}")


def _in_units(hours: int) -> tuple[str, str]:
    return (str(hours // 24), DAYS) if hours % 24 == 0 else (str(hours), HOURS)
