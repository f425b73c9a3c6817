"""Where the URL of a row leads: to another list, to a dataset, or nowhere, and why.

Rows are written by strangers. A list on another host may name only what is on hosts; a
list on this machine may name paths below the folder of the configuration, or below that of
the configured list. Neither holds where the operator trusts every list
(`crawl.allow_private_hosts`). `..` is resolved as text; symbolic links are followed to see
whether they lead out, and a path such as `sub\\a.zarr` is refused where no file has that name;
nothing else is asked of the disk. Whether a host is private is checked where it is asked. No
message repeats a password.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from os.path import dirname, join, normpath, realpath
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from sitegen import urls
from sitegen.lists.half_addresses import find_doi, find_last_address, find_whole_address, is_scheme_alone
from sitegen.lists.problems import COMMENT_HINT, describe_comment, is_comment, quote
from sitegen.lists.rows import Row
from sitegen.lists.viewer_links import cut_pipeline, find_dataset
from sitegen.spellings import find_spelling

MAX_URL_CHARS = 4_096
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONFLICT = re.compile(r"(<{7}|\|{7}|={7}|>{7})( |$)")
"""What git writes around two versions of the same lines: gitattributes(5), `conflict-marker-size`."""
_CONFLICT_HINT = "Keep the rows that are right of both versions, and delete the lines with markers."
_WINDOWS_PATH = re.compile(r"(?:file:/*)?[a-z]:(?:[\\/]|%5c)|(?:file:)?\\\\[^\\]", re.IGNORECASE)
_HOST = re.compile(r"[\w.:%-]+")
_INNER_ADDRESS = re.compile(r"(?:https?|s3|gs)://[^\s\"'<>@]+", re.IGNORECASE)
_SEVERAL_ADDRESSES = re.compile(r"[\s,;]+(?:https?|s3|gs)://", re.IGNORECASE)
_MAX_HINT_CHARS = 500
_OUTSIDE_HINT = (
    "Move the data below that folder; or put sitegen.toml into a folder that holds both, or start there if the list "
    "is given on the command line; or set crawl.allow_private_hosts, if you trust every list."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLocation:
    """Where a list is: what the URLs of its rows are relative to."""

    address: str
    """What is fetched, normalized; `file:` for a list on this machine."""
    shown: str
    """As places and messages name it: a local list by its path, relative where the configuration's is; no query."""
    folders: tuple[Path, ...] = ()
    """For a list on this machine: the folders in one of which its paths must stay. None for a list on another host."""
    otherwise: str | None = None
    """For a Zarr group that may be a list: the address of the dataset that it is otherwise."""

    @property
    def local(self) -> bool:
        """Whether the list is on this machine."""
        return bool(self.folders)

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
    """Carries code and message of a problem, and perhaps a hint, up to where they become a value."""


def read_root(text: str, folder: Path = Path()) -> ListLocation | UnplacedProblem:
    """Return the list that the configuration names by address or path.

    folder: below which a local list, and those that it names, may name data, besides its own folder.
    """
    try:
        _validate_text(text)
        if urls.is_remote(text):
            _refuse_pipeline(text)
            return _remote_list(_remote_address(text, whole=True))
        path = urls.to_path(text) if urls.has_scheme(text) else Path(text)
        if not os.path.lexists(path):
            _refuse_pipeline(text)
        shown = text if urls.has_scheme(text) else normpath(text)
        whole = Path(normpath(path.absolute()))
        folders = (_real_path(folder), _real_path(whole.parent))
        return ListLocation(address=urls.from_path(whole, whole=True), shown=shown, folders=folders)
    except ValueError as error:
        return _as_problem(error)


