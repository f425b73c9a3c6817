"""Addresses of which a part of `https://` is missing, as people type and copy them: what was meant.

`www.example.org/a.zarr` is a valid relative path, so a list may mean a folder of that name: whoever asks looks whether
there is one. Pure functions.
"""

from __future__ import annotations

import re

_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<top>[a-z]{2,})(?::[0-9]{1,5})?(?=/|$)"
_BROKEN_SCHEME = re.compile(rf"(?P<scheme>https?)(?::/?|//?|;//|:///+|:\\\\)(?P<rest>{_HOST}.*)", re.IGNORECASE)
_BROKEN_STORE = re.compile(r"(?P<scheme>s3|gs)(?::/?|//)(?P<rest>[a-z0-9][^/:]*(?P<top>)/.*)", re.IGNORECASE)
_NO_SCHEME = re.compile(rf"(?P<start>:?//)?(?P<rest>{_HOST}.*)", re.IGNORECASE)
_WITH_PORT = re.compile(rf"(?P<rest>(?:localhost:[0-9]{{1,5}}(?=/|$)|{_HOST}).*)", re.IGNORECASE)
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
        return f"{'http' if text.lower().startswith('localhost') else 'https'}://{port['rest']}"
    bare = _NO_SCHEME.fullmatch(text)
    if bare is None:
        return None
    is_sure = bare["rest"].lower().startswith("www.") or bare["start"] == "://"
    return f"https://{bare['rest']}" if is_sure or (not may_be_path and _is_domain(bare["top"].lower())) else None


def _is_domain(top: str) -> bool:
    """Return whether a name that ends so is more likely that of a host than that of a folder."""
    return top in _TOPS or (len(top) == 2 and top not in _SUFFIXES)
