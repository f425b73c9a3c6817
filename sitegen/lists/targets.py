"""Where a row of a list leads: to another list, to a dataset, or nowhere, and why.

Rows are written by strangers. A list elsewhere may name only what is elsewhere; a list
on this machine may name paths in the folder of the list that the operator named, or
below. Both hold unless the operator trusts every list (`crawl.allow_private_hosts`).
`..` is taken out as text, without looking at the disk; whether a link leads out of the
folder, or a host is a private one, is judged where they are opened. Pure functions; no
message repeats a password.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from os.path import dirname, join, normpath
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from sitegen import urls
from sitegen.lists.problems import quote

MAX_ADDRESS_CHARS = 4_096
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HOST = re.compile(r"[\w.:%-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A list, as what its rows are relative to."""

    address: str
    """What is asked for, normalised; `file:` for a list on this machine."""
    shown: str
    """As places and messages name it: a local list by its path, relative where the operator's was; no query."""
    folder: Path | None = None
    """For a list on this machine: the folder in which its paths must stay. None for a list elsewhere."""

    @property
    def local(self) -> bool:
        """Whether the list is on this machine."""
        return self.folder is not None

    @property
    def public(self) -> str:
        """The address as it may be published: whoever signs addresses, or gives tokens out, does so in the query."""
        return _unsigned(self.address)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an address is not followed."""

    code: str
    message: str
    hint: str = ""


class _RefusedError(ValueError):
    """Carries a code and a message up to where they become a value."""


def read_root(text: str) -> Base | Refused:
    """Return the list that the operator named by address or path."""
    try:
        _check_written(text)
        if urls.is_remote(text):
            return _remote(text)
        path = urls.to_path(text) if urls.has_scheme(text) else Path(text)
        shown_ = text if urls.has_scheme(text) else normpath(text)
        whole = Path(normpath(path.absolute()))
        return Base(address=urls.from_path(whole), shown=shown_, folder=whole.parent)
    except ValueError as error:
        return _refused(error)


def read_target(cell: str, base: Base, allow_private_hosts: bool) -> Base | str | Refused:
    """Return the list or the dataset's address that a row's cell names."""
    try:
        _check_written(cell)
        if urls.is_remote(cell):
            address = _remote_address(cell)
        elif base.folder is None and urls.is_list(cell) and not urls.has_scheme(cell):
            address = _remote_address(urls.resolve(base.address, cell.partition("#")[0]))
        else:
            cell = _path_alone(cell) if urls.is_list(cell) else cell
            address = _local_address(cell, base, allow_private_hosts)
        return _list(address, cell, base) if urls.is_list(address) else address
    except ValueError as error:
        return _refused(error)


def _check_written(cell: str) -> None:
    """Refuse what no address may hold."""
    if len(cell) > MAX_ADDRESS_CHARS:
        raise _RefusedError("url-bad", f"expected at most {MAX_ADDRESS_CHARS:,} characters, found {len(cell):,}")
    if _CONTROL.search(cell):
        raise _RefusedError("url-bad", "the address holds a line break, a tab or another control character")
    if urls.has_credentials(cell):
        raise _RefusedError("url-credentials", "the address holds a user name or password")
    scheme = urls.scheme(cell)
    if scheme and scheme not in urls.SCHEMES:
        accepted = ", ".join(f"{each}:" for each in urls.SCHEMES)
        raise _RefusedError("url-scheme", f"expected {accepted}, found {quote(scheme + ':')}")


def _remote_address(text: str) -> str:
    if urls.has_credentials(text):
        raise _RefusedError("url-credentials", "the address holds a user name or password")
    address = urls.normalize(text)
    if not _HOST.fullmatch(urlsplit(address).hostname or ""):
        raise _RefusedError("url-bad", f"expected a host or bucket after the colon, found {quote(text)}")
    return address


def _local_address(cell: str, base: Base, allow_private_hosts: bool) -> str:
    """Return the `file:` address of a path on this machine, if this list may name it."""
    parts = urlsplit(cell) if urls.has_scheme(cell) else None
    if parts and parts.netloc not in ("", "localhost"):
        raise _RefusedError("url-bad", f"expected file:///path, found {quote(cell)}")
    path = Path(unquote(parts.path) if parts else cell)
    if base.folder is None:
        if not allow_private_hosts:
            raise _RefusedError("local-path-refused", f"this list is not on this machine, but names {quote(cell)}")
        absolute = parts or path.is_absolute()
        return urls.from_path(path) if absolute else _remote_address(urls.resolve(base.address, cell))
    whole = Path(normpath(urls.to_path(base.address).parent / path))
    if not allow_private_hosts and not whole.is_relative_to(base.folder):
        raise _RefusedError("local-path-refused", f"{quote(cell)} is outside the folder of the first list")
    return urls.from_path(whole)


def _path_alone(cell: str) -> str:
    """Return a list's path without query and fragment, which mean nothing to a disk."""
    return re.split("[?#]", cell)[0]


def _list(address: str, cell: str, base: Base) -> Base:
    """Return the list at an address that was accepted."""
    if urls.is_remote(address):
        return Base(address=address, shown=_unsigned(address))
    near = base.local and not urls.has_scheme(cell) and not urls.has_scheme(base.shown)
    shown_ = normpath(join(dirname(base.shown), cell)) if near else address
    return Base(address=address, shown=shown_, folder=base.folder or urls.to_path(address).parent)


def _remote(text: str) -> Base:
    address = _remote_address(text)
    return Base(address=address, shown=_unsigned(address))


def _unsigned(address: str) -> str:
    return urlunsplit(urlsplit(address)._replace(query=""))


def _refused(error: ValueError) -> Refused:
    if isinstance(error, _RefusedError):
        code, message = error.args
        return Refused(code, message)
    quotes = "'" in str(error)  # it repeats what was read as a port or a host, and may be half a password
    return Refused("url-bad", "this is not an address" if quotes else f"this is not an address: {error}")
