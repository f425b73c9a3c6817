"""Where a site is published: a folder, or a place that a driver of fsspec can write to.

A `Target` lists, reads, writes and deletes files below one root. Whatever a driver raises becomes a
`PublishError` of one line. A file of this machine is written under another name first, so that who
reads meanwhile sees the old file or the new one, whole; object stores do the same by themselves.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import fsspec  # type: ignore[import-untyped]  # it has no annotations

from sitegen.errors import PublishError, SitegenError, UsageError
from sitegen.media_types import media_type
from sitegen.publish.disk import is_full
from sitegen.publish.ledger import LEDGER, Sent, encode_ledger, read_ledger
from sitegen.urls import redact

log = logging.getLogger(__name__)

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""It may be kept, but is asked for at each use whether it still holds: a page must not outlive the files it names."""
NAMED_BY_CONTENT = ("thumbs/", "search/", "assets/pages/")
"""Folders whose files have a digest in their names, and so never change."""
COMPRESSED = frozenset({".css", ".html", ".js", ".map", ".svg"})
"""Endings of what browsers load, which all unpack it. A bucket sends what it has, whatever a program asked for: what
`curl` and DuckDB read (JSON, CSV, Parquet) stays as it is. Pictures and search files are compressed inside."""
PARTIAL_SUFFIX = ".part"
"""Ends the name of a file of this machine while it is being written."""
_INSTALL = MappingProxyType({"s3": "'ngff-sitegen[s3]'", "gs": "'ngff-sitegen[gs]'", "gcs": "'ngff-sitegen[gs]'"})


def _s3_headers(kind: str, cache: str, coding: str | None) -> Mapping[str, Any]:
    return {"ContentType": kind, "CacheControl": cache, **({"ContentEncoding": coding} if coding else {})}


def _gs_headers(kind: str, cache: str, coding: str | None) -> Mapping[str, Any]:
    fixed = {"cache_control": cache, **({"content_encoding": coding} if coding else {})}
    return {"content_type": kind, "fixed_key_metadata": fixed}


_HEADERS: Mapping[str, Callable[[str, str, str | None], Mapping[str, Any]]] = MappingProxyType(
    {"s3": _s3_headers, "gs": _gs_headers}
)
"""Protocol → how its driver is told type, caching and coding. Other drivers (abfs) guess the type by the name."""


