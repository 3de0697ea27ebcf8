"""Where an address is said to be: the country by a table on disk, the city by a file of the administrator's choice.

Nothing is asked of anybody: addresses of operators leave this machine for nowhere.
"""

import ctypes
import gzip
import ipaddress
import logging
import pickle
from array import array
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import maxminddb
from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _

from c2d.core.text import one_line

LOCAL = "local"
ADDRESS_CHARS = 45
TABLE = "geoip2fast-ipv6.dat.gz"
_FIRST_IPV6 = 1 << 32  # the table holds both families in one row of numbers
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """A country's code, LOCAL or ''; the city's name or ''."""

    country: str = ""
    city: str = ""


def cleaned(address: str | None) -> str:
    """The address as kept. Behind a proxy it is whatever was written into a header."""
    return one_line(address, ADDRESS_CHARS)


def of(address: str, locale: str = "en") -> Place:
    """Never raises: what cannot be read is nowhere."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return Place()
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if not ip.is_global:
        return Place(LOCAL)
    try:
        return _by_file(ip, locale) or Place(_countries().of(ip))
    except Exception:
        log.exception("the place of an address could not be looked up")
        return Place()


def words(country: str, city: str = "") -> str:
    """'Istanbul, Türkiye' for whoever reads."""
    if country == LOCAL:
        return _("local network")
    name = get_locale().territories.get(country, country)
    return ", ".join(part for part in (city, name) if part) or _("unknown")


class Countries:
    """Networks' first addresses in order, and the country of each: 6 MB instead of the 60 of Python's own numbers."""

    def __init__(self, names: list[str], starts: list[list[int]], countries: list[list[int]], lengths: list[list[int]]):
        codes = [name.partition(":")[0] for name in names]
        self._codes = [code if code.isalpha() and len(code) == 2 else "" for code in codes]
        self._starts4, self._starts6 = array("I"), array("Q")
        self._countries4, self._countries6 = array("H"), array("H")
        self._lengths4, self._lengths6 = array("B"), array("B")
        for chunk in zip(starts, countries, lengths, strict=True):
            for start, country, length in zip(*chunk, strict=True):
                self._add(start, country, length)

    def _add(self, start: int, country: int, length: int) -> None:
        if start < _FIRST_IPV6:
            self._starts4.append(start)
            self._countries4.append(country)
            self._lengths4.append(length)
        else:  # nobody is told apart within a /64
            self._starts6.append(start >> 64)
            self._countries6.append(country)
            self._lengths6.append(min(length, 64))

    def of(self, ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
        """The country's code, '' for a network that the table does not know."""
        if ip.version == 4:
            found = self._starts4, self._countries4, self._lengths4, int(ip), 32
        else:
            found = self._starts6, self._countries6, self._lengths6, int(ip) >> 64, 64
        starts, countries, lengths, number, bits = found
        at = bisect_right(starts, number) - 1
        if at < 0 or number >= starts[at] + (1 << (bits - lengths[at])):
            return ""
        return self._codes[countries[at]]


@cache
def _countries() -> Countries:
    """Once in each process, when somebody signs in there."""
    package = Path(find_spec("geoip2fast").origin).parent
    # The table is as trusted as the package's code: both came together and were checked by their hashes.
    with gzip.open(package / TABLE) as file:
        _version, _source, _total, (_index, names, starts, countries, lengths) = pickle.load(file)  # noqa: S301
    made = Countries(names, starts, countries, lengths)
    del starts, countries, lengths
    with suppress(AttributeError):  # glibc keeps 20 MB of what was read on the way for itself, unless asked
        ctypes.CDLL(None).malloc_trim(0)
    return made


def _by_file(ip, locale: str) -> Place | None:
    """By GEOIP_DB; None when there is no file or it does not know the address."""
    path = current_app.config.get("GEOIP_DB")
    found = _file(path).get(ip) if path else None
    if not isinstance(found, dict):
        return None
    country = (found.get("country") or found.get("registered_country") or {}).get("iso_code", "")
    names = (found.get("city") or {}).get("names") or {}
    city = names.get(locale) or names.get("en") or ""
    return Place(one_line(country, 5), one_line(city, 80)) if country else None


@cache
def _file(path: str) -> maxminddb.Reader:
    return maxminddb.open_database(path)
