"""The TARGET arguments of `sitegen validate`: paths, web addresses and object stores, and the bytes below them.

Whoever types an address wants it to be read, so a host on the command line may be private, and a path may be
anywhere. A host that only a redirect names must be public, as in a crawl. Nothing is cached: what is validated is
what is there now.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from sitegen import urls
from sitegen.absence import is_error_message
from sitegen.engine.documents import CachedClient
from sitegen.errors import FetchError, UsageError, answers_no_such_range
from sitegen.inspection.chunk_probe import ONE_BYTE, is_stored
from sitegen.model.codes import CODES
from sitegen.net.client import MAX_DOCUMENT_BYTES
from sitegen.net.guard import AddressGuard
from sitegen.stores.dataset_store import DatasetStore
from sitegen.transfer import Allowance, Response

_MAX_BYTES = 1_000_000_000
"""Of the metadata of one store; 60,000 documents of 2 kB are 120 MB."""
_MAX_SECONDS = 36_000.0
"""For all requests to one store, added up; sixteen run at once."""


class AllowlistGuard(AddressGuard):
    """Lets the hosts of an allowlist be private; any other must be public."""

    def __init__(self, hosts: Collection[str]) -> None:
        super().__init__()
        self._allowed = hosts

    def check_address(self, text: str, host: str) -> None:
        """Raise FetchError if a host resolves to a private address and is not in the allowlist."""
        if host not in self._allowed:
            super().check_address(text, host)


def is_document(target: str) -> bool:
    """Return whether a target is one metadata document, not a store."""
    name = target.rpartition("/")[2].partition("?")[0]
    return name.endswith(".json") or name in (".zattrs", ".zgroup", ".zarray", ".zmetadata")


def target_url(target: str) -> str:
    """Return the URL to read: a path becomes a `file:` URL, an address is percent-encoded once.

    Raises UsageError where the target is neither.
    """
    if urls.has_credentials(target):  # must not be repeated in a message
        raise UsageError("TARGET: the address contains a user name or password; remove it")
    if not urls.has_scheme(target):
        if not target.strip() or "\0" in target:
            raise UsageError(f"TARGET: expected an address, a folder or a file, found {target!r}")
        return Path(target).absolute().as_uri()
    if (scheme := urls.scheme(target)) not in urls.SCHEMES:
        expected = ", ".join(f"{each}:" for each in urls.SCHEMES)
        raise UsageError(f"TARGET {target}: expected {expected} or a path, found {scheme}:")
    try:
        return _document_url(target) if is_document(target) else urls.normalize(target)
    except ValueError:
        raise UsageError(f"TARGET {target}: this is not a valid address") from None


def _document_url(target: str) -> str:
    """Return the URL of a document; `urls.normalize` is for datasets, and would remove a final `zarr.json`."""
    parts = urlsplit(target.strip())
    return urlunsplit(parts._replace(path=urls.encode(parts.path), fragment=""))


class TargetReader:
    """Reads the documents of one target.

    url: its address. documents: how many could be read. absent: why each of the others could not.
    """

    def __init__(self, client: CachedClient, url: str) -> None:
        self.documents = 0
        self.absent: list[FetchError] = []
        self.url = url
        allowance = Allowance(bytes_left=_MAX_BYTES, seconds_left=_MAX_SECONDS, local_folder="file:///")
        self.store = DatasetStore(client, url, allowance)
        self._get_whole = partial(client.get_document, url, allowance=allowance)

    async def get(self, key: str) -> bytes | None:
        """Return a document, or None if it is not there. Raises FetchError, also if the target itself is not there."""
        try:
            response = await (self.store.get_document(key, max_bytes=MAX_DOCUMENT_BYTES) if key else self._get_whole())
        except FetchError as error:
            if not key or not CODES[error.code].absent:
                raise
            self.absent.append(error)
            return None
        self.documents += 1
        return response.body

    async def open_file(self) -> bool:
        """Return whether the target is an archive; see `DatasetStore.open_file`."""
        return await self.store.open_file(sends_nothing=any(map(answers_no_such_range, self.absent)))

    async def exists(self, key: str) -> bool:
        """Return whether an object is stored, such as a chunk."""
        return await is_stored(lambda: self._get_byte(key))

    async def _get_byte(self, key: str) -> Response | None:
        response = await self.store.get(key, ONE_BYTE, max_bytes=1)
        return None if is_error_message(response.body) or not response.body else response