class Target:
    """Where a site is published: a folder below `root` of an fsspec file system, called `name` in words."""

    def __init__(self, files: Any, root: str, name: str) -> None:
        self.name = name
        self.root = root.rstrip("/")
        self._files = files
        protocols = (files.protocol,) if isinstance(files.protocol, str) else tuple(files.protocol)
        self.is_local = "file" in protocols
        self._headers = next((_HEADERS[each] for each in protocols if each in _HEADERS), None)
        if not self._headers and not self.is_local:
            log.warning("%s: this driver cannot be told how long a file may be kept; see to that at the host", name)

    def compresses(self, path: str) -> bool:
        """Return whether a file is sent compressed there, unless that is switched off."""
        return self._headers is not None and PurePosixPath(path).suffix in COMPRESSED

    def sizes(self) -> dict[str, int]:
        """Return the size of each file that is there, by its path below the target."""
        with _errors_translated(self.name, "cannot be listed"):
            self._files.invalidate_cache()  # drivers keep listings, and another run may have written since
            try:
                found = self._files.find(self.root, detail=True)
            except FileNotFoundError:
                return {}
        start = len(self.root) + 1
        return {name[start:]: int(facts["size"] or 0) for name, facts in found.items() if name != self.root}

    def read_ledger(self) -> dict[str, Sent]:
        """Return what earlier runs put there."""
        body = self.read(LEDGER) or b""
        with _errors_translated(
            self.name, f"its {LEDGER} is damaged; delete it there, and everything is compared again"
        ):
            return read_ledger(body)

    def write_ledger(self, files: Mapping[str, Sent]) -> None:
        """Keep what is there now."""
        self.write(LEDGER, encode_ledger(files))

    def read(self, path: str) -> bytes | None:
        """Return a file; None where there is none."""
        with _errors_translated(self.name, f"{path} cannot be read"):
            try:
                body: bytes = self._files.cat_file(f"{self.root}/{path}")
            except FileNotFoundError:
                return None
        return body

    def names(self, folder: str) -> list[str]:
        """Return the paths of the files below a folder, which ends with a slash."""
        with _errors_translated(self.name, f"{folder} cannot be listed"):
            self._files.invalidate_cache()
            try:
                found = self._files.find(f"{self.root}/{folder.rstrip('/')}")
            except FileNotFoundError:
                return []
        paths = (name[len(self.root) + 1 :] for name in found)
        return [path for path in paths if path.startswith(folder)]

    def write(self, path: str, body: bytes, coding: str | None = None) -> None:
        """Upload a file. coding: how the body is encoded, for the header Content-Encoding."""
        target = f"{self.root}/{path}"
        with _errors_translated(self.name, f"{path} cannot be written; run it again to send what is missing"):
            if not self.is_local:
                self._files.pipe_file(target, body, **self._headers_of(path, coding))
                return
            try:
                self._replace(target, body)
            except FileNotFoundError:  # another run ended, and deleted the folder, which was empty
                self._replace(target, body)

    def _replace(self, target: str, body: bytes) -> None:
        """Write a file of this machine: who reads meanwhile sees the old file or the new one, whole."""
        partial = target + PARTIAL_SUFFIX
        try:
            self._files.pipe_file(partial, body)
            os.replace(partial, target)
        finally:
            Path(partial).unlink(missing_ok=True)

    def delete(self, path: str) -> None:
        """Delete a file, and folders of this machine that hold nothing any more."""
        target = f"{self.root}/{path}"
        with _errors_translated(self.name, f"{path} cannot be deleted"), suppress(FileNotFoundError):
            self._files.rm_file(target)  # not `rm`, which takes names for patterns
        if self.is_local:
            with suppress(OSError):
                os.removedirs(Path(target).parent)

    def _headers_of(self, path: str, coding: str | None = None) -> Mapping[str, Any]:
        cache = FOREVER if path.startswith(NAMED_BY_CONTENT) else ASK_AGAIN
        return self._headers(media_type(path), cache, coding) if self._headers else {}


@contextmanager
def _errors_translated(name: str, what: str) -> Iterator[None]:
    """Turn whatever a driver raises into a PublishError of one line: each driver has exceptions of its own."""
    try:
        yield
    except SitegenError:
        raise
    except Exception as error:
        if is_full(error):
            raise PublishError(f"{name}: {what} ({error}); free some space there first") from error
        why = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        raise PublishError(f"{name}: {what} ({why})") from error


def open_target(target: str) -> Target:
    """Return the place that a command line names. Raises UsageError where no driver can write there."""
    scheme = target.partition("://")[0] if "://" in target else "file"
    name = redact(target)
    if scheme in ("http", "https"):
        raise UsageError(f"{name}: a web address cannot be written; expected a folder, s3://…, gs://…")
    with _errors_translated(name, "cannot be opened"):
        try:
            files, root = fsspec.url_to_fs(target, **({"auto_mkdir": True} if scheme in ("file", "local") else {}))
        except ImportError:
            install = _INSTALL.get(scheme, "the driver that fsspec names for it")
            raise UsageError(f"{name}: {scheme}: needs a driver; pip install {install}") from None
        except ValueError as error:
            raise UsageError(f"{name}: {error}") from None
    place = Target(files, root, name)
    if not place.root:
        raise UsageError(f"{name}: expected a folder or bucket for the site, found the root; name one below it")
    if not place.is_local and set("*?[") & set(place.root):  # drivers would find files beside it, too
        raise UsageError(f"{name}: drivers take *, ? and [ for patterns; name a prefix without them")
    return place