def read_target(row: Row, location: ListLocation, *, trusted: bool) -> ListLocation | str | UnplacedProblem:
    """Return the list, or the address of the dataset, that a row names.

    location: of the row's list. trusted: whether the list may name any local path.
    """
    url = row.url
    try:
        _validate_text(url)
        if is_comment(url) and not _is_path(url, location):
            raise _TargetError("url-bad", f"expected a URL or a path, found {describe_comment(url)}", COMMENT_HINT)
        if _CONFLICT.match(url) and not _is_path(url, location):
            message = f"expected a URL or a path, found a marker of a conflict that git left, {quote(url)}"
            raise _TargetError("url-bad", message, _CONFLICT_HINT)
        is_list = row.target == "list" or (row.target is None and urls.is_list(url))
        names_path = not location.local and (trusted or is_list or bool(row.where))
        _refuse_half_address(url, location, may_be_path=names_path)
        if not is_list:
            _refuse_viewer(url)
        if _SEVERAL_ADDRESSES.search(url) and urls.has_scheme(url):
            hint = "Write each address into a row of its own."
            raise _TargetError("url-bad", f"expected one URL, found several: {quote(url)}", hint)
        if row.target == "group":
            url = url.rstrip("/").removesuffix(f"/{urls.ZARR_DOCUMENT}") + f"/{urls.ZARR_DOCUMENT}"
        whole = is_list or row.target == "group"
        if urls.is_remote(url):
            address = _remote_address(url, whole=whole)
        elif not location.local and not urls.has_scheme(url) and (whole or row.where):
            address = _remote_address(urls.resolve(location.address, urls.without_fragment(url)), whole=whole)
        else:
            url = _without_query_or_fragment(url) if is_list else url
            address = _local_address(url, location, trusted, whole=whole)
        whole = whole or (row.target is None and urls.is_list(address))
        return _locate_list(address, url, location, group=row.target == "group") if whole else address
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
    if scheme == "doi" and (doi := find_doi(url)):
        _refuse_doi(url, doi)
    if scheme and scheme not in urls.SCHEMES:
        accepted = ", ".join(f"{each}:" for each in urls.SCHEMES)
        message = f"expected a URL that begins with {accepted}, found {quote(scheme + ':')}"
        raise _TargetError("url-scheme", message, _inner_hint(url) or _whole_hint(find_whole_address(url)))
    if os.name != "nt" and _WINDOWS_PATH.match(url):
        raise _TargetError(
            "url-bad",
            f"{quote(url)} is a path of Windows, which is not known here; expected the https: address at which the "
            "data are published, or in a local list a path relative to the list, with / between its parts",
        )


def _is_path(text: str, location: ListLocation, folder: str = "") -> bool:
    """Return whether a local list names a file by a path, or one that is not there in a folder that is.

    folder: the first part of the path; "": all before the first slash.
    """
    parent = urls.to_path(location.address).parent
    first = folder or text.partition("/")[0]
    return location.local and (os.path.lexists(parent / text) or (bool(first.strip(".")) and (parent / first).is_dir()))


def _refuse_viewer(url: str) -> None:
    """Raise _TargetError for the link of a viewer, or a data source of one, with the address that it opens."""
    dataset = find_dataset(url) if urls.is_remote(url) else None
    if dataset is None:
        return _refuse_pipeline(url)
    # No more of the link is shown: it may hold a password.
    message = f"expected the address of a dataset, found the link of a viewer at {urls.host(url)}"
    raise _TargetError("url-viewer", message, f"Give the dataset's own address: {dataset}" if dataset else "")


def _refuse_pipeline(url: str) -> None:
    """Raise _TargetError for a URL pipeline, with the address of the dataset or list that it begins with."""
    if pipeline := cut_pipeline(url):
        address, adapter = pipeline
        what = "list" if urls.is_list(address) else "dataset"
        message = f"expected the address of a {what}, found a URL pipeline of Neuroglancer, with {quote('|' + adapter)}"
        raise _TargetError("url-viewer", message, f"Give the {what}'s own address: {address}" if address else "")


def _refuse_half_address(url: str, location: ListLocation, *, may_be_path: bool) -> None:
    """Raise _TargetError for an address without its `https://`, or with a part of it, that is no file of this machine.

    may_be_path: whether it may be relative to a list on another host; then what may be a folder's name is one.
    """
    if is_scheme_alone(url) and not _is_path(url, location, url):
        raise _TargetError("url-bad", f"expected an address, found no more than the beginning of one, {quote(url)}")
    doi = None if may_be_path else find_doi(url)
    if doi and not _is_path(url, location):
        _refuse_doi(url, doi)
    address = find_whole_address(url, may_be_path=may_be_path)
    if address and not _is_path(url, location, _host_part(url, address)):
        message = f"expected a URL or a path, found {quote(url)}; did you forget {urls.scheme(address)}://?"
        raise _TargetError("url-bad", message, _whole_hint(address))


def _host_part(url: str, address: str) -> str:
    """Return the part of a text that would be a folder, if it was a path and not the address that it stands for."""
    return url.removesuffix(address.partition("://")[2].partition("/")[2])


def _refuse_doi(url: str, doi: str) -> None:
    hint = f"Open https://doi.org/{doi}, and give the address of the .zarr folder that you find there."
    hint = hint if len(doi) < _MAX_HINT_CHARS else ""
    raise _TargetError("url-bad", f"expected the address of a dataset, found a DOI, {quote(url)}", hint)


def _whole_hint(address: str | None) -> str:
    return f"Give the whole address: {address}" if address and len(address) < _MAX_HINT_CHARS else ""


def _refuse_credentials(url: str) -> None:
    if urls.has_credentials(url):
        raise _TargetError("url-credentials", "the URL holds a user name or password")


