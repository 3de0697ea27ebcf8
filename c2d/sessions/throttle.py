"""How often one may try: counted in the database before anything expensive happens."""

import ipaddress
from datetime import timedelta

from flask_babel import ngettext

from c2d.core.clock import now
from c2d.core.crypto import fingerprint
from c2d.core.db import db
from c2d.core.errors import Refused
from c2d.core.sql import platform
from c2d.core.tenancy import all_companies

WINDOW = timedelta(minutes=15)
ACCOUNT_LIMIT = 10  # of one account from one address
NETWORK_LIMIT = 100  # from one address, whoever is tried
SPREAD_LIMIT = 30  # of one account from all addresses, where only who knows its password gets that far

_count = platform("""
    INSERT INTO login_attempts AS a (subject, window_start, tries) VALUES (%(subject)s, %(now)s, 1)
    ON CONFLICT (subject) DO UPDATE SET
        tries = CASE WHEN a.window_start <= %(old)s THEN 1 ELSE a.tries + 1 END,
        window_start = CASE WHEN a.window_start <= %(old)s THEN %(now)s ELSE a.window_start END
    RETURNING tries""")
_forget = platform("DELETE FROM login_attempts WHERE subject = %(subject)s")
_give_back = platform("UPDATE login_attempts SET tries = tries - 1 WHERE subject = %(subject)s AND tries > 0")
_sweep = platform("DELETE FROM login_attempts WHERE window_start <= %(old)s")


class TooMany(Refused):
    """Tried too often; the same answer for known and unknown people."""

    status = 429

    def __init__(self):
        minutes = WINDOW.seconds // 60
        super().__init__(ngettext(
            "Too many attempts. Try again in %(num)d minute",
            "Too many attempts. Try again in %(num)d minutes", minutes,
        ))


def count(purpose: str, account: str, ip: str) -> None:
    """Count one try and commit it. Raises TooMany above either limit."""
    network, pair = _subjects(purpose, account, ip)
    moment = now()
    with all_companies("tries are counted before it is known whose account it is"):
        tries = [_count.value(subject=s, now=moment, old=moment - WINDOW) for s in (network, pair)]
        db.session.commit()
    if tries[0] > NETWORK_LIMIT or tries[1] > ACCOUNT_LIMIT:
        raise TooMany()


def count_widely(purpose: str, account: str) -> None:
    """Count one try of an account wherever it comes from; asked for after `count`, which stops one address earlier."""
    moment = now()
    with all_companies("tries are counted before it is known whose account it is"):
        tries = _count.value(subject=_everywhere(purpose, account), now=moment, old=moment - WINDOW)
        db.session.commit()
    if tries > SPREAD_LIMIT:
        raise TooMany()


def forgive(purpose: str, account: str, ip: str) -> None:
    """It was the right person: the tries of this account are forgotten, an office is not shut out."""
    network, pair = _subjects(purpose, account, ip)
    with all_companies("tries are counted before it is known whose account it is"):
        _give_back.run(subject=network)
        _forget.run(subject=pair)
        _forget.run(subject=_everywhere(purpose, account))
        db.session.commit()


def sweep() -> int:
    """Drop the windows that are over; returns how many."""
    with all_companies("tries belong to no company"):
        dropped = _sweep.count(old=now() - WINDOW)
        db.session.commit()
    return dropped


def _subjects(purpose: str, account: str, ip: str) -> tuple[str, str]:
    network = _network(ip)
    return f"{purpose}:{fingerprint(network)}", f"{purpose}:{fingerprint(network + ' ' + account.lower())}"


def _everywhere(purpose: str, account: str) -> str:
    return f"{purpose}:{fingerprint('everywhere ' + account.lower())}"


def _network(ip: str) -> str:
    """IPv6 by its /64: whoever has one address there has them all."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    mapped = getattr(address, "ipv4_mapped", None)
    if address.version == 4 or mapped:
        return str(mapped or address)
    return str(ipaddress.ip_network((address, 64), strict=False))
