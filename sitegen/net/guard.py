"""Which addresses may be requested, because strangers write the rows of lists.

An address is checked as text (scheme, credentials, unusual forms of IP addresses), and again when its name is
resolved: `GuardedResolver` returns only checked IP addresses, and the connection uses one of them, so that a second
look-up cannot give another one (DNS rebinding). Redirects are checked, too. Not covered: what a public host fetches
from its own network and returns.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from sitegen.errors import fetch_error
from sitegen.urls import has_credentials, redact

Address = IPv4Address | IPv6Address

WEB_SCHEMES = ("http", "https")

# Reserved ranges that `is_global` of a supported version of Python does not exclude.
_MORE_PRIVATE_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # RFC 1122: this network
        "100.64.0.0/10",  # RFC 6598: carrier-grade NAT; the metadata service of some clouds is in it
        "192.0.0.0/24",  # RFC 6890
        "192.88.99.0/24",  # RFC 7526: 6to4 relays, withdrawn
        "198.18.0.0/15",  # RFC 2544: benchmarks
    )
)
_MORE_PRIVATE_V6 = tuple(
    IPv6Network(text)
    for text in (
        "64:ff9b:1::/48",  # RFC 8215: local NAT64
        "100::/64",  # RFC 6666: discard
        "2001::/23",  # RFC 2928: protocol assignments, Teredo among them
        "2001:db8::/32",  # RFC 3849: documentation
        "3fff::/20",  # RFC 9637: documentation
        "5f00::/16",  # RFC 9602: segment routing
        "fc00::/7",  # RFC 4193: unique local; cloud metadata at fd00:ec2::254
        "fec0::/10",  # RFC 3879: site local
    )
)
_parsed = lru_cache(maxsize=1024)(ip_address)  # the address of a host is checked at each request
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
_COMPATIBLE = IPv6Network("::/96")  # RFC 4291, section 2.5.5.1
_WHITE_SPACE = re.compile(r"[\x00-\x20\x7f]")
_DIGITS_ONLY = re.compile(r"[0-9a-fx.]*[0-9][0-9a-fx.]*", re.IGNORECASE)


def is_public(address: Address) -> bool:
    """Return whether an address is in the public internet, and an IPv4 address that it contains is, too."""
    if isinstance(address, IPv4Address):
        return _is_global_unicast(address) and not any(address in network for network in _MORE_PRIVATE_V4)
    if getattr(address, "scope_id", None):
        return False
    inner = _inner_address(address)
    if inner is not None:
        return is_public(inner)
    return _is_global_unicast(address) and not any(address in network for network in _MORE_PRIVATE_V6)


def _is_global_unicast(address: Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inner_address(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address contains: mapped, compatible, 6to4 or NAT64."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


class AddressGuard:
    """Decides which addresses may be requested. is_allowed: of an IP address; by default the public ones."""

    def __init__(self, is_allowed: Callable[[Address], bool] = is_public) -> None:
        self._is_allowed = is_allowed

    def check_url(self, url: str) -> SplitResult:
        """Return the parts of a web address. Raises FetchError where its text shows that it may not be requested."""
        parts = split_url(url)
        if parts.scheme not in WEB_SCHEMES:
            raise fetch_error(
                "scheme-refused", f"{redact(url)}: only {' and '.join(WEB_SCHEMES)} addresses are read here"
            )
        host = parts.hostname or ""
        if not host:
            raise fetch_error("bad-address", f"{redact(url)}: it has no host name")
        try:
            host.encode("idna")  # as the resolver does: each part between dots has 1 to 63 characters
        except UnicodeError:
            raise fetch_error("bad-address", f"{redact(url)}: its host name is invalid") from None
        if ":" in host or _DIGITS_ONLY.fullmatch(host):
            self._check_ip_address(host)
        return parts

    def check_address(self, text: str, host: str) -> None:
        """Raise FetchError if this IP address of a host may not be requested."""
        try:
            allowed = self._is_allowed(_parsed(text))
        except ValueError:
            allowed = False
        if not allowed:
            raise fetch_error("private-address", f"{host} has the address {text}, which is not in the public internet")

    def _check_ip_address(self, host: str) -> None:
        """Raise FetchError for an IP address that may not be requested, or is written in an unusual form.

        A resolver reads `2130706433`, `0x7f.1` and `0177.0.0.1` as 127.0.0.1; nobody publishes data at such addresses.
        """
        try:
            literal = _parsed(host)
        except ValueError:
            if ":" not in host and not _is_number(host):
                return  # a name such as `cafe` or `bad.face`
            raise fetch_error(
                "bad-address", f"{host}: an unusual form of an IP address; write it as four decimal numbers"
            ) from None
        self.check_address(str(literal), host)


def _is_number(host: str) -> bool:
    """Return whether a resolver reads a host as an IP address."""
    try:
        socket.inet_aton(host)
    except OSError:
        # the last label of a name is never a number (RFC 3696, section 2)
        return host.rstrip(".").rpartition(".")[2].isdigit()
    return True


@lru_cache(maxsize=1024)  # an address is split two or three times in a request
def split_url(url: str) -> SplitResult:
    """Return the parts of an address. Raises FetchError where it is invalid, or contains a user name or password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise fetch_error("bad-address", f"{redact(url)}: this is not a valid address") from None
    if parts.netloc and has_credentials(url):
        raise fetch_error("credentials-in-url", f"{redact(url)}: the address contains a user name or password")
    if _WHITE_SPACE.search(url):
        raise fetch_error("bad-address", f"{redact(url)!r}: the address contains white space or control characters")
    return parts


class GuardedResolver(AbstractResolver):
    """Resolves host names; refuses a name if one of its IP addresses may not be requested."""

    def __init__(self, guard: AddressGuard, resolver: AbstractResolver | None = None) -> None:
        self._guard = guard
        self._resolver = resolver or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the IP addresses of a host, all of them checked. Raises FetchError."""
        found = await self._resolver.resolve(host, port, family)
        for address in found:
            self._guard.check_address(address["host"], host)
        return found

    async def close(self) -> None:
        """Close the inner resolver."""
        await self._resolver.close()
