"""What the User-Agent says of a device. It is what the browser claims, so it describes and proves nothing."""

import logging
import re
from dataclasses import dataclass

from ua_parser import parse

from c2d.core.text import one_line

AGENT_CHARS = 400  # what is kept, and so the most that the expressions ever see
DESKTOP, MOBILE, TABLET = "desktop", "mobile", "tablet"
_TABLET = re.compile(r"iPad|Tablet|Kindle|Silk/|PlayBook")
_MOBILE = re.compile(r"Mobi|iPhone|iPod|Android|Windows Phone")
_DESKTOPS = ("Windows", "Mac OS X", "Linux", "Ubuntu", "Fedora", "Debian", "Chrome OS", "FreeBSD", "OpenBSD")
_VARIANTS = re.compile(r"\b(Mobile|iOS|Beta|Alpha|WebView|UI/WKWebView)\b")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Device:
    """'Firefox', '136.0', 'Windows'; `device` is desktop, mobile, tablet or ''. What is not known is ''."""

    device: str = ""
    browser: str = ""
    browser_version: str = ""
    system: str = ""


def cleaned(user_agent: str) -> str:
    """The User-Agent as kept: one clean line."""
    return one_line(user_agent, AGENT_CHARS)


def read(user_agent: str) -> Device:
    """Never raises: nobody is kept out because of a name that their browser gives itself."""
    agent = cleaned(user_agent)
    try:
        found = parse(agent)
    except Exception:
        log.exception("a User-Agent could not be read")
        return Device()
    system = found.os.family if found.os else ""
    browser, version = _browser(found.user_agent) if found.user_agent else ("", "")
    return Device(_kind(agent, system), browser[:60], version[:30], system[:60])


def _browser(found) -> tuple[str, str]:
    """('Firefox', '136.0b2') of 'Firefox Beta' 136, 0, b2."""
    version = found.major or ""
    for part in (found.minor, found.patch, found.patch_minor):
        if version and part:
            version += part if part[:1].isalpha() else f".{part}"
    return " ".join(_VARIANTS.sub("", found.family).split()), version


def _kind(agent: str, system: str) -> str:
    if _TABLET.search(agent) or ("Android" in agent and "Mobi" not in agent):
        return TABLET
    if _MOBILE.search(agent):
        return MOBILE
    return DESKTOP if system in _DESKTOPS else ""