def _remote_address(url: str, *, whole: bool = False) -> str:
    _refuse_credentials(url)
    if last := find_last_address(url):
        raise _TargetError("url-bad", f"expected one scheme, found several, {quote(url)}", _whole_hint(last))
    address = urls.normalize(url, whole=whole)
    if not _HOST.fullmatch(urlsplit(address).hostname or ""):
        raise _TargetError("url-bad", f"expected a host or bucket after the colon, found {quote(url)}")
    return address


def _local_address(url: str, location: ListLocation, trusted: bool, *, whole: bool) -> str:
    """Return the `file:` address of a path on this machine, if the list may name it."""
    if "://" in url and not urls.has_scheme(url):
        raise _TargetError("url-bad", f"expected a URL or a path, found {quote(url)}", _inner_hint(url))
    parts = urlsplit(url) if urls.has_scheme(url) else None
    if parts and parts.netloc not in ("", "localhost"):
        raise _TargetError("url-bad", f"expected file:///path, found {quote(url)}")
    path = Path(unquote(parts.path) if parts else url)
    if not location.local:
        if not trusted:
            raise _TargetError("local-path-refused", f"a list on another host names the local path {quote(url)}")
        absolute = parts or path.is_absolute()
        return urls.from_path(path, whole=whole) if absolute else _remote_address(urls.resolve(location.address, url))
    path = Path(normpath(urls.to_path(location.address).parent / path))
    if not parts:
        _refuse_spelling(path, url, location)
    if not trusted:
        _refuse_outside(path, url, location)
    return urls.from_path(path, whole=whole)


def _inner_hint(url: str) -> str:
    """Return the hint with the address in a text; empty, for that of the code, where there is none to show."""
    found = None if "@" in url else _INNER_ADDRESS.search(url)
    inner = found[0].partition("|")[0].rstrip(".,;)]/") if found else ""
    return f"Give the address alone: {inner}" if inner and len(inner) < _MAX_HINT_CHARS else ""


def _refuse_spelling(path: Path, url: str, location: ListLocation) -> None:
    """Raise _TargetError for a path that means something to a shell or to Windows, unless there is such a file."""
    if os.name == "nt" or os.path.lexists(path):
        return
    if "\\" in url:
        hint = "Write / between the parts of the path."
        raise _TargetError("url-bad", f"expected a path with / between its parts, found {quote(url)}", hint)
    if url.startswith("~") and not _is_path(url, location):
        hint = "Give a path that is relative to the list, or one that begins with /."
        raise _TargetError("url-bad", f"expected a path, found {quote(url)}: ~ is known only to a shell", hint)


def _refuse_outside(path: Path, url: str, location: ListLocation) -> None:
    """Raise _TargetError for a path that is not, links followed, in a folder where the list may name data."""
    real = _real_path(path)
    if any(map(real.is_relative_to, location.folders)):
        return
    by_link = ", because of a symbolic link" if any(map(path.is_relative_to, location.folders)) else ""
    message = f"{quote(url)} leads out of {location.folders[0]}{by_link}; a local list names data below that folder"
    raise _TargetError("local-path-refused", message, _OUTSIDE_HINT)


def _real_path(path: Path) -> Path:
    """Return a path, links followed, as what is there is spelled."""
    return Path(realpath(find_spelling(path)))


def _without_query_or_fragment(url: str) -> str:
    """Return a local path without query and fragment, which mean nothing to a disk."""
    return re.split("[?#]", url)[0]


def _locate_list(address: str, url: str, location: ListLocation, *, group: bool) -> ListLocation:
    """Return the list at an accepted address. group: whether it is that of the document of a Zarr group."""
    otherwise = urls.normalize(address) if group else None
    if urls.is_remote(address):
        return _remote_list(address, otherwise)
    by_path = location.local and not urls.has_scheme(url) and not urls.has_scheme(location.shown)
    shown = normpath(join(dirname(location.shown), url)) if by_path else address
    folders = location.folders or (_real_path(urls.to_path(address).parent),)
    return ListLocation(address=address, shown=shown, folders=folders, otherwise=otherwise)


def _remote_list(address: str, otherwise: str | None = None) -> ListLocation:
    return ListLocation(address=address, shown=_without_query(address), otherwise=otherwise)


def _without_query(address: str) -> str:
    return urlunsplit(urlsplit(address)._replace(query=""))


def _as_problem(error: ValueError) -> UnplacedProblem:
    if isinstance(error, _TargetError):
        return UnplacedProblem(*error.args)
    # A quoted text is what was taken for a port or a host, and may be part of a password.
    reason = "" if "'" in str(error) else f": {error}"
    return UnplacedProblem("url-bad", f"the URL is invalid{reason}")
