"""Where the URL of a row leads: to another list, to a dataset, or nowhere, and why.

Rows are written by strangers. A list on another host may name only what is on hosts; a
list on this machine may name paths in the folder of the configured list, or below it.
Neither holds where the operator trusts every list (`crawl.allow_private_hosts`). `..`
is resolved as text, without the disk; whether a link leads out of the folder, or a host
is private, is checked where it is opened. Pure functions; no message repeats a password.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from os.path import dirname, join, normpath
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from sitegen import urls
from sitegen.lists.problems import quote

MAX_URL_CHARS = 4_096
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WINDOWS_PATH = re.compile(r"(?:file:/*)?[a-z]:(?:[\\/]|%5c)|(?:file:)?\\\\[^\\]", re.IGNORECASE)
_HOST = re.compile(r"[\w.:%-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLocation:
    """Where a list is: what the URLs of its rows are relative to."""

    address: str
    """What is fetched, normalized; `file:` for a list on this machine."""
    shown: str
    """As places and messages name it: a local list by its path, relative where the configuration's is; no query."""
    folder: Path | None = None
    """For a list on this machine: the folder in which its paths must stay. None for a list on another host."""

    @property
    def local(self) -> bool:
        """Whether the list is on this machine."""
        return self.folder is not None

    @property
    def public(self) -> str:
        """The address as it may be published: without its query, which may be a signature or a token."""
        return _without_query(self.address)


@dataclass(frozen=True, slots=True)
class UnplacedProblem:
    """Why a URL is not followed, or a list not read: a problem of every line that names it."""

    code: str
    message: str
    hint: str = ""


class _TargetError(ValueError):
    """Carries code and message of a problem up to where they become a value."""


def read_root(text: str) -> ListLocation | UnplacedProblem:
    """Return the list that the configuration names by address or path."""
    try:
        _validate_text(text)
        if urls.is_remote(text):
            return _remote_list(_remote_address(text))
        path = urls.to_path(text) if urls.has_scheme(text) else Path(text)
        shown = text if urls.has_scheme(text) else normpath(text)
        whole = Path(normpath(path.absolute()))
        return ListLocation(address=urls.from_path(whole), shown=shown, folder=whole.parent)
    except ValueError as error:
        return _as_problem(error)


def read_target(url: str, location: ListLocation, *, trusted: bool) -> ListLocation | str | UnplacedProblem:
    """Return the list, or the address of the dataset, that the URL of a row names.

    location: of the row's list. trusted: whether the list may name any local path.
    """
    try:
        _validate_text(url)
        if urls.is_remote(url):
            address = _remote_address(url)
        elif location.folder is None and urls.is_list(url) and not urls.has_scheme(url):
            address = _remote_address(urls.resolve(location.address, url.partition("#")[0]))
        else:
            url = _without_query_or_fragment(url) if urls.is_list(url) else url
            address = _local_address(url, location, trusted)
        return _locate_list(address, url, location) if urls.is_list(address) else address
    except ValueError as error:
        return _as_problem(error)


def _validate_text(url: str) -> None:
    """Raise _TargetError for what no URL may hold."""
    if len(url) > MAX_URL_CHARS:
        raise _TargetError("url-bad", f"expected a URL of at most {MAX_URL_CHARS:,} characters, found {len(url):,}")
    if _CONTROL.search(url):
        raise _TargetError("url-bad", "the URL holds a line break, a tab or another control character")
    _refuse_credentials(url)
    scheme = urls.scheme(url)
    if scheme and scheme not in urls.SCHEMES:
        accepted = ", ".join(f"{each}:" for each in urls.SCHEMES)
        raise _TargetError("url-scheme", f"expected a URL that begins with {accepted}, found {quote(scheme + ':')}")
    if os.name != "nt" and _WINDOWS_PATH.match(url):
        raise _TargetError(
            "url-bad",
            f"{quote(url)} is a path of Windows, which is not known here; expected the https: address at which the "
            "data are published, or in a local list a path relative to the list, with / between its parts",
        )


def _refuse_credentials(url: str) -> None:
    if urls.has_credentials(url):
        raise _TargetError("url-credentials", "the URL holds a user name or password")


def _remote_address(url: str) -> str:
    _refuse_credentials(url)
    address = urls.normalize(url)
    if not _HOST.fullmatch(urlsplit(address).hostname or ""):
        raise _TargetError("url-bad", f"expected a host or bucket after the colon, found {quote(url)}")
    return address


def _local_address(url: str, location: ListLocation, trusted: bool) -> str:
    """Return the `file:` address of a path on this machine, if the list may name it."""
    parts = urlsplit(url) if urls.has_scheme(url) else None
    if parts and parts.netloc not in ("", "localhost"):
        raise _TargetError("url-bad", f"expected file:///path, found {quote(url)}")
    path = Path(unquote(parts.path) if parts else url)
    if location.folder is None:
        if not trusted:
            raise _TargetError("local-path-refused", f"a list on another host names the local path {quote(url)}")
        absolute = parts or path.is_absolute()
        return urls.from_path(path) if absolute else _remote_address(urls.resolve(location.address, url))
    whole = Path(normpath(urls.to_path(location.address).parent / path))
    if not trusted and not whole.is_relative_to(location.folder):
        raise _TargetError("local-path-refused", f"{quote(url)} is outside the folder of the first list")
    return urls.from_path(whole)


def _without_query_or_fragment(url: str) -> str:
    """Return a local path without query and fragment, which mean nothing to a disk."""
    return re.split("[?#]", url)[0]


def _locate_list(address: str, url: str, location: ListLocation) -> ListLocation:
    """Return the list at an accepted address."""
    if urls.is_remote(address):
        return _remote_list(address)
    by_path = location.local and not urls.has_scheme(url) and not urls.has_scheme(location.shown)
    shown = normpath(join(dirname(location.shown), url)) if by_path else address
    return ListLocation(address=address, shown=shown, folder=location.folder or urls.to_path(address).parent)


def _remote_list(address: str) -> ListLocation:
    return ListLocation(address=address, shown=_without_query(address))


def _without_query(address: str) -> str:
    return urlunsplit(urlsplit(address)._replace(query=""))


def _as_problem(error: ValueError) -> UnplacedProblem:
    if isinstance(error, _TargetError):
        code, message = error.args
        return UnplacedProblem(code, message)
    # A quoted text is what was taken for a port or a host, and may be part of a password.
    reason = "" if "'" in str(error) else f": {error}"
    return UnplacedProblem("url-bad", f"the URL is invalid{reason}")
