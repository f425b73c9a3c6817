"""Which addresses may be asked: the rows come from strangers.

An address is checked as text (scheme, credentials, odd spellings of numbers), and again
when its host is resolved: `GuardedResolver` hands out only checked addresses, and the
connection goes to one of them, so that a name cannot change its mind in between. Each
redirect passes here, too. Not covered: what a public host fetches for us in turn.
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

# Ranges that `is_global` of some Python we support lets pass, each with where it is reserved.
_MORE_PRIVATE_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # RFC 1122: this network
        "100.64.0.0/10",  # RFC 6598: carrier-grade NAT; some clouds keep their metadata service in it
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
_parsed = lru_cache(maxsize=1024)(ip_address)  # a host's address is checked at each request
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
_COMPATIBLE = IPv6Network("::/96")  # RFC 4291, 2.5.5.1
_BLANK = re.compile(r"[\x00-\x20\x7f]")
_DIGITS_ONLY = re.compile(r"[0-9a-fx.]*[0-9][0-9a-fx.]*", re.IGNORECASE)


def is_public(address: Address) -> bool:
    """Return whether an address lies in the public internet, an IPv4 address inside it included."""
    if isinstance(address, IPv4Address):
        return _is_plainly_public(address) and not any(address in network for network in _MORE_PRIVATE_V4)
    if getattr(address, "scope_id", None):
        return False
    inner = _inner_address(address)
    if inner is not None:
        return is_public(inner)
    return _is_plainly_public(address) and not any(address in network for network in _MORE_PRIVATE_V6)


def _is_plainly_public(address: Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inner_address(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address stands for: mapped, compatible, 6to4, NAT64."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


class AddressGuard:
    """Says which addresses may be asked. `may_ask` judges a resolved one; by default only public ones may."""

    def __init__(self, may_ask: Callable[[Address], bool] = is_public) -> None:
        self._may_ask = may_ask

    def check_url(self, url: str) -> SplitResult:
        """Return the parts of a web address that may be asked as far as its text shows; raise FetchError otherwise."""
        parts = split_url(url)
        if parts.scheme not in WEB_SCHEMES:
            raise fetch_error("scheme-refused", f"{redact(url)}: {parts.scheme or 'no scheme'} is not read here")
        host = parts.hostname or ""
        if not host:
            raise fetch_error("bad-address", f"{redact(url)}: it names no host")
        try:
            host.encode("idna")  # as the resolver does: no part between dots may be empty, or longer than 63 letters
        except UnicodeError:
            raise fetch_error("bad-address", f"{redact(url)}: no host can have this name") from None
        if ":" in host or _DIGITS_ONLY.fullmatch(host):
            self._check_number(host)
        return parts

    def check_address(self, text: str, host: str) -> None:
        """Raise FetchError if a resolved address of a host may not be asked."""
        try:
            allowed = self._may_ask(_parsed(text))
        except ValueError:
            allowed = False
        if not allowed:
            raise fetch_error("private-address", f"{host} is at {text}, which is not in the public internet")

    def _check_number(self, host: str) -> None:
        """Raise FetchError for a number in place of a name that may not be asked, or hides what it is.

        `2130706433`, `0x7f.1` and `0177.0.0.1` are 127.0.0.1 to a resolver; nobody publishes data at such an address.
        """
        try:
            literal = _parsed(host)
        except ValueError:
            if ":" not in host and not _is_number(host):
                return  # a name such as `cafe` or `bad.face`
            raise fetch_error("bad-address", f"{host}: an unusual way to write a numeric address") from None
        self.check_address(str(literal), host)


def _is_number(host: str) -> bool:
    try:
        socket.inet_aton(host)
    except OSError:
        # the last label of a name is never a number (RFC 3696, section 2)
        return host.rstrip(".").rpartition(".")[2].isdigit()
    return True


@lru_cache(maxsize=1024)  # an address is split two or three times while it is asked
def split_url(url: str) -> SplitResult:
    """Return the parts of an address; raise FetchError where it is none, or holds a user or password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise fetch_error("bad-address", f"{redact(url)}: this is not an address") from None
    if parts.netloc and has_credentials(url):
        raise fetch_error("credentials-in-url", f"{redact(url)}: the address holds a user name or password")
    if _BLANK.search(url):
        raise fetch_error("bad-address", f"{redact(url)!r}: white space or control characters in the address")
    return parts


class GuardedResolver(AbstractResolver):
    """Resolves names to addresses that may be asked; one that may not makes the whole name refused."""

    def __init__(self, guard: AddressGuard, lookup: AbstractResolver | None = None) -> None:
        self._guard = guard
        self._lookup = lookup or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a host, all of them checked."""
        found = await self._lookup.resolve(host, port, family)
        for place in found:
            self._guard.check_address(place["host"], host)
        return found

    async def close(self) -> None:
        """Close what looks names up."""
        await self._lookup.close()
