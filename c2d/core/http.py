"""Outgoing HTTP: one client with a total deadline, a cap on what is read, no redirects.

`Outgoing(guarded=True)` is for addresses that users typed: it connects only to public hosts,
checked at connect time. Provider addresses from configuration use `guarded=False`.
"""

import ipaddress
import socket
import time

import httpcore
import httpx

DEADLINE = 10.0
MAX_BYTES = 64 * 1024 * 1024
_NEVER = [
    ipaddress.ip_network(network)
    for network in ("100.64.0.0/10", "64:ff9b::/96", "2002::/16", "fec0::/10", "192.0.0.0/24", "198.18.0.0/15")
]
_SPENT = ("content-encoding", "content-length")  # a decoded body must not be decoded again


class Refused(httpx.ConnectError):
    """The address leads to a network that is not public."""


class TooMuch(httpx.ReadError):
    """The answer is longer than allowed, or took too long altogether."""


def is_public(address: str) -> bool:
    """May a user's address lead there? False for private, local, multicast, mapped addresses."""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    inside = any(ip in net for net in _NEVER if net.version == ip.version)
    return ip.is_global and not ip.is_multicast and not inside


class _CheckedBackend(httpcore.SyncBackend):
    """Resolve once, refuse what is not public, connect to the very address that was checked."""

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = [item[4][0] for item in found]
        if not addresses or not all(is_public(a) for a in addresses):
            raise httpcore.ConnectError("refused: not a public address")
        return super().connect_tcp(addresses[0], port, timeout, local_address, socket_options)


class Outgoing:
    """A small face over httpx; every request has `DEADLINE` seconds in all.

    Raises httpx.HTTPError on network trouble, TooMuch on an answer over the caps.
    """

    def __init__(self, guarded: bool = True, deadline: float = DEADLINE, transport: httpx.BaseTransport | None = None):
        if transport is None:
            transport = httpx.HTTPTransport(retries=0)
            if guarded:
                transport._pool._network_backend = _CheckedBackend()
        self.deadline = deadline
        self._client = httpx.Client(transport=transport, timeout=deadline, trust_env=False, follow_redirects=False)

    def request(self, method: str, url: str, *, max_bytes: int = MAX_BYTES, **options) -> httpx.Response:
        """The whole answer, read within the deadline and the cap."""
        until = time.monotonic() + self.deadline
        with self._client.stream(method, url, **options) as response:
            body = bytearray()
            for part in response.iter_bytes(65536):
                body += part
                if len(body) > max_bytes or time.monotonic() > until:
                    raise TooMuch("the answer is too long or too slow", request=response.request)
        headers = [(k, v) for k, v in response.headers.multi_items() if k.lower() not in _SPENT]
        return httpx.Response(response.status_code, headers=headers, content=bytes(body), request=response.request)

    def get(self, url: str, **options) -> httpx.Response:
        return self.request("GET", url, **options)

    def post(self, url: str, **options) -> httpx.Response:
        return self.request("POST", url, **options)

    def close(self) -> None:
        self._client.close()
