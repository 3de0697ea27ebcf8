"""Outgoing HTTP: one client with a total deadline, a cap on what is read, no redirects.

`Outgoing(guarded=True)` is for addresses that users typed: it connects only to public hosts,
checked at connect time. Provider addresses from configuration use `guarded=False`.
"""

import ipaddress
import socket
import threading
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


_spending = threading.local()


def _left(timeout: float | None) -> float | None:
    """What one step on the network may take: httpx's own times begin anew with each byte that drips in."""
    until = getattr(_spending, "until", None)
    if until is None:
        return timeout
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the answer took too long altogether")
    return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection whose steps all end by the deadline of the request that takes them."""

    def __init__(self, inner: httpcore.NetworkStream):
        self._inner = inner
        self.get_extra_info = inner.get_extra_info
        self.close = inner.close

    def read(self, max_bytes, timeout=None):
        return self._inner.read(max_bytes, _left(timeout))

    def write(self, buffer, timeout=None):
        self._inner.write(buffer, _left(timeout))

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))


class _Backend(httpcore.SyncBackend):
    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        return _Stream(super().connect_tcp(host, port, _left(timeout), local_address, socket_options))


class _CheckedBackend(_Backend):
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
            transport._pool._network_backend = _CheckedBackend() if guarded else _Backend()
        self.deadline = deadline
        self._client = httpx.Client(transport=transport, timeout=deadline, trust_env=False, follow_redirects=False)

    def request(self, method: str, url: str, *, max_bytes: int = MAX_BYTES, **options) -> httpx.Response:
        """The whole answer, read within the deadline and the cap."""
        _spending.until = until = time.monotonic() + self.deadline
        try:
            with self._client.stream(method, url, **options) as response:
                body = bytearray()
                for part in response.iter_bytes(65536):
                    body += part
                    if len(body) > max_bytes or time.monotonic() > until:
                        raise TooMuch("the answer is too long or too slow", request=response.request)
        finally:
            _spending.until = None
        headers = [(k, v) for k, v in response.headers.multi_items() if k.lower() not in _SPENT]
        return httpx.Response(response.status_code, headers=headers, content=bytes(body), request=response.request)

    def get(self, url: str, **options) -> httpx.Response:
        return self.request("GET", url, **options)

    def post(self, url: str, **options) -> httpx.Response:
        return self.request("POST", url, **options)

    def close(self) -> None:
        self._client.close()
