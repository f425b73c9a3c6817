"""Addresses of which a part of `https://` is missing, as people type and copy them: what was meant.

`www.example.org/a.zarr` is a valid relative path, so a list may mean a folder of that name: whoever asks looks whether
there is one. Pure functions.
"""

from __future__ import annotations

import ipaddress
import re

_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<top>[a-z]{2,})(?::[0-9]{1,5})?(?=/|$)"
_BROKEN_SCHEME = re.compile(rf"(?P<scheme>https?)(?::/?|//?|;//|:///+|:\\\\)(?P<rest>{_HOST}.*)", re.IGNORECASE)
_BROKEN_STORE = re.compile(r"(?P<scheme>s3|gs)(?::/?|//)(?P<rest>[a-z0-9][^/:]*(?P<top>)/.*)", re.IGNORECASE)
_NO_SCHEME = re.compile(rf"(?P<start>:?//)?(?P<rest>{_HOST}.*)", re.IGNORECASE)
_WITH_PORT = re.compile(rf"(?P<rest>(?:localhost:[0-9]{{1,5}}(?=/|$)|{_HOST}).*)", re.IGNORECASE)
_LOCAL_HOST = re.compile(
    r"(?P<host>localhost|(?:[0-9]{1,3}\.){3}[0-9]{1,3}|\[[0-9a-f:.]+\]|(?:[a-z0-9-]+\.)+(?:local|localhost|internal|lan|home\.arpa)"
    r"|[a-z0-9-]+(?=:[0-9]))(?::[0-9]{1,5})?(?:/.*)?",
    re.IGNORECASE,
)
"""A number, or a name in a local network (RFC 6761, 6762 and 8375; `internal`: ICANN, 2024)."""
_SCHEMES = r"(?:https?|s3|gs)"
_TWICE = re.compile(rf"(?:{_SCHEMES}(?::/*|/{{2,}}))+(?P<last>{_SCHEMES}:/+[^/].*|https?//+[^/].*)", re.IGNORECASE)
_ALONE = re.compile(rf"(?:{_SCHEMES}(?::/*|/{{2,}}))+|://+", re.IGNORECASE)
_DOI = re.compile(r"(?:doi:\s*)?(?P<doi>10\.[0-9]{4,9}/[^\s@]+)", re.IGNORECASE)
"""What a DOI looks like: the DOI Handbook, 2.2."""
_TOPS = frozenset(("com", "org", "net", "edu", "gov", "int", "info", "cloud", "science", "bio", "dev", "app"))
"""Of the domains with more than two letters, those that host data most: a folder may be called `data.old`."""
_SUFFIXES = frozenset(("gz", "py", "md", "js", "ts", "sh", "db"))
"""Of two letters, which name files more often than countries."""


def find_whole_address(text: str, *, may_be_path: bool = False) -> str | None:
    """Return the address that a text stands for if a part of its scheme is missing; None for any other text.

    may_be_path: whether `example.org/a.zarr` may as well be a path, relative to a place that nobody can look at.
    """
    if "@" in text:  # nothing of a password may be shown
        return None
    broken = _BROKEN_SCHEME.fullmatch(text) or _BROKEN_STORE.fullmatch(text)
    if broken and (text[len(broken["scheme"])] == ":" or "//" in text or _is_domain(broken["top"].lower())):
        return f"{broken['scheme'].lower()}://{broken['rest']}"
    if (port := _WITH_PORT.fullmatch(text)) and re.match(r"[^/]*:[0-9]", text):
        return _find_local_address(text) or f"https://{port['rest']}"
    bare = _NO_SCHEME.fullmatch(text)
    if bare is None or _is_local_name(text):
        return None if may_be_path else _find_local_address(text)
    is_sure = bare["rest"].lower().startswith("www.") or bare["start"] == "://"
    return f"https://{bare['rest']}" if is_sure or (not may_be_path and _is_domain(bare["top"].lower())) else None


def find_last_address(text: str) -> str | None:
    """Return the whole address behind two schemes, as of `https://https://example.org`; None where there is one."""
    twice = None if "@" in text else _TWICE.fullmatch(text)
    if twice is None:
        return None
    last = re.sub(r"(?i)^([a-z0-9]+):?/+", r"\1://", twice["last"])
    return f"{last.partition(':')[0].lower()}:{last.partition(':')[2]}"


def is_scheme_alone(text: str) -> bool:
    """Return whether a text is a scheme, or the end of one, and nothing else."""
    return bool(_ALONE.fullmatch(text))


def find_doi(text: str) -> str | None:
    """Return the DOI that a text is, without `doi:`; None for any other text."""
    found = _DOI.fullmatch(text)
    return found["doi"] if found else None


def _find_local_address(text: str) -> str | None:
    """Return the address of what begins with the number of a host, or with its name in a local network."""
    found = _LOCAL_HOST.fullmatch(text)
    if found is None:
        return None
    host = found["host"]
    if host[0] == "[" or host.replace(".", "").isdecimal():
        try:
            ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            return None
    return f"http://{text}"  # such hosts have certificates rarely


def _is_local_name(text: str) -> bool:
    found = _LOCAL_HOST.fullmatch(text)
    return found is not None and "." in found["host"]


def _is_domain(top: str) -> bool:
    """Return whether a name that ends so is more likely that of a host than that of a folder."""
    return top in _TOPS or (len(top) == 2 and top not in _SUFFIXES)
